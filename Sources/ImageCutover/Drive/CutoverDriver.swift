internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// Does what the machine says and tells it what came of it; decides nothing.
///
/// Each step runs on a thread of its own. The driver's thread waits for whatever comes first, its answer, its
/// deadline, a wish to stop or the guest's crash, and reports progress meanwhile.
final class CutoverDriver {
  /// How often the cancellation flag and the guest are looked at.
  private static let lookInterval = Duration.milliseconds(10)
  private static let progressInterval = Duration.milliseconds(200)

  private let site: CutoverSite
  private let cancellation: CancellationFlag
  let performer: StepPerformer

  private var machine: CutoverMachine
  private var job: StepJob?
  /// The last job that touches files: the next one has to wait for it, given up or not.
  private var fileJob: StepJob?
  private var stepBegan = Instant.zero
  private var lastProgress = Instant.zero
  private var sawCancellation = false
  private var sawCrash = false
  /// The first thing that went wrong: what came later came of it.
  private var detail: String?

  init(
    _ site: CutoverSite, _ guest: any GuestControl, _ options: ImageCutoverOptions,
    _ cancellation: CancellationFlag
  ) {
    self.site = site
    self.cancellation = cancellation
    machine = site.machine
    performer = StepPerformer(site, guest, options)
  }

  func run(_ progress: (ImageCutoverProgress) -> Void) throws(ImageCutoverError) -> ImageCutoverReport {
    do {
      var reaction = try machine.handle(.begin, at: monotonicNow())
      while true {
        if case .perform(let step) = reaction {
          job?.control.abandon()
          if case .finish = step.action { break }
          begin(step.action)
          show(step.action, progress)
        }
        let event = nextEvent(of: reaction.step, progress)
        reaction = try machine.handle(event, at: monotonicNow())
      }
    } catch {
      performer.undo(after: job)
      throw .driverMistake("\(error)")
    }
    job = nil
    return report()
  }

  private func begin(_ action: CutoverAction) {
    stepBegan = monotonicNow()
    let performer = performer
    let touchesFiles = action.touchesFiles
    let next = StepJob(
      after: touchesFiles ? fileJob : nil, faultOfOthers: touchesFiles ? .destination : .guest
    ) { control in try performer.perform(action, control) }
    job = next
    if touchesFiles { fileJob = next }
  }

  /// Waits for the next thing to tell the machine.
  private func nextEvent(of step: CutoverStep, _ progress: (ImageCutoverProgress) -> Void) -> CutoverEvent {
    while true {
      if !sawCancellation && cancellation.isCancelled {
        sawCancellation = true
        return .cancelled
      }
      let hasCrashed = performer.guest.hasCrashed
      defer { sawCrash = hasCrashed }
      if hasCrashed && !sawCrash { return .guestCrashed }
      let now = monotonicNow()
      if let answer = job?.takeAnswer(waitingUntil: min(now + Self.lookInterval, step.deadline)) {
        detail = detail ?? answer.detail
        return answer.event
      }
      if monotonicNow() >= step.deadline {
        detail = detail ?? "\(ImageCutoverProgress.Phase(step.action)) was not done by its deadline"
        return .deadlinePassed
      }
      if now - lastProgress >= Self.progressInterval { show(step.action, progress) }
    }
  }

  private func show(_ action: CutoverAction, _ progress: (ImageCutoverProgress) -> Void) {
    lastProgress = monotonicNow()
    let phase = ImageCutoverProgress.Phase(action)
    let done = phase.isCounted ? job?.control.bytesDone ?? .zero : .zero
    let seconds = (lastProgress - stepBegan).seconds
    progress(
      ImageCutoverProgress(
        phase: phase, pass: performer.passes.count, done: done,
        total: phase.isCounted ? max(Bytes(site.sourceStatus.allocated), done) : .zero,
        rate: ByteRate(bytesPerSecond: seconds > 0 ? done.value / seconds : 0)))
  }

  private func report() -> ImageCutoverReport {
    let accounts = machine.accounts
    let outcome = machine.outcome
    let seconds = zip(accounts.began, accounts.ended).map { ($1 - $0).seconds } ?? 0
    var report = ImageCutoverReport(
      strategy: machine.plan.strategy, outcome: outcome?.code ?? "unfinished",
      detail: outcome == .completed ? nil : detail,
      measured: .init(
        seconds: seconds, bytes: performer.passes.reduce(0) { $0 + $1.bytes },
        pauseSeconds: accounts.downtime?.seconds),
      passes: performer.passes, source: .init(site.sourceStatus),
      verified: outcome == .completed && performer.isVerified)
    report.leftBehind = site.destination.leftBehind
    guard outcome == .completed, let file = site.destination.file else { return report }
    do {
      report.source = .init(try site.source.status())
      report.destination = .init(try file.status())
      report.rehearsal = try performer.guest.examine(site.destination.path)
    } catch { report.detail = report.detail ?? "completed, but a look at the result failed: \(error)" }
    return report
  }
}

extension CutoverAction {
  /// Whether the step works on the images and has to wait for one that still does. The others only command the guest,
  /// and must not wait for a hanging disk; nor must the removal of what was made.
  fileprivate var touchesFiles: Bool {
    switch self {
    case .prepareDestination, .copy, .moveRemaining, .resizeDestination, .verifyDestination,
      .startDestination, .fenceDestination, .releaseSource:
      true
    case .waitUntil, .pauseGuest, .shutDownGuest, .powerOffGuest, .moveDeviceState, .pullRemaining,
      .restoreSource, .discardDestination, .finish:
      false
    }
  }
}

extension ImageCutoverReport.Allocation {
  fileprivate init(_ status: FileStatus) {
    self.init(virtualBytes: status.size, allocatedBytes: status.allocated)
  }
}

private func zip<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
  guard let a, let b else { return nil }
  return (a, b)
}
