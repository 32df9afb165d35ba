internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// What each action of the machine means for images.
final class StepPerformer: Sendable {
  let guest: any GuestControl

  private let source: OpenFile
  private let sourceStatus: FileStatus
  private let destination: DestinationImage
  private let options: ImageCutoverOptions
  private let limit: TokenBucket?
  private let journal: CutoverJournal
  private let clock: CutoverClock
  private let notes: Monitor<Notes>

  private struct Notes {
    var passes: [ImageCutoverReport.Pass] = []
    var isVerified = false
    var tracker: (any ChangeTracker)?
    /// Where the first pass after a return begins; `nil` for a driver that has never died.
    var resumesAt: Int64?
    var isResumed = false
    /// What the source was when it was proved equal.
    var provedSource: FileIdentity?
    var digests: DigestMap??
  }

  init(
    _ site: CutoverSite, _ guest: any GuestControl, _ options: ImageCutoverOptions, _ journal: CutoverJournal,
    _ clock: CutoverClock, after history: JournalHistory?
  ) {
    self.guest = guest
    self.options = options
    self.journal = journal
    self.clock = clock
    source = site.source
    sourceStatus = site.sourceStatus
    destination = site.destination
    limit = options.rateLimit.map { TokenBucket($0, now: monotonicNow()) }
    var notes = Notes()
    if let history {
      notes.isResumed = true
      notes.passes = history.turn?.passes ?? []
      notes.isVerified = history.turn?.isVerified ?? false
      notes.provedSource = history.turn?.source
      notes.resumesAt = history.checkpoint?.durableUpTo ?? 0
    }
    self.notes = Monitor(notes)
  }

  private var size: Int64 { sourceStatus.size }
  var provedSource: FileIdentity? { notes.withLock { $0.provedSource } }

  var passes: [ImageCutoverReport.Pass] { notes.withLock { $0.passes } }
  var isVerified: Bool { notes.withLock { $0.isVerified } }

  /// Returns the answer to the action, or throws why it cannot be done.
  func perform(_ action: CutoverAction, _ control: StepControl) throws -> CutoverEvent {
    switch action {
    case .prepareDestination:
      try control.checkAbandoned()
      try destination.create(size: size)
      let file = try preparedFile()
      guard try ImageLock(file: file).exclude() else {
        throw StepFailure(.destination, "another program has the new image open")
      }
      try journal.append(.made(FileIdentity(file.status())))
      return .prepared
    case .copy(.disk, _, let throttle):
      guest.slow(by: throttle)
      return try copy(control)
    case .waitUntil(let time):
      try control.sleep(until: time)
      return .timeReached
    case .pauseGuest:
      try guest.pause()
      return .guestStopped
    case .shutDownGuest:
      try guest.shutDown()
      return try guestIsDown()
    case .powerOffGuest:
      try guest.powerOff()
      return try guestIsDown()
    case .moveRemaining(.disk): return try moveRemaining(control)
    case .resizeDestination(let size):
      try resize(to: size.count)
      return .resized
    case .verifyDestination:
      let before = FileIdentity(try source.status())
      try verify(control)
      notes.withLock { $0.provedSource = before }
      return .verified
    case .startDestination(let method):
      try control.checkAbandoned()
      let file = try preparedFile()
      if let newSize = options.resizeTo, newSize.count != size, !destination.isPublished {
        // It fits the file system to the new size: nothing that could still be compared with the source.
        ImageLock(file: file).release()
        do { try guest.resized(to: newSize, at: absolutePath(file.path)) } catch {
          throw StepFailure(.guest, "\(error)")
        }
      }
      try destination.publish(like: sourceStatus)
      try journal.append(
        .published(source: FileIdentity(source.status()), destination: FileIdentity(file.status())))
      try control.checkAbandoned()
      // The guest's own program is to have it now.
      ImageLock(file: file).release()
      do { try guest.start(method, at: destination.path) } catch { throw StepFailure(.guest, "\(error)") }
      return .started
    case .releaseSource:
      // The source image stays where it is: whether to remove it is for people to decide.
      return .released
    case .fenceDestination:
      do {
        guard try guest.fence() else { return .started }
      } catch { throw StepFailure(.guest, "\(error)") }
      try destination.withdraw()
      return .fenced
    case .restoreSource(let method):
      guest.slow(by: 0)
      ImageLock(file: source).release()
      try guest.restore(method)
      return .restored
    case .discardDestination:
      guest.slow(by: 0)
      try destination.discard()
      return .discarded
    case .copy(.memory, _, _), .moveRemaining(.memory), .moveDeviceState, .pullRemaining:
      throw StepFailure(.source, "an image has no memory to move")
    case .finish: preconditionFailure("the driver ends at 'finish' and performs nothing")
    }
  }

