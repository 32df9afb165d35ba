internal import ImageFiles

/// A qcow2 image of version 3, each cluster at the end of the file when it is first wanted.
///
/// Every cluster of the file is used once and for ever, so that refcounts are known without being kept: they are written
/// at the end.
extension Qcow2Tables: ImageTables {
  static var format: ImageFormat { .qcow2 }
  var unit: Int64 { clusterSize }

  init(_ file: OpenFile, unit: Int64?, size: Int64) throws {
    let clusterSize = unit ?? 1 << Int64(Self.usualClusterBits)
    guard clusterSize.nonzeroBitCount == 1, Qcow2Header.clusterBits.contains(clusterSize.trailingZeroBitCount)
    else {
      throw ImageProblem(
        .limit, path: file.path, "clusters of \(clusterSize) bytes",
        remedy: "A power of two from 512 to 2 MiB.")
    }
    try self.init(file, clusterBits: clusterSize.trailingZeroBitCount, size: size)
  }

  mutating func offset(of unit: Int64, isWanted: Bool) throws -> Int64 {
    try offset(ofCluster: unit, isWanted: isWanted)
  }

  func checkpoint(virtualSize: Int64) -> WriterCheckpoint {
    WriterCheckpoint(
      format: .qcow2, virtualSize: virtualSize, unit: clusterSize, end: end, root: l1Offset,
      rootSize: l1RoomSize, unused: unused)
  }

  mutating func complete(_ file: OpenFile, virtualSize: Int64, _ barrier: ImageBarrier) throws {
    let refcounts = Qcow2Refcounts(after: self)
    try refcounts.write(to: file)
    try file.setSize(to: refcounts.end)
    try barrier.pass()
    let header = Qcow2Header.bytes(self, refcounts, virtualSize: virtualSize)
    try header.withUnsafeBytes { try file.write($0, at: 0) }
    try barrier.pass()
  }
}
