internal import CutoverCore
internal import FleetExperiments
internal import Quantities

/// The steps of an attempt in the words of people.
enum ActionWords {
  /// `nil` for what took no time and went well.
  static func text(_ action: CutoverAction, _ event: CutoverEvent, _ took: Duration, _ host: Int) -> String? {
    let time = Figure.span(took.seconds)
    if let trouble = trouble(event) { return "\(doing(action)): \(trouble) after \(time)" }
    switch (action, event) {
    case (.copy(let medium, let pass, let throttle), .copied(let report)):
      return copied(medium, pass, throttle, report, took)
    case (.moveRemaining(let medium), .moved(let amount)):
      return took == .zero && amount == .zero
        ? nil : "  in the outage: \(amount) of \(words(medium)) in \(time)"
    case (.pullRemaining(let medium), .moved(let amount)):
      return "  it runs, and \(amount) of \(words(medium)) follow in \(time)"
    case (.shutDownGuest, _): return "  shut down in \(time)"
    case (.powerOffGuest, _): return "  switched off"
    case (.pauseGuest, _): return "  paused"
    case (.waitUntil, .guestStopped): return "  ready; the customer rebooted it after \(time)"
    case (.waitUntil, _) where took == .zero: return nil
    case (.waitUntil(let until), _): return "  ready; waited until \(Moment.text(until))"
    case (.resizeDestination(let size), _): return "  disk given its new size of \(size)"
    case (.startDestination(let method), _):
      return method == .boot ? "  booted there in \(time)" : "  resumed there after \(time)"
    case (.restoreSource(let method), _):
      return method == .boot ? "  booted where it was, in \(time)" : "  resumed where it was"
    case (.prepareDestination, _): return took == .zero ? nil : "  prepared in \(time)"
    case (.verifyDestination, _): return took == .zero ? nil : "  copy proved whole in \(time)"
    case (.moveDeviceState, _), (.releaseSource, _), (.fenceDestination, _), (.discardDestination, _),
      (.finish, _), (.copy, _), (.moveRemaining, _), (.pullRemaining, _):
      return nil
    }
  }

  private static func copied(
    _ medium: Medium, _ pass: Int, _ throttle: Double, _ report: CopyReport, _ took: Duration
  ) -> String {
    var text = pass == 0 ? "  \(words(medium)) copied" : "  \(words(medium)), round \(pass + 1)"
    text += ": \(report.transferred) in \(Figure.span(took.seconds))"
    if report.transferred > .zero, took > .zero {
      text += " (\(ByteRate(bytesPerSecond: report.transferred.value / took.seconds)))"
    }
    text +=
      report.remaining > .zero ? ", \(report.remaining) written meanwhile" : ", nothing written meanwhile"
    if throttle > 0 { text += ", slowed by \(Fraction(throttle))" }
    return text
  }

  private static func words(_ medium: Medium) -> String {
    switch medium {
    case .disk: "disk"
    case .memory: "RAM"
    }
  }

  /// What was being done when something came between.
  private static func doing(_ action: CutoverAction) -> String {
    switch action {
    case .prepareDestination: "  while the target was prepared"
    case .copy(let medium, let pass, _): "  in round \(pass + 1) over \(words(medium))"
    case .waitUntil: "  while it waited for the date"
    case .pauseGuest: "  while it was paused"
    case .shutDownGuest: "  asked to shut down"
    case .powerOffGuest: "  while it was switched off"
    case .moveRemaining(let medium): "  while the rest of \(words(medium)) was sent"
    case .moveDeviceState: "  while the state of its devices was sent"
    case .resizeDestination: "  while its disk was given another size"
    case .verifyDestination: "  while the copy was proved"
    case .startDestination: "  while it was started there"
    case .pullRemaining(let medium): "  while the rest of \(words(medium)) followed"
    case .releaseSource: "  while the source was cleared"
    case .fenceDestination: "  while the target was shut off"
    case .restoreSource: "  while it was brought back where it was"
    case .discardDestination, .finish: "  while the target was cleared"
    }
  }

  private static func trouble(_ event: CutoverEvent) -> String? {
    switch event {
    case .failed(let fault):
      switch fault {
      case .source: "the source failed"
      case .destination: "the target failed"
      case .link: "the link failed"
      case .destinationFull: "the target ran full"
      case .verification: "the copy is not the same"
      case .guest: "it did not come up"
      }
    case .deadlinePassed: "out of time"
    case .cancelled: "called off"
    case .guestCrashed: "it was found hanging"
    case .sourceLost: "its host died"
    case .destinationLost: "the target's host died"
    case .driverReturned: "the driver had died"
    case .begin, .prepared, .copied, .timeReached, .guestStopped, .moved, .resized, .verified, .started,
      .released, .fenced, .restored, .discarded:
      nil
    }
  }
}
