internal import ImageFiles
internal import Quantities

/// One pass: makes the destination what the source is, where the tracker says that it may not be.
struct ImageCopier {
  let ends: CopyEnds
  let settings: PassRunner.Settings
  /// Whether the destination may share the blocks of the source, where both are on one file system that can.
  var sharesBlocks = false

  /// Copies and flushes; when it returns, what it wrote is on the disk.
  ///
  /// - Parameters:
  ///   - number: The number of the pass, for its checkpoints.
  ///   - tracker: Knows what there is to do.
  ///   - startingAt: What lies below is not looked at: an earlier checkpoint of the same pass has it.
  ///   - checkpoint: Told how much is durable, as often as `CopyCheckpoint` says.
  func pass(
    _ number: Int, of tracker: any ChangeTracker, startingAt: Int64 = 0, checkpoint: CopyCheckpoint.Sink,
    _ control: StepControl
  ) throws -> PassTally {
    let began = monotonicNow()
    if let tally = try share(since: began) { return tally }
    let feed = try tracker.beginPass(startingAt: startingAt)
    let source = tracker.source ?? ends.openSource()
    let runner = try PassRunner(
      source, ends.openDestination(), settings, startingAt: startingAt, control)
    try runner.run(feed) {
      try checkpoint(CopyCheckpoint(pass: number, durableUpTo: $0, writer: runner.writerCheckpoint))
    }
    // What the tables of an image in the making don't know after a death would be copied again.
    if let writer = runner.writerCheckpoint {
      try checkpoint(CopyCheckpoint(pass: number, durableUpTo: ends.size, writer: writer))
    }
    let counts = runner.counts
    return PassTally(
      began: began, ended: monotonicNow(), examined: Bytes(counts.examined), written: Bytes(counts.written),
      punched: Bytes(counts.punched))
  }

  /// A pass that takes no time: all of the source, at this moment. `nil` where the file system cannot.
  private func share(since began: Instant) throws -> PassTally? {
    guard sharesBlocks, ends.disk == nil, ends.writer == nil else { return nil }
    do { try ends.destination.clone(ends.source) } catch { return nil }
    settings.digests?.forgetAll()
    try ends.destination.synchronizeData()
    return PassTally(
      began: began, ended: monotonicNow(), examined: Bytes(try ends.source.status().allocated), isShared: true
    )
  }
}