  /// Brings everything back by force, after a mistake of ours.
  func undo(after job: StepJob?) {
    job?.control.abandon()
    job?.waitUntilEnded()
    guard (try? guest.fence()) == true else { return }
    try? guest.restore(.boot)
    try? destination.withdraw()
    try? destination.discard()
  }

  // MARK: - Copying

  private func copy(_ control: StepControl) throws -> CutoverEvent {
    let tracker = try changeTracker()
    let startingAt = notes.withLock { notes in
      defer { notes.resumesAt = nil }
      return notes.resumesAt
    }
    let tally = try copier(limit: limit).pass(
      passes.count, of: tracker, startingAt: startingAt ?? 0, checkpoint: note, control)
    try control.checkAbandoned()
    var remaining = tally.isShared ? .zero : tracker.remaining(after: tally)
    // Nobody watched what was written while the driver was dead.
    if startingAt != nil && !tally.isShared { remaining = max(remaining, Bytes(sourceStatus.allocated)) }
    note(tally, remaining: remaining)
    return .copied(
      CopyReport(transferred: tally.written, remaining: remaining, bandwidth: pace(tally, remaining)))
  }

  private func moveRemaining(_ control: StepControl) throws -> CutoverEvent {
    let tally = try copier(limit: nil).pass(
      passes.count, of: changeTracker(), checkpoint: note, control)
    note(tally, remaining: nil)
    return .moved(tally.written)
  }

  private func note(_ checkpoint: CopyCheckpoint) throws {
    try journal.append(.checkpoint(checkpoint, clock: clock.stamp))
  }

  /// Holds whoever says that the guest is down to it: nobody has the image open for writing any more.
  private func guestIsDown() throws -> CutoverEvent {
    // A server that is read from keeps it open, and serves a guest that is down.
    if case .nbd = options.tracking { return .guestStopped }
    guard try !options.sourceInUse || ImageLock(file: source).denyWriting() else {
      throw StepFailure(.guest, "the guest is said to be down, but a program still has its image open")
    }
    return .guestStopped
  }

  /// The rate that the final move may count on. That move looks at everything again, however little it finds, so the
  /// rate at which the rest goes is the one that makes it last as long as this pass.
  private func pace(_ tally: PassTally, _ remaining: Bytes) -> ByteRate {
    let amount = remaining > .zero ? remaining : max(tally.examined, Bytes(1))
    return ByteRate(bytesPerSecond: amount.value / max(tally.time.seconds, 1e-6))
  }

  private func note(_ tally: PassTally, remaining: Bytes?) {
    let pass = ImageCutoverReport.Pass(
      inOutage: remaining == nil, bytes: tally.written.count, punched: tally.punched.count,
      seconds: tally.time.seconds, remaining: remaining?.count)
    notes.withLock { $0.passes.append(pass) }
  }

  private func changeTracker() throws -> any ChangeTracker {
    if let tracker = notes.withLock({ $0.tracker }) { return tracker }
    let tracker = try options.tracking.makeTracker(of: ends(), windowSize: options.blockSize.count)
    notes.withLock { $0.tracker = tracker }
    return tracker
  }

  private func ends() throws -> CopyEnds {
    CopyEnds(source: source, size: size, destination: try preparedFile())
  }

  private func copier(limit: TokenBucket?) throws -> ImageCopier {
    ImageCopier(
      ends: try ends(),
      settings: PassRunner.Settings(
        windowSize: options.blockSize.count, threads: options.threads, limit: limit,
        digests: digests(), readsBack: options.verification == .written),
      sharesBlocks: options.mayShareBlocks)
  }

  /// `nil` where no side file can be made: then everything is compared with the destination.
  private func digests() -> DigestMap? {
    notes.withLock { notes in
      if notes.digests == nil {
        notes.digests = .some(destination.makeSideFile("blocks").map { DigestMap($0) })
      }
      return notes.digests ?? nil
    }
  }

  private func verify(_ control: StepControl) throws {
    let newSize = options.resizeTo?.count ?? size
    let verifier = ImageVerifier(
      ends: try ends(), windowSize: options.blockSize.count, threads: options.threads)
    // What another driver has written was read back by nobody that we know of.
    let isResumed = notes.withLock { $0.isResumed }
    switch options.verification == .written && isResumed ? .whole : options.verification {
    case .whole: try verifier.verify(destinationSize: newSize, control)
    case .written, .none: try verifier.settle(destinationSize: newSize)
    }
    notes.withLock { $0.isVerified = options.verification != .none }
  }

  private func preparedFile() throws(StepFailure) -> OpenFile {
    guard let file = destination.file else { throw StepFailure(.destination, "no destination was prepared") }
    return file
  }

  private func resize(to newSize: Int64) throws {
    if newSize < size, let place = try source.firstNonZero(in: newSize..<size) {
      throw StepFailure(
        .destinationFull, "a size of \(newSize) bytes would cut off the data at byte \(place)")
    }
    try preparedFile().setSize(to: newSize)
  }
}
