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
  private let journal: CutoverJournal
  private let clock: CutoverClock
  private let options: ImageCutoverOptions
  let performer: StepPerformer

  private var machine: CutoverMachine
  private var job: StepJob?
  /// The last job that touches files: the next one has to wait for it, given up or not.
  private var fileJob: StepJob?
  private var stepBegan = Instant.zero
  private var lastProgress = Instant.zero
  private var sawCancellation = false
  private var sawCrash = false
  /// What was to be begun could not be written down.
  private var isWithoutJournal = false
  /// The first thing that went wrong: what came later came of it.
  private var detail: String?

  /// - Parameters:
  ///   - history: What the journal tells of a driver that has died; `nil` for a new cutover.
  ///   - detail: What was found wrong meanwhile.
  init(
    _ site: CutoverSite, _ guest: any GuestControl, _ options: ImageCutoverOptions,
    _ cancellation: CancellationFlag, _ journal: CutoverJournal, _ clock: CutoverClock,
    after history: JournalHistory? = nil, detail: String? = nil
  ) {
    self.site = site
    self.cancellation = cancellation
    self.journal = journal
    self.clock = clock
    self.options = options
    machine = site.machine
    self.detail = history?.turn?.detail ?? detail
    performer = StepPerformer(site, guest, options, journal, clock, after: history)
  }

  /// Tells the machine the first events, one after the other, and then what comes of what it asks for.
  func run(_ first: [CutoverEvent], _ progress: (ImageCutoverProgress) -> Void) throws(ImageCutoverError)
    -> ImageCutoverReport
  {
    do {
      var waiting = first[...]
      // A dead driver had only not said that it was over.
      guard var event = waiting.popFirst() else { return end(report()) }
      while true {
        let reaction = try take(event)
        // Without a journal it is on its way back already, and that is all that the others want.
        if isWithoutJournal { waiting = [] }
        if let next = waiting.popFirst() {
          event = next
          continue
        }
        if case .perform(let step) = reaction {
          job?.control.abandon()
          if case .finish = step.action { break }
          if isSuspended(before: step.action) { return leave() }
          begin(step.action)
          show(step.action, progress)
        }
        guard let next = nextEvent(of: reaction.step, progress) else {
          job?.control.abandon()
          return leave()
        }
        event = next
      }
    } catch {
      performer.undo(after: job)
      if site.leftBehind == nil, !site.isPublished { try? journal.remove() }
      throw .driverMistake("\(error)")
    }
    job = nil
    return end(report())
  }

  /// How long a step that was given up is waited for.
  private static let patience = Duration.seconds(10)

  /// Tells the machine, and writes down what it made of it, before anything is done about it.
  private func take(_ event: CutoverEvent) throws(UnexpectedEvent) -> CutoverReaction {
    let reaction = try machine.handle(event, at: clock.now)
    do {
      try journal.append(
        .turn(
          JournalTurn(
            machine: machine, clock: clock.stamp, passes: performer.passes,
            isVerified: performer.isVerified, detail: detail, sources: performer.provedSources,
            destinations: performer.provedDestinations, parents: performer.provedParents)))
    } catch {
      guard reaction.step.action.isForward else { return reaction }
      // What cannot be resumed must not be begun: back, and that needs no journal, for whatever is read from it later
      // leads to the same place.
      detail = detail ?? "\(error)"
      isWithoutJournal = true
      return try take(.failed((error as? FileFault)?.fault ?? .destination))
    }
    return reaction
  }

  private func isSuspended(before action: CutoverAction) -> Bool {
    cancellation.isSuspended && action.isInterruptible
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

  /// Waits for the next thing to tell the machine; `nil` if the cutover is to be left as it is.
  private func nextEvent(of step: CutoverStep, _ progress: (ImageCutoverProgress) -> Void) -> CutoverEvent? {
    let deadline = clock.monotonic(step.deadline)
    while true {
      if isSuspended(before: step.action) { return nil }
      if !sawCancellation && cancellation.isCancelled {
        sawCancellation = true
        return .cancelled
      }
      let hasCrashed = performer.guest.hasCrashed
      defer { sawCrash = hasCrashed }
      if hasCrashed && !sawCrash { return .guestCrashed }
      let now = monotonicNow()
      if let answer = job?.takeAnswer(waitingUntil: min(now + Self.lookInterval, deadline)) {
        note(answer.detail, of: step.action)
        return answer.event
      }
      if monotonicNow() >= deadline {
        detail = detail ?? "\(ImageCutoverProgress.Phase(step.action)) was not done by its deadline"
        return .deadlinePassed
      }
      if now - lastProgress >= Self.progressInterval { show(step.action, progress) }
    }
  }

  /// Keeps what went wrong first; and that nobody could say where the guest runs, or it could not be brought back, for then
  /// a person has to.
  private func note(_ what: String?, of action: CutoverAction) {
    guard let what else { return }
    switch (action, detail) {
    case (.restoreSource, let before?), (.fenceDestination, let before?):
      detail = "\(before); and then \(what)"
    default: detail = detail ?? what
    }
  }

  private func show(_ action: CutoverAction, _ progress: (ImageCutoverProgress) -> Void) {
    lastProgress = monotonicNow()
    let phase = ImageCutoverProgress.Phase(action)
    let control = phase.isCounted ? job?.control : nil
    let done = control?.bytesDone ?? .zero
    let total = phase.isCounted ? max(Bytes(site.allocated), done) : .zero
    let seconds = (lastProgress - stepBegan).seconds
    progress(
      ImageCutoverProgress(
        phase: phase, pass: performer.passes.count, done: done, total: total,
        share: control?.share(of: total) ?? 0,
        rate: ByteRate(bytesPerSecond: seconds > 0 ? done.value / seconds : 0)))
  }

  // MARK: - Ends

  private func report() -> ImageCutoverReport {
    let accounts = machine.accounts
    let outcome = machine.outcome
    let seconds = zip(accounts.began, accounts.ended ?? clock.now).map { ($1 - $0).seconds } ?? 0
    var report = ImageCutoverReport(
      strategy: machine.plan.strategy, outcome: outcome?.code ?? ImageCutoverReport.suspended,
      detail: outcome == .completed ? nil : detail,
      measured: .init(
        seconds: seconds, bytes: performer.passes.reduce(0) { $0 + $1.bytes },
        pauseSeconds: accounts.downtime?.seconds),
      passes: performer.passes, source: .found(site),
      verified: outcome == .completed && performer.isVerified)
    report.leftBehind = site.leftBehind
    report.resumptions = accounts.returns
    report.hooks = performer.guest.hookRuns
    guard outcome == .completed else { return report }
    do {
      let disks = try site.chains.reported(site.disks, resizedTo: options.resizeTo)
      report.source = try .now(site)
      report.disks = disks
      report.destination = .init(
        virtualBytes: disks.reduce(0) { $0 + $1.virtualBytes },
        allocatedBytes: try site.disks.reduce(0) { $0 + (try $1.destination.file?.status().allocated ?? 0) })
      report.manifest = site.manifest?.path
      report.rehearsal = try performer.guest.examine(site.disks[0].destination.path)
    } catch { report.detail = report.detail ?? "completed, but a look at the result failed: \(error)" }
    return report
  }

  /// Lets go of everything, so that another driver can go on at once.
  private func leave() -> ImageCutoverReport {
    // What a step still writes is behind the last checkpoint; but nothing of ours is to be at work afterwards.
    let hasEnded = [job, fileJob].allSatisfy {
      $0?.waitUntilEnded(until: monotonicNow() + Self.patience) ?? true
    }
    if hasEnded {
      // Its thread may hold the files open for a moment longer.
      for disk in site.disks {
        for file in [disk.source.file, disk.destination.file].compactMap({ $0 }) {
          ImageLock(file: file).release()
        }
      }
      site.chains.release()
      journal.release()
    }
    return suspendedReport()
  }

  private func suspendedReport() -> ImageCutoverReport {
    var report = report()
    report.leftBehind = nil
    report.guestIsDown = machine.accounts.isGuestDown
    return report
  }

  /// Closes the journal: it has served, unless somebody has to look into what happened.
  private func end(_ report: ImageCutoverReport) -> ImageCutoverReport {
    var report = report
    try? journal.append(.outcome(report))
    if case .lost = machine.outcome { return report }
    if options.keepsJournal { return report }
    do { try journal.remove() } catch { report.leftBehind = report.leftBehind ?? journal.file.path }
    return report
  }
}

