internal import CutoverCore
internal import DiskImages
internal import ImageFiles
internal import Quantities

/// Carries one pass out on the calling thread: many windows under way at once, within a fixed amount of memory.
///
/// A window is read; what of it has to be written is found out, by digest or by comparing with the destination; that
/// is written, flushed at intervals, and, if asked, read back from the disk and compared once it has been flushed.
final class PassRunner {
  /// How a pass works.
  struct Settings {
    /// The longest window.
    var windowSize: Int64
    /// Calls under way at once where there is no io_uring.
    var threads: Int
    var limit: TokenBucket?
    /// `nil`: whatever is data on both sides is compared with the destination.
    var digests: DigestMap?
    /// Whether what was written is read again from the disk, after it was flushed.
    var readsBack = false
    /// Of the memory, where other disks are at work, too.
    var share = MemoryShare.whole
    /// Says when all that are at work have to make their work durable.
    var pace = CheckpointPace()
  }

  /// What a pass has done so far, in bytes.
  struct Counts: Hashable, Sendable {
    var written: Int64 = 0
    var punched: Int64 = 0
    var examined: Int64 = 0
    var readBack: Int64 = 0
  }

  let source: ReadingEnd
  let destination: WritingEnd
  let settings: Settings
  let control: StepControl
  let pipeline: TransferPipeline
  let arena: BuddyArena
  /// Bytes of the arena that are for what is read back.
  var heldByReadBacks = 0
  var jobs: [Int: CopyJob] = [:]
  var nextOwner = 0
  let comparisonArena: BuddyArena
  /// Jobs that wait for memory to be compared in.
  var uncompared: [Int] = []
  /// A window that waits for memory.
  var held: CopyWindow?
  var isFed = false
  /// Everything below has been handed out.
  var position: Int64
  /// Jobs that must not write yet, in the order of their turns.
  var unpaid: [(owner: Int, due: Instant)] = []
  var flushes: FlushLedger
  var counts = Counts()
  /// How the image in the making stood at the last flush.
  var writerCheckpoint: WriterCheckpoint?

  init(
    _ source: ReadingEnd, _ destination: WritingEnd, _ settings: Settings, startingAt: Int64,
    _ control: StepControl
  ) throws {
    self.source = source
    self.destination = destination
    self.settings = settings
    self.control = control
    pipeline = try TransferPipeline(
      source.files + [destination.file.files], threads: settings.threads)
    let largest = BuddyArena.size(holding: Int(settings.windowSize))
    let share = settings.share
    arena = try BuddyArena(capacity: max(1, share.windows / largest) * largest, largest: largest)
    comparisonArena = try BuddyArena(
      capacity: max(1, share.comparisons / largest) * largest, largest: largest)
    position = startingAt
    flushes = FlushLedger(share, isEager: destination.writer == nil, pace: settings.pace)
  }

  /// Works off the feed; when it returns, all of it is on the disk.
  ///
  /// - Parameter checkpoint: Told below which offset everything is durable, as often as `CopyCheckpoint` says.
  func run(_ feed: any WindowFeed, checkpoint: (Int64) throws -> Void) throws {
    // Whatever happens, memory that the kernel may still write to outlives it.
    defer { pipeline.drain() }
    while true {
      try control.checkAbandoned()
      try begin(feed)
      try flushIfDue(checkpoint)
      if isFed && held == nil && jobs.isEmpty && flushes.isClean { break }
      for owner in try pipeline.settle(within: patience()) { try advance(owner, checkpoint) }
      if let failure = pipeline.failure { throw failure }
      try payWhatIsDue()
    }
  }

  /// How long to wait for the next completion.
  func patience() -> Duration {
    let most = Duration.milliseconds(20)
    guard let due = unpaid.first?.due else { return pipeline.isIdle ? .zero : most }
    let wait = min(max(due - monotonicNow(), .zero), most)
    // Nothing under way: nothing would wake us.
    if pipeline.isIdle { sleepFor(wait) }
    return pipeline.isIdle ? .zero : wait
  }

  // MARK: - Windows

  func begin(_ feed: any WindowFeed) throws {
    while !pipeline.isFull {
      // What is flushed is read back first, so that the records of it stay few; but with about half of the memory while there
      // is something to copy: the disk would have nothing to write for as long.
      let isCopying = (held != nil || !isFed) && !flushes.isFull
      if !isCopying || heldByReadBacks < arena.capacity / 2,
        let expected = flushes.takeReadBack(atMost: settings.windowSize)
      {
        if try !beginReadBack(expected) {
          flushes.putBack(expected)
          return
        }
        continue
      }
      guard isCopying else { return }
      if held == nil {
        guard let window = try feed.next() else {
          isFed = true
          return
        }
        held = window
        position = window.range.upperBound
      }
      guard let window = held, try begin(window) else { return }
      held = nil
    }
  }

  /// Says whether there was memory for it.
  func begin(_ window: CopyWindow) throws -> Bool {
    let data = window.segments.filter { $0.kind != .punch }
    guard let first = data.first, let last = data.last else {
      try punch(window)
      return true
    }
    // Only what is between the first and the last piece of data is read.
    let span = first.range.lowerBound..<last.range.upperBound
    guard let memory = arena.take(span.pageCount) else { return false }
    nextOwner += 1
    let owner = nextOwner
    jobs[owner] = CopyJob(window, span, memory)
    if try !source.read(span, into: memory, pipeline, for: owner) { try examine(owner) }
    return true
  }

  func advance(_ owner: Int, _ checkpoint: (Int64) throws -> Void) throws {
    if owner == Self.flushOwner {
      if pipeline.failure == nil { try flushed(checkpoint) }
      return
    }
    guard let job = jobs[owner] else { return }
    guard pipeline.failure == nil else { return finish(owner) }
    switch job.stage {
    case .reading: try examine(owner)
    case .digesting: try sift(owner)
    case .waiting: try compare(owner)
    case .comparing: try choose(owner)
    case .paying: preconditionFailure("nothing is under way for a job that has not paid")
    case .writing: try wrote(owner)
    case .readingBack: try check(owner)
    case .checking: try compareReadBack(owner)
    }
  }

  func finish(_ owner: Int) {
    guard let job = jobs.removeValue(forKey: owner) else { return }
    if job.isDurable { heldByReadBacks -= job.source.count }
    arena.giveBack(job.source)
    if let other = job.destination { comparisonArena.giveBack(other) }
  }
}

extension Range<Int64> {
  /// What it takes in whole pages.
  var pageCount: Int {
    Int((upperBound - lowerBound + ExtentCursor.page - 1) / ExtentCursor.page * ExtentCursor.page)
  }
}
