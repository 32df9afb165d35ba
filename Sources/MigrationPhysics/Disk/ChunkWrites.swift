internal import Quantities

#if canImport(Glibc)
  private import Glibc
#endif

/// What a guest's disk writes leave in a dirty bitmap, whose bits stand for whole chunks.
struct ChunkWrites: Sendable {
  /// Writes each second that the guest would make.
  let writesPerSecond: Double
  /// What one write marks.
  let chunkBytes: Double
  /// What is written at all, at the front of the disk.
  let workingSet: Double
  private let isSequential: Bool
  /// Bytes written each second.
  let rate: Double

  init(_ writes: DiskWrites, granularity: Bytes) {
    rate = writes.rate.bytesPerSecond
    let size = max(1, writes.size.value)
    writesPerSecond = rate / size
    chunkBytes = max(1, (size / max(1, granularity.value)).rounded(.up)) * max(1, granularity.value)
    workingSet = writes.workingSet.value
    isSequential = writes.pattern == .sequential
  }

  /// The distinct bytes, in chunks, of so many writes.
  func distinct(of writes: Double) -> Double {
    guard workingSet > 0, writes > 0 else { return 0 }
    if isSequential { return min(workingSet, writes * (writesPerSecond > 0 ? rate / writesPerSecond : 0)) }
    return workingSet * -expm1(-writes * chunkBytes / workingSet)
  }

  func distinct(in seconds: Double) -> Double { distinct(of: writesPerSecond * seconds) }

  /// For how long the set would have been written to hold so much, each place for the same time.
  func age(of dirty: Double) -> Double {
    guard rate > 0, workingSet > 0 else { return 0 }
    if isSequential { return dirty / rate }
    let share = min(dirty / workingSet, 1 - 1e-12)
    return -log1p(-share) * workingSet / (writesPerSecond * chunkBytes)
  }

  /// What is dirty behind a head that has gone over the disk at `speed` and took `seconds` for all of it: what is
  /// written before the head comes by is copied with the rest, and costs nothing.
  func behindHead(after seconds: Double, speed: Double) -> Double {
    guard workingSet > 0, rate > 0, seconds > 0 else { return 0 }
    let passing = min(seconds, workingSet / speed)
    if isSequential { return min(workingSet, rate * max(0, seconds - passing / 2)) }
    let lambda = writesPerSecond * chunkBytes / workingSet
    guard lambda * passing > 1e-9 else { return distinct(in: seconds - passing / 2) }
    let clean = (exp(-lambda * (seconds - passing)) - exp(-lambda * seconds)) / (lambda * passing)
    return workingSet * (1 - clean)
  }
}