extension CutoverAction {
  /// Whether the step leads on: to be begun only when its beginning is in the journal. All others lead back or clear
  /// up, and are done whatever becomes of the journal.
  fileprivate var isForward: Bool {
    switch self {
    case .prepareDestination, .copy, .waitUntil, .pauseGuest, .shutDownGuest, .powerOffGuest, .moveRemaining,
      .moveDeviceState, .resizeDestination, .verifyDestination, .startDestination, .pullRemaining:
      true
    case .releaseSource, .fenceDestination, .restoreSource, .discardDestination, .finish: false
    }
  }

  /// Whether it can be left where it is, and be done again later. What commands the guest is waited for.
  fileprivate var isInterruptible: Bool {
    switch self {
    case .prepareDestination, .copy, .waitUntil, .moveRemaining, .resizeDestination, .verifyDestination: true
    case .pauseGuest, .shutDownGuest, .powerOffGuest, .moveDeviceState, .startDestination, .pullRemaining,
      .releaseSource, .fenceDestination, .restoreSource, .discardDestination, .finish:
      false
    }
  }

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
  /// What the guest's disks measured when they were found. It asks no file: one that hangs has hung in the outage, and
  /// its story is to be told all the same.
  fileprivate static func found(_ site: CutoverSite) -> Self {
    Self(virtualBytes: site.chains.virtualSize(site.disks), allocatedBytes: site.allocated)
  }

  /// What they measure, and what the files of raw ones take now.
  fileprivate static func now(_ site: CutoverSite) throws -> Self {
    var sum = found(site)
    for disk in site.disks where disk.source.format == .raw && !disk.source.status.isBlockDevice {
      sum.allocatedBytes += try disk.source.file.status().allocated - disk.source.allocated
    }
    return sum
  }
}

private func zip<A, B>(_ a: A?, _ b: B) -> (A, B)? { a.map { ($0, b) } }
