internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// What each action of the machine means for images.
final class StepPerformer: Sendable {
  let guest: any GuestControl

  private let source: OpenFile
  private let size: Int64
  private let destination: DestinationImage
  private let options: ImageCutoverOptions
  private let limit: TokenBucket?
  private let notes = Monitor(Notes())

  private struct Notes {
    var passes: [ImageCutoverReport.Pass] = []
    var isVerified = false
    var tracker: (any ChangeTracker)?
  }

  init(_ site: CutoverSite, _ guest: any GuestControl, _ options: ImageCutoverOptions) {
    self.guest = guest
    self.options = options
    source = site.source
    size = site.sourceStatus.size
    destination = site.destination
    limit = options.rateLimit.map { TokenBucket($0, now: monotonicNow()) }
  }

  var passes: [ImageCutoverReport.Pass] { notes.withLock { $0.passes } }
  var isVerified: Bool { notes.withLock { $0.isVerified } }

  /// Returns the answer to the action, or throws why it cannot be done.
  func perform(_ action: CutoverAction, _ control: StepControl) throws -> CutoverEvent {
    switch action {
    case .prepareDestination:
      try control.checkAbandoned()
      try destination.create(size: size)
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
      return .guestStopped
    case .powerOffGuest:
      try guest.powerOff()
      return .guestStopped
    case .moveRemaining(.disk): return try moveRemaining(control)
    case .resizeDestination(let size):
      try resize(to: size.count)
      return .resized
    case .verifyDestination:
      let newSize = options.resizeTo?.count ?? size
      try ImageVerifier(workers: workers()).verify(
        sourceSize: size, destinationSize: newSize, control)
      notes.withLock { $0.isVerified = true }
      return .verified
    case .startDestination(let method):
      try control.checkAbandoned()
      try destination.publish()
      try control.checkAbandoned()
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
    let tally = try ImageCopier(workers: workers(), limit: limit).pass(tracker.beginPass(), control)
    try control.checkAbandoned()
    let remaining = tracker.remaining(after: tally)
    note(tally, remaining: remaining)
    return .copied(
      CopyReport(transferred: tally.written, remaining: remaining, bandwidth: pace(tally, remaining)))
  }

  private func moveRemaining(_ control: StepControl) throws -> CutoverEvent {
    let tally = try ImageCopier(workers: workers(), limit: nil).pass(changeTracker().beginPass(), control)
    note(tally, remaining: nil)
    return .moved(tally.written)
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
    let file = try preparedFile()
    return notes.withLock { notes in
      if let tracker = notes.tracker { return tracker }
      let tracker = ScanTracker(source, file, size: size, windowSize: options.blockSize.count)
      notes.tracker = tracker
      return tracker
    }
  }

  private func workers() throws -> WindowWorkers {
    WindowWorkers(
      source: source, destination: try preparedFile(), threads: options.threads,
      windowSize: options.blockSize.count)
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
