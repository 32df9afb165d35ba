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
  }

  /// What a pass has done so far, in bytes.
  struct Counts: Hashable, Sendable {
    var written: Int64 = 0
    var punched: Int64 = 0
    var examined: Int64 = 0
    var readBack: Int64 = 0
  }

  /// What all windows together may hold, and what those that are compared may hold besides: with the program itself
  /// below 64 MiB.
  static let memory = 20 << 20
  static let comparisonMemory = 6 << 20

  fileprivate enum Stage { case reading, comparing, paying, writing, readingBack }

  fileprivate struct Job {
    var window: CopyWindow
    /// What is read: from the first to the last piece of data in the window.
    var span: Range<Int64>
    var stage = Stage.reading
    /// Stands for the span, in whole pages.
    var source: UnsafeMutableRawBufferPointer
    /// What has to be compared with the destination, and the memory for what lies between the first and the last of
    /// it.
    var suspects: [Range<Int64>] = []
    var destination: UnsafeMutableRawBufferPointer?
    var writes: [Range<Int64>] = []
    var digests: [(block: Int64, digest: BlockDigest)] = []
    /// Of what is to be read back.
    var expected: [WriteRecord] = []
  }

  private let source: ReadingEnd
  private let destination: WritingEnd
  private let settings: Settings
  private let control: StepControl
  private let pipeline: TransferPipeline
  private let arena: BuddyArena
  private var jobs: [Int: Job] = [:]
  private var nextOwner = 0
  private let comparisonArena: BuddyArena
  /// Jobs that wait for memory to be compared in.
  private var uncompared: [Int] = []
  /// A window that waits for memory.
  private var held: CopyWindow?
  private var isFed = false
  /// Everything below has been handed out.
  private var position: Int64
  /// Jobs that must not write yet, in the order of their turns.
  private var unpaid: [(owner: Int, due: Instant)] = []
  private var flushes: FlushLedger
  private(set) var counts = Counts()

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
    arena = BuddyArena(capacity: max(1, Self.memory / largest) * largest, largest: largest)
    comparisonArena = BuddyArena(
      capacity: max(1, Self.comparisonMemory / largest) * largest, largest: largest)
    position = startingAt
    flushes = FlushLedger(readsBack: settings.readsBack, startingAt: startingAt)
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
  private func patience() -> Duration {
    let most = Duration.milliseconds(20)
    guard let due = unpaid.first?.due else { return pipeline.isIdle ? .zero : most }
    let wait = min(max(due - monotonicNow(), .zero), most)
    // Nothing under way: nothing would wake us.
    if pipeline.isIdle { sleepFor(wait) }
    return pipeline.isIdle ? .zero : wait
  }

  // MARK: - Windows

  private func begin(_ feed: any WindowFeed) throws {
    while !pipeline.isFull {
      if let expected = flushes.takeReadBack(atMost: settings.windowSize) {
        if try !beginReadBack(expected) {
          flushes.putBack(expected)
          return
        }
        continue
      }
      // Flushed data waits to be read back: that comes first, so that their records stay few.
      guard held != nil || !isFed, !flushes.isFull else { return }
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
  private func begin(_ window: CopyWindow) throws -> Bool {
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
    jobs[owner] = Job(window: window, span: span, source: memory)
    if try !source.read(span, into: memory, pipeline, for: owner) { try examine(owner) }
    return true
  }

  private func advance(_ owner: Int, _ checkpoint: (Int64) throws -> Void) throws {
    if owner == Self.flushOwner {
      if pipeline.failure == nil { try flushed(checkpoint) }
      return
    }
    guard let job = jobs[owner] else { return }
    guard pipeline.failure == nil else { return finish(owner) }
    switch job.stage {
    case .reading: try examine(owner)
    case .comparing: try compare(owner)
    case .paying: preconditionFailure("nothing is under way for a job that has not paid")
    case .writing: try wrote(owner)
    case .readingBack: try compareReadBack(owner)
    }
  }

  private func finish(_ owner: Int) {
    guard let job = jobs.removeValue(forKey: owner) else { return }
    arena.giveBack(job.source)
    if let other = job.destination { comparisonArena.giveBack(other) }
  }

  // MARK: - Copying

  /// The source has been read: finds out what has to be written, or at least what may have to be.
  private func examine(_ owner: Int) throws {
    guard var job = jobs[owner] else { return }
    if settings.digests != nil, job.window.isWhole { job.digests = blockDigests(of: job) }
    for segment in job.window.segments {
      switch segment.kind {
      case .punch: break
      case .write: job.writes.append(segment.range)
      case .compare: job.suspects += suspects(of: job, in: segment.range)
      }
    }
    jobs[owner] = job
    try punch(job.window)
    if job.suspects.isEmpty { return try pay(owner) }
    jobs[owner]?.stage = .comparing
    uncompared.append(owner)
    try compareWhatFits()
  }

  /// Where the destination may hold something else, in a range that is data on both sides.
  private func suspects(of job: Job, in range: Range<Int64>) -> [Range<Int64>] {
    guard let digests = settings.digests, job.window.isWhole else { return [range] }
    return job.digests.compactMap { block, digest in
      let start = block * DigestMap.blockSize
      let part = range.clamped(to: start..<start + DigestMap.blockSize)
      return part.isEmpty || digests[block] == digest ? nil : part
    }
  }

  /// Reads what is suspected from the destination, for as many jobs as there is memory for.
  private func compareWhatFits() throws {
    while let owner = uncompared.first, let job = jobs[owner], let span = job.suspectSpan {
      guard let memory = comparisonArena.take(span.pageCount) else { return }
      uncompared.removeFirst()
      jobs[owner]?.destination = memory
      if try !destination.read(span, into: memory, pipeline, for: owner) { try compare(owner) }
    }
  }

  /// The destination has been read: what differs is to be written, to the page.
  private func compare(_ owner: Int) throws {
    guard let job = jobs[owner], let span = job.suspectSpan, let memory = job.destination else { return }
    for range in job.suspects {
      let runs = BlockDifference.runs(
        .init(job.source.part(range, of: job.span)), .init(memory.part(range, of: span)))
      for run in runs {
        jobs[owner]?.writes.append(
          range.lowerBound + Int64(run.lowerBound)..<range.lowerBound + Int64(run.upperBound))
      }
    }
    comparisonArena.giveBack(memory)
    jobs[owner]?.destination = nil
    try pay(owner)
    try compareWhatFits()
  }

  private func pay(_ owner: Int) throws {
    guard let job = jobs[owner] else { return }
    let amount = job.writes.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
    if amount > 0, let limit = settings.limit {
      let due = limit.take(Bytes(amount), now: monotonicNow())
      if due > monotonicNow() {
        jobs[owner]?.stage = .paying
        unpaid.append((owner, due))
        return
      }
    }
    try write(owner)
  }

  private func payWhatIsDue() throws {
    let now = monotonicNow()
    while let first = unpaid.first, first.due <= now {
      unpaid.removeFirst()
      try write(first.owner)
    }
  }

  private func write(_ owner: Int) throws {
    guard let job = jobs[owner] else { return }
    jobs[owner]?.stage = .writing
    if job.writes.isEmpty { return try wrote(owner) }
    // Before the first byte: should this pass break off, nobody believes what was there before.
    for (block, _) in job.digests { settings.digests?[block] = .unknown }
    for range in job.writes {
      let part = job.source.part(range, of: job.span)
      try destination.write(part, to: range, pipeline, for: owner)
    }
  }

  private func wrote(_ owner: Int) throws {
    guard let job = jobs[owner] else { return }
    if !job.window.isWhole {
      settings.digests?.forget(job.span)
    } else {
      for (block, digest) in job.digests { settings.digests?[block] = digest }
    }
    for range in job.writes {
      counts.written += range.upperBound - range.lowerBound
      flushes.add(
        range, .init(job.source.part(range, of: job.span)), isCached: !destination.passesCache(range))
    }
    var examined: Int64 = 0
    for range in job.window.data { examined += range.upperBound - range.lowerBound }
    counts.examined += examined
    control.add(Bytes(examined))
    source.dropCache(job.span)
    finish(owner)
  }

  private func punch(_ window: CopyWindow) throws {
    for segment in window.segments where segment.kind == .punch {
      settings.digests?.forget(segment.range)
      try destination.punch(segment.range)
      counts.punched += segment.range.upperBound - segment.range.lowerBound
      flushes.notePunch()
    }
  }

  /// The digests of the blocks in a job's window: of what the segments say is data, for nothing else will be at the
  /// destination, whatever a running guest has written beside it since the map was made.
  private func blockDigests(of job: Job) -> [(Int64, BlockDigest)] {
    DigestMap.blocks(of: job.span).map { block in
      let start = block * DigestMap.blockSize
      let whole = start..<start + DigestMap.blockSize
      let parts = job.window.data.compactMap { range -> (Int, UnsafeRawBufferPointer)? in
        guard range.overlaps(whole) else { return nil }
        let part = range.clamped(to: whole)
        return (Int(part.lowerBound - start), .init(job.source.part(part, of: job.span)))
      }
      return (block, BlockDigest(ofBlock: parts))
    }
  }

  // MARK: - Flushing

  private static let flushOwner = 0

  /// Everything below has nothing under way.
  private var lowWater: Int64 {
    var lowest = held?.range.lowerBound ?? position
    for job in jobs.values where job.stage != .readingBack {
      lowest = min(lowest, job.window.range.lowerBound)
    }
    return lowest
  }

  private func flushIfDue(_ checkpoint: (Int64) throws -> Void) throws {
    let isLast = isFed && held == nil && jobs.values.allSatisfy { $0.stage == .readingBack }
    guard flushes.isDue(position: position, isLast: isLast) else { return }
    flushes.begin(durableUpTo: lowWater, position: position)
    // Tables have to be on the disk in their order: that is the writer's own affair.
    if let writer = destination.writer {
      _ = try writer.checkpoint()
      try flushed(checkpoint)
    } else {
      pipeline.flush(destination.end, for: Self.flushOwner)
    }
  }

  private func flushed(_ checkpoint: (Int64) throws -> Void) throws {
    let done = flushes.end()
    if let range = done.touched { destination.file.dropCache(range) }
    if let place = done.checkpoint { try checkpoint(place) }
  }

  // MARK: - Reading back

  private func beginReadBack(_ expected: [WriteRecord]) throws -> Bool {
    guard let first = expected.first, let last = expected.last else { return true }
    let span = first.range.lowerBound..<last.range.upperBound
    guard let memory = arena.take(span.pageCount) else { return false }
    nextOwner += 1
    let owner = nextOwner
    let window = CopyWindow(range: span, segments: [], isWhole: false)
    jobs[owner] = Job(window: window, span: span, stage: .readingBack, source: memory, expected: expected)
    if try !destination.read(span, into: memory, pipeline, for: owner) { try compareReadBack(owner) }
    return true
  }

  private func compareReadBack(_ owner: Int) throws {
    guard let job = jobs[owner] else { return }
    for record in job.expected {
      let bytes = UnsafeRawBufferPointer(job.source.part(record.range, of: job.span))
      guard BlockDigest(of: bytes) == record.digest else {
        throw StepFailure(
          .verification,
          "the destination does not hold what was written to it: bytes \(record.range.lowerBound) to "
            + "\(record.range.upperBound)")
      }
      counts.readBack += record.range.upperBound - record.range.lowerBound
    }
    finish(owner)
  }
}

extension PassRunner.Job {
  /// From the first to the last byte that is suspected.
  fileprivate var suspectSpan: Range<Int64>? {
    guard let first = suspects.first, let last = suspects.last else { return nil }
    return first.lowerBound..<last.upperBound
  }
}

extension Range<Int64> {
  /// What it takes in whole pages.
  var pageCount: Int {
    Int((upperBound - lowerBound + ExtentCursor.page - 1) / ExtentCursor.page * ExtentCursor.page)
  }
}
