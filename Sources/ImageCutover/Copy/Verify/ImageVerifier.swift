internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// Makes certain that the destination holds what the source holds: byte for byte, holes read as zeros, as it lies on
/// the disk and not in the cache, each read as its format says.
struct ImageVerifier {
  let source: DiskFace
  let destination: DiskFace
  let windowSize: Int64
  let threads: Int
  var share = MemoryShare.whole
  /// Told of every window that was found equal; see `ComparisonRunner`.
  var witness: (any ComparisonWitness)?

  /// They may differ in size: after a resize, and if all that one of them has more is zeros.
  func verify(_ control: StepControl) throws {
    source.dropCache()
    destination.dropCache()
    let common = min(source.size, destination.size)
    let runner = try ComparisonRunner(
      source.open(), destination.open(), windowSize: windowSize, threads: threads, share: share, control)
    runner.witness = witness
    try runner.run(ScanFeed(source.cursor, destination.cursor, size: common, windowSize: windowSize))
    let longer = source.size > destination.size ? source : destination
    if let place = try longer.firstNonZero(in: common..<longer.size) {
      throw StepFailure(
        .verification,
        "the \(longer.role.rawValue) holds data at byte \(place), where the other side has ended")
    }
  }
}
