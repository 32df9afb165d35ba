internal import CutoverCore
internal import DiskImages
internal import ImageFiles
internal import Quantities

/// One disk of the guest on its way: what the steps of the plan mean for it.
final class DiskWork: Sendable {
  /// From 0, in the order in which they were named.
  let number: Int
  let source: SourceImage
  let destination: DestinationImage
  let format: DiskFormat

  private let options: ImageCutoverOptions
  /// Of the memory.
  private let share: MemoryShare
  private let notes: Monitor<Notes>

  private struct Notes {
    var tracker: (any ChangeTracker)?
    /// Of a driver that has died.
    var left: JournalHistory.Left?
    /// The chain as the passes read it; `nil`: not opened, or raw.
    var disk: VirtualDisk?
    var digests = Digests.notAsked
    var writer: (any ImageWriter)?
    var checkpoint: WriterCheckpoint?
    /// Of the disk, or of the file that is moved as it is.
    var size: Int64
  }

  /// What is known of the destination's blocks, which is asked for by the first pass.
  private enum Digests {
    case notAsked
    /// No side file can be made.
    case unavailable
    case kept(DigestMap)
  }

  init(
    _ number: Int, _ site: DiskSite, _ options: ImageCutoverOptions, _ share: MemoryShare,
    after history: JournalHistory?
  ) {
    self.share = share
    self.number = number
    source = site.source
    destination = site.destination
    format = site.format
    self.options = options
    var notes = Notes(size: site.source.grows ? site.source.status.size : site.source.virtualSize)
    notes.left = history?.tracker(ofDisk: number)
    notes.checkpoint = history?.writers[number]
    notes.disk = site.source.disk.map(share.holding)
    self.notes = Monitor(notes)
  }

  private var windowSize: Int64 { share.window(atMost: options.blockSize.count) }

  /// What there is to copy, in bytes: as of the last pass, where the file grows.
  var size: Int64 { notes.withLock { $0.size } }

  /// The source is read from a server, whatever file that has it from.
  private var isServed: Bool {
    if case .nbd = options.tracking { return true }
    return false
  }

  func preparedFile() throws(StepFailure) -> OpenFile {
    guard let file = destination.file else { throw StepFailure(.destination, "no destination was prepared") }
    return file
  }

  /// Makes the provisional image and takes it for us alone.
  func prepare() throws -> FileIdentity {
    // An image with tables grows as it is written.
    try destination.create(size: format == .raw ? size : nil)
    let file = try preparedFile()
    guard try ImageLock(file: file).exclude() else {
      throw StepFailure(.destination, "another program has the new image open")
    }
    return FileIdentity(try file.status())
  }

  // MARK: - Passes

  /// What a pass has to know.
  struct Order: Sendable {
    var pass: Int
    /// What lies below is durable already, of this very pass; `nil`: nobody has begun it.
    var startingAt: Int64?
    var limit: TokenBucket?
    /// Nobody writes any more.
    var isLast = false
    /// Of all disks.
    var pace: CheckpointPace
    var checkpoint: CopyCheckpoint.Sink
    /// Told what the tracker wants to have back, before the pass reads anything.
    var remember: @Sendable (TrackerState) throws -> Void
  }

  func pass(_ order: Order, _ control: StepControl) throws -> PassTally {
    do {
      if order.isLast { try renew() }
      try follow()
      let tracker = try changeTracker()
      let ends = try ends()
      let number = number
      let copier = ImageCopier(
        ends: ends,
        settings: PassRunner.Settings(
          windowSize: windowSize, threads: options.threads, limit: order.limit, digests: digests(),
          readsBack: options.verification == .written, share: share, pace: order.pace),
        sharesBlocks: options.mayShareBlocks)
      do {
        return try copier.pass(
          order.pass, of: Remembered(tracker, order.remember),
          startingAt: order.startingAt.map { tracker.start(after: $0) } ?? 0,
          checkpoint: { checkpoint in
            var checkpoint = checkpoint
            checkpoint.disk = number
            try order.checkpoint(checkpoint)
          }, control)
      } catch {
        // A rule about time may have ended the stage: the last pass has to do what this one has not.
        tracker.passWasBrokenOff()
        // Nor has all been read back that it has written, and which is which nobody says: it is all written again.
        if options.verification == .written { digests()?.forgetAll() }
        throw error
      }
    } catch let problem as ImageProblem { throw failure(problem) }
  }

