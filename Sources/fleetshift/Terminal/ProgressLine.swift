internal import ArgumentParser
internal import Dispatch
internal import Foundation

/// Who watches.
enum ProgressMode: String, ExpressibleByArgument, CaseIterable {
  /// A moving line where standard error is a terminal.
  case auto
  /// A JSON object a line, for other programs.
  case json
  case none
}

struct ProgressOptions: ParsableArguments {
  @Option(
    help:
      "How progress is shown on standard error: auto (a moving line on a terminal), json (a line a second), none."
  )
  var progress = ProgressMode.auto
}

/// How far some work is.
struct ProgressState: Sendable {
  /// From 0 to 1.
  var share: Double
  /// Replications that have ended, and all there are to be.
  var done: Int
  var of: Int
  /// Attempts that have ended since it began.
  var attempts: Int
  /// Of a search, which point is being looked at; how many there will be nobody knows, nor how long it takes.
  var point: Int?
}

/// One line on standard error that is written over and over: how far, how fast, how long yet.
struct ProgressLine {
  private let began = Date()

  /// The line for a share of work done, with a word on its state.
  func show(_ share: Double, _ detail: String, isWhole: Bool = true) {
    let cells = 24
    let full = Int((share * Double(cells)).rounded(.down))
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
    let percent = Int((share * 100).rounded(.down))
    Streams.put("\r\u{1b}[K\(bar) \(percent) %  \(detail)\(isWhole ? remaining(share) : "")")
  }

  func show(_ state: ProgressState) {
    if let point = state.point {
      return show(state.share, "point \(point), \(state.done) of \(state.of) replications", isWhole: false)
    }
    let rate = Double(state.attempts) / max(0.001, Date().timeIntervalSince(began))
    let speed = rate >= 1 ? ", \(Int(rate)) attempts/s" : ""
    show(state.share, "\(state.done) of \(state.of) replications\(speed)")
  }

  func clear() { Streams.put("\r\u{1b}[K") }

  private func remaining(_ share: Double) -> String {
    let left = ProgressState.secondsLeft(share, after: Date().timeIntervalSince(began))
    guard let left else { return "" }
    return left < 90 ? "  \(Int(left.rounded(.up))) s left" : "  \(Int((left / 60).rounded(.up))) min left"
  }
}

extension ProgressState {
  /// `nil` where it is too early to say.
  fileprivate static func secondsLeft(_ share: Double, after elapsed: Double) -> Double? {
    share > 0.02 && elapsed > 0.5 ? elapsed / share * (1 - share) : nil
  }

  /// A line of `--progress json`; its keys are documented, and stay.
  fileprivate func json(_ event: String, _ elapsed: Double) -> String {
    func number(_ value: Double, _ digits: Double) -> String { "\((value * digits).rounded() / digits)" }
    let seconds = point == nil ? ProgressState.secondsLeft(share, after: elapsed) : nil
    let left = seconds.map { number($0, 10) } ?? "null"
    return #"{"attempts":\#(attempts),"done":\#(done),"event":"\#(event)","of":\#(of),"#
      + #""schema":"fleetshift.progress/1","seconds":\#(number(elapsed, 10)),"seconds_left":\#(left),"#
      + #""share":\#(number(share, 10_000))}"# + "\n"
  }
}

/// Shows progress again and again while something runs.
final class ProgressTicker {
  // A class because it owns the timer. Its queue has a thread of its own: the pool that the study runs on is full.
  private let timer: any DispatchSourceTimer
  private let queue = DispatchQueue(label: "fleetshift.progress")
  private let end: (Bool) -> Void

  /// - Parameter state: how far it is.
  /// - Returns: `nil` where nobody watches.
  static func start(_ mode: ProgressMode, _ state: @escaping @Sendable () -> ProgressState) -> ProgressTicker?
  {
    switch mode {
    case .none: nil
    case .auto: Streams.showsProgress ? ProgressTicker(asLine: state) : nil
    case .json: ProgressTicker(asJSON: state)
    }
  }

  private init(asLine state: @escaping @Sendable () -> ProgressState) {
    let line = ProgressLine()
    timer = DispatchSource.makeTimerSource(queue: queue)
    end = { _ in line.clear() }
    repeating(milliseconds: 150) { line.show(state()) }
  }

  private init(asJSON state: @escaping @Sendable () -> ProgressState) {
    let began = Date()
    let say: @Sendable (String) -> Void = { event in
      Streams.put(state().json(event, Date().timeIntervalSince(began)))
    }
    timer = DispatchSource.makeTimerSource(queue: queue)
    end = { isDone in say(isDone ? "done" : "stopped") }
    repeating(milliseconds: 1_000) { say("progress") }
  }

  private func repeating(milliseconds: Int, _ body: @escaping @Sendable () -> Void) {
    timer.schedule(deadline: .now(), repeating: .milliseconds(milliseconds))
    timer.setEventHandler(handler: body)
    timer.resume()
  }

  /// Takes the line away, or says how it ended, for good.
  func stop(isDone: Bool) {
    timer.cancel()
    queue.sync { end(isDone) }
  }
}
