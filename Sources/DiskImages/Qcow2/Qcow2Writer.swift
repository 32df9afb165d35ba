internal import ImageFiles
internal import Synchronization

/// Writes a qcow2 image of version 3, each cluster at the end of the file when it is first wanted.
///
/// Every cluster of the file is used once and for ever, so that refcounts are known without being kept: `finish()`
/// writes them.
final class Qcow2Writer: ImageWriter {
  fileprivate struct State {
    var frame: WriterFrame
    var tables: Qcow2Tables
  }

  let file: OpenFile
  private let barrier: ImageBarrier
  private let state: Mutex<State>

  init(_ file: OpenFile, size: Int64, clusterSize: Int64?) throws {
    try WriterFrame.checkSectors(size, path: file.path)
    let clusterSize = clusterSize ?? 64 << 10
    guard clusterSize.nonzeroBitCount == 1, Qcow2Header.clusterBits.contains(clusterSize.trailingZeroBitCount)
    else {
      throw ImageProblem(
        .limit, path: file.path, "clusters of \(clusterSize) bytes",
        remedy: "A power of two from 512 to 2 MiB.")
    }
    self.file = file
    barrier = ImageBarrier(file)
    let tables = try Qcow2Tables(file, clusterBits: clusterSize.trailingZeroBitCount, size: size)
    state = Mutex(State(frame: WriterFrame(path: file.path, virtualSize: size), tables: tables))
    try file.markUnfinished()
  }

  init(_ file: OpenFile, _ checkpoint: WriterCheckpoint) throws {
    self.file = file
    barrier = ImageBarrier(file)
    // What was given away later is gone; its room reads as zeros when it is given away again.
    try file.setSize(to: checkpoint.end)
    let tables = try Qcow2Tables(file, checkpoint)
    state = Mutex(
      State(frame: WriterFrame(path: file.path, virtualSize: checkpoint.virtualSize), tables: tables))
    try file.markUnfinished()
  }

  var format: ImageFormat { .qcow2 }
  var virtualSize: Int64 { state.withLock { $0.frame.virtualSize } }

  func place(_ range: Range<Int64>) throws -> [DiskPlace] {
    try state.withLock { state in
      try state.frame.checkUnfinished()
      return try state.places(range, isWanted: true)
    }
  }

  func places(in range: Range<Int64>) throws -> [DiskPlace] {
    try state.withLock { try $0.places(range, isWanted: false) }
  }

  func grow(to size: Int64) throws {
    try WriterFrame.checkSectors(size, path: file.path)
    try state.withLock { state in
      try state.frame.checkUnfinished()
      try state.frame.checkGrowth(to: size)
      try state.tables.grow(to: size)
      state.frame.virtualSize = size
    }
  }

  func checkpoint() throws -> WriterCheckpoint {
    try barrier.check()
    let checkpoint = try state.withLock { state in
      try state.frame.checkUnfinished()
      try state.tables.writeAll()
      let tables = state.tables
      try file.lengthen(to: tables.end)
      return WriterCheckpoint(
        format: .qcow2, virtualSize: state.frame.virtualSize, unit: tables.clusterSize, end: tables.end,
        root: tables.l1Offset, rootSize: tables.l1RoomSize, unused: tables.unused)
    }
    try barrier.pass()
    return checkpoint
  }

  func finish() throws {
    try barrier.check()
    try state.withLock { state in
      if state.frame.isFinished { return }
      try state.tables.writeAll()
      let refcounts = Qcow2Refcounts(after: state.tables)
      try refcounts.write(to: file)
      try file.setSize(to: refcounts.end)
      try barrier.pass()
      let header = Qcow2Header.bytes(state.tables, refcounts, virtualSize: state.frame.virtualSize)
      try header.withUnsafeBytes { try file.write($0, at: 0) }
      try barrier.pass()
      state.frame.finish()
    }
  }
}

extension Qcow2Writer.State {
  fileprivate mutating func places(_ range: Range<Int64>, isWanted: Bool) throws -> [DiskPlace] {
    try frame.check(range)
    let size = tables.clusterSize
    var places: [DiskPlace] = []
    var position = range.lowerBound
    while position < range.upperBound {
      let cluster = position / size
      if !isWanted {
        let last = Checked.parts(of: range.upperBound, size: size)
        let next = tables.skippingAbsent(cluster, before: last)
        if next > cluster {
          position = min(next * size, range.upperBound)
          continue
        }
      }
      let end = min((cluster + 1) * size, range.upperBound)
      let offset = try tables.offset(ofCluster: cluster, isWanted: isWanted)
      if offset != 0 { places.add(position..<end, at: offset + position % size) }
      position = end
    }
    return places
  }
}

extension OpenFile {
  /// Says that this will be an image, and is none yet: in the place of the header, which comes last.
  func markUnfinished() throws(FileFault) {
    var bytes = [UInt8](repeating: 0, count: 512)
    bytes.set(ImageFormat.unfinishedMark, at: 0)
    do { try bytes.withUnsafeBytes { try write($0, at: 0) } } catch let fault as FileFault {
      throw fault
    } catch {
      preconditionFailure("only file faults are thrown by writing")
    }
  }

  func lengthen(to size: Int64) throws(FileFault) {
    if try status().size < size { try setSize(to: size) }
  }
}
