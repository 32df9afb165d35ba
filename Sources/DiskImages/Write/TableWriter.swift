internal import ImageFiles

/// What is different about the tables of each format, while an image is written: units of the disk that get their place
/// at the end of the file when they are first wanted, and how the whole becomes an image at last.
protocol ImageTables: Sendable {
  static var format: ImageFormat { get }
  /// The unit of allocation, in bytes.
  var unit: Int64 { get }
  /// The first byte of the file that was not given away.
  var end: Int64 { get }

  /// Begins the tables of a disk of `size` bytes.
  ///
  /// - Parameter unit: `nil`: what is usual.
  init(_ file: OpenFile, unit: Int64?, size: Int64) throws
  /// Takes them up as the checkpoint left them.
  init(_ file: OpenFile, _ checkpoint: WriterCheckpoint) throws

  mutating func grow(to size: Int64) throws
  /// The place of the unit with this number, 0 if it has none. Room is made for one that is wanted.
  mutating func offset(of unit: Int64, isWanted: Bool) throws -> Int64
  /// The first unit from `unit` on that may have a place, `end` at most.
  func skippingAbsent(_ unit: Int64, before end: Int64) -> Int64
  /// Keeps no more of the tables in memory than take so many bytes, as far as they can be left in the file.
  mutating func hold(within bytes: Int) throws
  /// Brings the file up to date.
  mutating func writeAll() throws
  func checkpoint(virtualSize: Int64) -> WriterCheckpoint
  /// Makes the file an image, when all its tables are written. What a reader believes comes last, behind a flush.
  mutating func complete(_ file: OpenFile, virtualSize: Int64, _ barrier: ImageBarrier) throws
}

/// Writes an image with tables.
final class TableWriter<Tables: ImageTables>: ImageWriter {
  private struct State {
    var frame: WriterFrame
    var tables: Tables
  }

  let file: OpenFile
  private let barrier: ImageBarrier
  private let state: Guarded<State>

  init(_ file: OpenFile, size: Int64, unit: Int64?) throws {
    try WriterFrame.checkSectors(size, path: file.path)
    self.file = file
    barrier = ImageBarrier(file)
    let tables = try Tables(file, unit: unit, size: size)
    state = Guarded(State(frame: WriterFrame(path: file.path, virtualSize: size), tables: tables))
    try file.markUnfinished()
  }

  init(_ file: OpenFile, _ checkpoint: WriterCheckpoint) throws {
    self.file = file
    barrier = ImageBarrier(file)
    // What was given away later is gone; its room reads as zeros when it is given away again.
    try file.setSize(to: checkpoint.end)
    let tables = try Tables(file, checkpoint)
    state = Guarded(
      State(frame: WriterFrame(path: file.path, virtualSize: checkpoint.virtualSize), tables: tables))
    try file.markUnfinished()
  }

  var format: ImageFormat { Tables.format }
  var virtualSize: Int64 { state.withLock { $0.frame.virtualSize } }

  func place(_ range: Range<Int64>) throws -> [DiskPlace] {
    try state.withLock { state in
      try state.frame.checkUnfinished()
      return try Self.places(range, isWanted: true, &state)
    }
  }

  func places(in range: Range<Int64>) throws -> [DiskPlace] {
    try state.withLock { try Self.places(range, isWanted: false, &$0) }
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

  func holdTables(within bytes: Int) throws { try state.withLock { try $0.tables.hold(within: bytes) } }

  func checkpoint() throws -> WriterCheckpoint {
    try barrier.check()
    let checkpoint = try state.withLock { state in
      try state.frame.checkUnfinished()
      try state.tables.writeAll()
      try file.lengthen(to: state.tables.end)
      return state.tables.checkpoint(virtualSize: state.frame.virtualSize)
    }
    try barrier.pass()
    return checkpoint
  }

  func finish() throws {
    try barrier.check()
    try state.withLock { state in
      if state.frame.isFinished { return }
      try state.tables.writeAll()
      try state.tables.complete(file, virtualSize: state.frame.virtualSize, barrier)
      state.frame.finish()
    }
  }

  private static func places(
    _ range: Range<Int64>, isWanted: Bool, _ state: inout State
  ) throws -> [DiskPlace] {
    try state.frame.check(range)
    let size = state.tables.unit
    var places: [DiskPlace] = []
    var position = range.lowerBound
    while position < range.upperBound {
      let unit = position / size
      if !isWanted {
        let next = state.tables.skippingAbsent(unit, before: Checked.parts(of: range.upperBound, size: size))
        if next > unit {
          position = min(next * size, range.upperBound)
          continue
        }
      }
      let end = min((unit + 1) * size, range.upperBound)
      let offset = try state.tables.offset(of: unit, isWanted: isWanted)
      if offset != 0 { places.add(position..<end, at: offset + position % size) }
      position = end
    }
    return places
  }
}

extension OpenFile {
  /// Says that this will be an image, and is none yet: in the place of the header, which comes last.
  fileprivate func markUnfinished() throws {
    var bytes = [UInt8](repeating: 0, count: 512)
    bytes.set(ImageFormat.unfinishedMark, at: 0)
    try bytes.withUnsafeBytes { try write($0, at: 0) }
  }

  fileprivate func lengthen(to size: Int64) throws(FileFault) {
    if try status().size < size { try setSize(to: size) }
  }
}