  /// What is known is in files: nothing of it has to stay in memory while others are at work.
  func rest() {
    digests()?.rest()
    // What cannot be written now is kept.
    try? notes.withLock { $0.writer }?.holdTables(within: 0)
  }

  /// See `ChangeTracker.remaining`.
  func remaining(after tally: PassTally, at now: Instant) -> Bytes {
    tally.isShared ? .zero : notes.withLock { $0.tracker }?.remaining(after: tally, at: now) ?? tally.examined
  }

  /// A guest that was stopped has written its tables for the last time: they are read anew.
  private func renew() throws {
    guard source.format != .raw, !isServed else { return }
    let disk = try source.reopened().map(share.holding)
    notes.withLock {
      $0.disk = disk
      $0.tracker = nil
    }
  }

  /// An image with tables that is moved as it is has grown since the last pass, or become smaller.
  private func follow() throws {
    guard source.grows else { return }
    let (now, copy) = (try source.file.status().size, try preparedFile())
    // Of the copy it is asked: while no driver lived nobody has noted what became of the source.
    let copied = try copy.status().size
    if copied != now {
      // What is cut off, or comes to be, is zeros in the copy, whatever was known to lie there.
      digests()?.forget(min(copied, now)..<max(copied, now))
      try copy.setSize(to: now)
    }
    guard now != size else { return }
    notes.withLock { $0.size = now }
    notes.withLock { $0.tracker }?.follow(size: now)
  }

  private func ends() throws -> CopyEnds {
    var ends = CopyEnds(source: source.file, size: size, destination: try preparedFile())
    if !isServed { ends.disk = notes.withLock { $0.disk } }
    ends.writer = try writer()
    return ends
  }

  private func changeTracker() throws -> any ChangeTracker {
    if let tracker = notes.withLock({ $0.tracker }) { return tracker }
    let left = notes.withLock { $0.left }
    let tracker = try options.tracking.makeTracker(
      of: ends(), windowSize: windowSize, after: left)
    notes.withLock { $0.tracker = tracker }
    return tracker
  }

  /// `nil` where no side file can be made: then everything is compared with the destination.
  ///
  /// The map is handed out of the lock and has none of its own. That is safe because only passes use it, or what comes right
  /// before or behind one on its thread, and no job on files begins before the last has ended (`StepJob`).
  private func digests() -> DigestMap? {
    notes.withLock { notes in
      switch notes.digests {
      case .unavailable: return nil
      case .kept(let map): return map
      case .notAsked:
        let map = destination.makeSideFile("blocks").map { DigestMap($0) }
        notes.digests = map.map { .kept($0) } ?? .unavailable
        return map
      }
    }
  }

  /// Keeps the tables of the image in the making; `nil`: raw. One that a driver left is taken up at its last checkpoint.
  private func writer() throws -> (any ImageWriter)? {
    guard format != .raw else { return nil }
    let (held, checkpoint) = notes.withLock { ($0.writer, $0.checkpoint) }
    if let held {
      try held.holdTables(within: share.tablesWritten)
      return held
    }
    let file = try preparedFile()
    let writer: any ImageWriter
    if let checkpoint {
      writer = try ImageWriters.resume(checkpoint, in: file)
    } else {
      try file.setSize(to: 0)
      writer = try ImageWriters.create(format.image, in: file, size: source.virtualSize)
    }
    try writer.holdTables(within: share.tablesWritten)
    notes.withLock { $0.writer = writer }
    return writer
  }

  private func failure(_ problem: ImageProblem) -> StepFailure {
    StepFailure(source.owns(problem.path) ? .source : .destination, "\(problem)")
  }

  // MARK: - Behind the last pass

  func resize(to newSize: Int64) throws {
    do {
      if newSize < source.virtualSize,
        let place = try sourceFace().firstNonZero(in: newSize..<source.virtualSize)
      {
        throw StepFailure(
          .destinationFull, "a size of \(newSize) bytes would cut off the data at byte \(place)")
      }
      if let writer = try writer() { return try writer.grow(to: newSize) }
      try preparedFile().setSize(to: newSize)
    } catch let problem as ImageProblem { throw failure(problem) }
  }

