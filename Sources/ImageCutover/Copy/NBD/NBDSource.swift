internal import CNBD
internal import CutoverCore
internal import Glibc
internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// A disk that an NBD server exports, over several connections at once, and what the server tells of its blocks.
///
/// It stands in for a file wherever a copy reads: `read` is the one operation of `FileAccess` that it has.
final class NBDSource: Sendable {
  /// What a range of the disk is said to be.
  struct Run: Hashable, Sendable {
    var range: Range<Int64>
    var flags: UInt32
  }

  let uri: String
  let size: Int64
  private let connections: Monitor<[Connection]>

  /// `@unchecked Sendable` is safe because one thread at a time has it: it is taken from the list and put back.
  private struct Connection: @unchecked Sendable {
    let pointer: OpaquePointer
  }

  /// How long a server may be silent while it is asked for something: longer than a disk takes that is not well, and
  /// short beside the hours for which a step may copy.
  static let patience = Duration.seconds(60)

  /// - Parameter bitmap: The name of the dirty bitmap, without `qemu:dirty-bitmap:`.
  init(uri: String, bitmap: String, connections count: Int, patience: Duration = NBDSource.patience) throws {
    self.uri = uri
    var open: [Connection] = []
    for number in 0..<count {
      var text = [CChar](repeating: 0, count: 512)
      let patience = Int32(patience.seconds * 1000)
      guard
        let connection = fleetshift_nbd_open(uri, "qemu:dirty-bitmap:" + bitmap, patience, &text, text.count)
      else {
        // A server that takes one client serves that one.
        if number > 0 { break }
        let why = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        throw StepFailure(.source, "the NBD server '\(uri)' cannot be used: \(why)")
      }
      open.append(Connection(pointer: connection))
    }
    size = fleetshift_nbd_size(open[0].pointer)
    connections = Monitor(open)
  }

  deinit { connections.withLock { for connection in $0 { fleetshift_nbd_close(connection.pointer) } } }

  /// A connection is used by one thread at a time.
  private func withConnection<Result>(_ body: (OpaquePointer) -> Result) -> Result {
    var taken: Connection?
    while taken == nil {
      connections.wait { !$0.isEmpty }
      taken = connections.withLock { $0.popLast() }
    }
    guard let taken else { preconditionFailure("the loop ends with a connection") }
    defer { connections.withLock { $0.append(taken) } }
    return body(taken.pointer)
  }

  func read(into memory: UnsafeMutableRawBufferPointer, at offset: Int64) throws(Errno) -> Int {
    let count = min(memory.count, Int(max(size - offset, 0)))
    if count == 0 { return 0 }
    let result = withConnection { fleetshift_nbd_read($0, memory.baseAddress, count, UInt64(offset)) }
    if result != 0 { throw Errno(rawValue: result) }
    return count
  }

  /// What the server says of the disk from `offset` on: of the dirty bitmap, or of what is allocated.
  func runs(ofBitmap: Bool, from offset: Int64) throws -> [Run] {
    let most = 1024
    let room = UnsafeMutablePointer<fleetshift_nbd_extent>.allocate(capacity: most)
    defer { room.deallocate() }
    // Servers answer for less than 4 GiB at a time.
    let length = min(size - offset, 2 << 30)
    guard length > 0 else { return [] }
    let count = withConnection {
      fleetshift_nbd_extents($0, ofBitmap, UInt64(offset), UInt64(length), room, UInt32(most))
    }
    guard count > 0 else {
      throw FileFault(
        role: .source, path: uri, doing: "ask for the blocks of", offset: offset,
        cause: .errno(Errno(rawValue: count < 0 ? -count : EPROTO)))
    }
    var position = offset
    let runs = (0..<Int(count)).map { index in
      let end = position + min(Int64(room[index].length), size - position)
      defer { position = end }
      return Run(range: position..<end, flags: room[index].flags)
    }
    // A server that says next to nothing of the place it was asked about would be asked for ever: what is looked at are
    // whole pages.
    guard position >= min(offset / ExtentCursor.page * ExtentCursor.page + ExtentCursor.page, size) else {
      throw FileFault(
        role: .source, path: uri, doing: "ask for the blocks of", offset: offset,
        cause: .errno(Errno(rawValue: EPROTO)))
    }
    return runs
  }
}

/// Walks over those runs of an NBD disk whose flags say so, in whole pages.
struct NBDCursor: DataCursor {
  private let source: NBDSource
  private let ofBitmap: Bool
  private let isWanted: (UInt32) -> Bool
  private var runs: [NBDSource.Run] = []
  private var index = 0
  private var asked: Int64 = 0

  /// What holds data.
  static func data(of source: NBDSource) -> NBDCursor { NBDCursor(source, ofBitmap: false) { $0 & 2 == 0 } }

  /// What the bitmap says was written to.
  static func dirty(of source: NBDSource) -> NBDCursor { NBDCursor(source, ofBitmap: true) { $0 & 1 != 0 } }

  private init(_ source: NBDSource, ofBitmap: Bool, _ isWanted: @escaping (UInt32) -> Bool) {
    self.source = source
    self.ofBitmap = ofBitmap
    self.isWanted = isWanted
  }

  mutating func data(from position: Int64) throws -> Range<Int64>? {
    let page = ExtentCursor.page
    while true {
      while index < runs.count {
        let run = runs[index]
        let range =
          run.range.lowerBound / page
          * page..<min((run.range.upperBound + page - 1) / page * page, source.size)
        if isWanted(run.flags), range.upperBound > position {
          return max(range.lowerBound, position)..<range.upperBound
        }
        index += 1
      }
      guard asked < source.size else { return nil }
      // What lies before the position need not be asked for.
      asked = max(asked, min(position, source.size) / page * page)
      guard asked < source.size else { return nil }
      runs = try source.runs(ofBitmap: ofBitmap, from: asked)
      index = 0
      asked = runs.last?.range.upperBound ?? source.size
    }
  }
}
