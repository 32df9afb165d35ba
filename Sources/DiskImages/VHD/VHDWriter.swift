internal import Glibc
internal import ImageFiles
internal import Synchronization

/// Writes a dynamic VHD, each block at the end of the file when it is first wanted.
final class VHDWriter: ImageWriter {
  fileprivate struct State {
    var frame: WriterFrame
    var tables: VHDTables
  }

  let file: OpenFile
  private let identifier: [UInt8]
  private let barrier: ImageBarrier
  private let state: Mutex<State>

  init(_ file: OpenFile, size: Int64, blockSize: Int64?) throws {
    try WriterFrame.checkSectors(size, path: file.path)
    let blockSize = blockSize ?? 2 << 20
    guard blockSize.nonzeroBitCount == 1, VHDHeader.blockBits.contains(blockSize.trailingZeroBitCount) else {
      throw ImageProblem(
        .limit, path: file.path, "blocks of \(blockSize) bytes",
        remedy: "A power of two from 4 KiB to 256 MiB.")
    }
    self.file = file
    // A random UUID (RFC 9562, version 4): no two disks may bear the same.
    var identifier = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
    identifier[6] = identifier[6] & 0x0F | 0x40
    identifier[8] = identifier[8] & 0x3F | 0x80
    self.identifier = identifier
    barrier = ImageBarrier(file)
    let tables = try VHDTables(file, blockBits: blockSize.trailingZeroBitCount, size: size)
    state = Mutex(State(frame: WriterFrame(path: file.path, virtualSize: size), tables: tables))
    try file.markUnfinished()
  }

  init(_ file: OpenFile, _ checkpoint: WriterCheckpoint) throws {
    self.file = file
    identifier = checkpoint.identifier
    barrier = ImageBarrier(file)
    try file.setSize(to: checkpoint.end)
    let tables = try VHDTables(file, checkpoint)
    state = Mutex(
      State(frame: WriterFrame(path: file.path, virtualSize: checkpoint.virtualSize), tables: tables))
    try file.markUnfinished()
  }

  var format: ImageFormat { .vhd }
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
        format: .vhd, virtualSize: state.frame.virtualSize, unit: tables.blockSize, end: tables.end,
        root: tables.tableOffset, rootSize: tables.tableSize, identifier: identifier)
    }
    try barrier.pass()
    return checkpoint
  }

  func finish() throws {
    try barrier.check()
    try state.withLock { state in
      if state.frame.isFinished { return }
      try state.tables.writeAll()
      let header = VHDHeader.bytes(state.tables)
      try header.withUnsafeBytes { try file.write($0, at: 512) }
      let end = state.tables.end
      try file.setSize(to: end + 512)
      try barrier.pass()
      let footer = VHDFooter.bytes(
        size: state.frame.virtualSize, identifier: identifier,
        timestamp: UInt32(clamping: Int64(time(nil)) - VHDFooter.epoch))
      try footer.withUnsafeBytes { bytes in
        try file.write(bytes, at: 0)
        try file.write(bytes, at: end)
      }
      try barrier.pass()
      state.frame.finish()
    }
  }
}

extension VHDWriter.State {
  fileprivate mutating func places(_ range: Range<Int64>, isWanted: Bool) throws -> [DiskPlace] {
    try frame.check(range)
    let size = tables.blockSize
    var places: [DiskPlace] = []
    var position = range.lowerBound
    while position < range.upperBound {
      let end = min((position / size + 1) * size, range.upperBound)
      let offset = try tables.offset(ofBlock: Int(position / size), isWanted: isWanted)
      if offset != 0 { places.add(position..<end, at: offset + position % size) }
      position = end
    }
    return places
  }
}
