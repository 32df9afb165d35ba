internal import ImageFiles
internal import Quantities

/// One pass: makes the destination what the source is, where the tracker says that it may not be.
struct ImageCopier {
  let ends: CopyEnds
  let settings: PassRunner.Settings

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
    let feed = try tracker.beginPass(startingAt: startingAt)
    let source = tracker.source ?? ends.openSource()
    let runner = try PassRunner(
      source, ends.openDestination(), settings, startingAt: startingAt, control)
    try runner.run(feed) { try checkpoint(CopyCheckpoint(pass: number, durableUpTo: $0)) }
    let counts = runner.counts
    return PassTally(
      began: began, ended: monotonicNow(), examined: Bytes(counts.examined), written: Bytes(counts.written),
      punched: Bytes(counts.punched))
  }
}