  /// Makes certain that a parent, to which nobody may write, is what it was, and bears its name still.
  func checkUntouched() throws {
    let (now, file) = (try source.file.status(), source.file)
    guard FileIdentity(now).isUnwritten(since: FileIdentity(source.status)) else {
      throw StepFailure(.source, "'\(file.path)', on which others rest, was written to")
    }
    guard let named = try? file.files.status(file.path, following: false) else {
      throw StepFailure(.source, "'\(file.path)', on which others rest, is not there any more")
    }
    guard named.isSameFile(as: now) else {
      throw StepFailure(.source, "'\(file.path)', on which others rest, is another file now")
    }
  }

  /// Makes certain that the source is what was proved, and bears its name still: a write that came after is lost, whatever
  /// the proof said.
  func checkSource(since proved: FileIdentity) throws {
    if isServed { return }
    let (now, file) = (try source.file.status(), source.file)
    guard FileIdentity(now).isUnwritten(since: proved) else {
      throw StepFailure(
        .source, "'\(file.path)' was written to after it had been compared: somebody still uses it")
    }
    guard let named = try? file.files.status(file.path, following: true), named.isSameFile(as: now) else {
      throw StepFailure(.source, "'\(file.path)' is not the file any more that was copied")
    }
    guard FileIdentity(now).isUntouched(since: proved) else {
      throw StepFailure(
        .source,
        "'\(file.path)' was changed after it had been compared: written to with its time set back, or given another "
          + "name, mode or owner")
    }
  }

  /// Makes the destination a whole image on the disk, and proves it as far as `verification` says.
  func verify(
    as verification: ImageCutoverOptions.Verification, size: Int64, witness: (any ComparisonWitness)?,
    _ control: StepControl
  ) throws {
    do {
      try writer()?.finish()
      try preparedFile().synchronize()
      let (source, destination) = (try sourceFace(), try destinationFace(size: size))
      guard verification == .whole || witness != nil else { return }
      try ImageVerifier(
        source: source, destination: destination, windowSize: share.window(atMost: options.comparisonWindow),
        threads: options.threads, share: share, witness: witness
      ).verify(control)
    } catch let problem as ImageProblem {
      // What is wrong with the tables of the new image is for the verification to say.
      throw self.source.owns(problem.path) ? failure(problem) : StepFailure(.verification, "\(problem)")
    }
  }

  private func sourceFace() throws -> DiskFace {
    if source.format != .raw {
      if isServed, let face = try changeTracker().face { return face }
      if let disk = try source.reopened() { return DiskFace(share.holding(disk), .source) }
    }
    try check(source.file, size: size)
    return DiskFace(source.file, size: size)
  }

  /// The destination as a guest will find it: its header and tables included.
  private func destinationFace(size: Int64) throws -> DiskFace {
    let file = try preparedFile()
    guard format != .raw else {
      try check(file, size: size)
      return DiskFace(file, size: size)
    }
    file.dropCache(0..<max(try file.status().size, 1))
    let disk = share.holding(
      try VirtualDisk(file, options: OpeningOptions(format: format.image, parents: .refused)))
    guard disk.virtualSize == size else {
      throw StepFailure(
        .verification,
        "the disk in the new image measures \(disk.virtualSize) bytes where \(size) were expected")
    }
    if let problem = try disk.check().problems.first { throw StepFailure(.verification, "\(problem)") }
    return DiskFace(disk, .destination)
  }

  private func check(_ file: OpenFile, size: Int64) throws {
    let status = try file.status()
    guard status.size == size else {
      throw StepFailure(
        .verification, "the \(file.role.rawValue) measures \(status.size) bytes where \(size) were expected")
    }
  }
}

/// A tracker whose state is told before each pass.
private struct Remembered: ChangeTracker {
  let tracker: any ChangeTracker
  let remember: @Sendable (TrackerState) throws -> Void

  init(_ tracker: any ChangeTracker, _ remember: @escaping @Sendable (TrackerState) throws -> Void) {
    self.tracker = tracker
    self.remember = remember
  }

  func beginPass(startingAt: Int64) throws -> any WindowFeed {
    let feed = try tracker.beginPass(startingAt: startingAt)
    if let state = tracker.state { try remember(state) }
    return feed
  }
  func passWasBrokenOff() { tracker.passWasBrokenOff() }
  func remaining(after pass: PassTally, at now: Instant) -> Bytes { tracker.remaining(after: pass, at: now) }
  var source: ReadingEnd? { tracker.source }
}
