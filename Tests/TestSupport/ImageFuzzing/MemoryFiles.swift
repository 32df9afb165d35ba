package import ImageFiles
internal import Synchronization
package import SystemPackage

/// Files in memory, for parsers that are to be shown very many of them.
///
/// Pages that are all zero are holes, as on a file system that never writes them.
package final class MemoryFiles: FileAccess {
  private struct State {
    var files: [String: [UInt8]] = [:]
    var open: [Int32: String] = [:]
    var next: Int32 = 1000
    var operations: [Operation] = []
    var failingFlushes = 0
  }

  /// What changed a file, in the order in which it was asked for.
  package enum Operation: Hashable, Sendable {
    case write(offset: Int, bytes: [UInt8])
    case setSize(Int)
    case flush

    package func apply(to file: inout [UInt8]) {
      switch self {
      case .write(let offset, let bytes):
        let end = offset + bytes.count
        if file.count < end { file += repeatElement(0, count: end - file.count) }
        file.replaceSubrange(offset..<end, with: bytes)
      case .setSize(let size):
        file = Array(file.prefix(size)) + Array(repeating: 0, count: max(size - file.count, 0))
      case .flush: break
      }
    }
  }

  private static let page: Int64 = 4096
  private let state = Mutex(State())

  package init(_ files: [String: [UInt8]] = [:]) { state.withLock { $0.files = files } }

  package var operations: [Operation] { state.withLock { $0.operations } }

  /// Lets the next `count` flushes fail, as a disk does that has lost something.
  package func failFlushes(_ count: Int) { state.withLock { $0.failingFlushes = count } }

  private func change(_ file: FileDescriptor, _ operation: Operation) throws(Errno) {
    try withBytes(file) { operation.apply(to: &$0) }
    state.withLock { $0.operations.append(operation) }
  }

  private func flush() throws(Errno) {
    try state.withLock { state throws(Errno) in
      if state.failingFlushes > 0 {
        state.failingFlushes -= 1
        throw .ioError
      }
      state.operations.append(.flush)
    }
  }

  package subscript(name: String) -> [UInt8] { state.withLock { $0.files[name] ?? [] } }

  private static func last(_ path: String) -> String { FilePath(path).lastComponent?.string ?? path }

  private func open(_ path: String, isNew: Bool = false) throws(Errno) -> FileDescriptor {
    try state.withLock { state throws(Errno) in
      let name = Self.last(path)
      if isNew { state.files[name] = [] }
      guard state.files[name] != nil else { throw .noSuchFileOrDirectory }
      state.next += 1
      state.open[state.next] = name
      return FileDescriptor(rawValue: state.next)
    }
  }

  private func withBytes<Result>(_ file: FileDescriptor, _ body: (inout [UInt8]) -> Result) throws(Errno)
    -> Result
  {
    try state.withLock { state throws(Errno) in
      guard let name = state.open[file.rawValue] else { throw .badFileDescriptor }
      return body(&state.files[name, default: []])
    }
  }

  package func openForReading(_ path: String) throws(Errno) -> FileDescriptor { try open(path) }
  package func openForReading(_ path: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    try open(path)
  }
  package func openDirectory(_ path: String) throws(Errno) -> FileDescriptor { FileDescriptor(rawValue: 999) }
  package func create(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    try open(name, isNew: true)
  }
  package func open(_ name: String, in directory: FileDescriptor, forWriting: Bool) throws(Errno)
    -> FileDescriptor
  {
    try open(name)
  }
  package func createUnnamed(in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    throw .notSupported
  }
  package func close(_ file: FileDescriptor) { state.withLock { $0.open[file.rawValue] = nil } }

  package func status(_ file: FileDescriptor) throws(Errno) -> FileStatus {
    let size = try withBytes(file) { Int64($0.count) }
    let name = state.withLock { $0.open[file.rawValue] } ?? ""
    let inode = state.withLock { $0.files.keys.sorted().firstIndex(of: name) } ?? 0
    return FileStatus(
      isRegular: true, size: size, allocated: size, device: 1, inode: UInt64(inode),
      modified: 0)
  }
  package func status(_ path: String, following: Bool) throws(Errno) -> FileStatus { throw .notSupported }
  package func status(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileStatus {
    throw .notSupported
  }
  package func freeSpace(_ file: FileDescriptor) throws(Errno) -> Int64 { .max }
  package func mayWrite(_ directory: String) throws(Errno) {}

  package func nextData(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64? {
    try withBytes(file) { bytes in Self.next(bytes, from: offset, isData: true) }
  }
  package func nextHole(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64 {
    try withBytes(file) { bytes in
      Self.next(bytes, from: offset, isData: false) ?? max(Int64(bytes.count), offset)
    }
  }
  private static func next(_ bytes: [UInt8], from offset: Int64, isData: Bool) -> Int64? {
    var position = offset
    while position < Int64(bytes.count) {
      let end = min((position / page + 1) * page, Int64(bytes.count))
      let start = Int(position / page * page)
      if bytes[start..<Int(end)].contains(where: { $0 != 0 }) == isData { return position }
      position = end
    }
    return nil
  }

  package func read(_ file: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at offset: Int64)
    throws(Errno) -> Int
  {
    guard offset >= 0 else { throw .invalidArgument }
    return try withBytes(file) { bytes in
      guard offset < Int64(bytes.count) else { return 0 }
      let end = min(Int(offset) + buffer.count, bytes.count)
      buffer.copyBytes(from: bytes[Int(offset)..<end])
      return end - Int(offset)
    }
  }
  package func write(_ file: FileDescriptor, _ buffer: UnsafeRawBufferPointer, at offset: Int64) throws(Errno)
    -> Int
  {
    try change(file, .write(offset: Int(offset), bytes: Array(buffer)))
    return buffer.count
  }
  package func punchHole(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) {
    try withBytes(file) { bytes in
      for index in Int(range.lowerBound)..<min(Int(range.upperBound), bytes.count) { bytes[index] = 0 }
    }
  }
  package func setSize(_ file: FileDescriptor, to size: Int64) throws(Errno) {
    try change(file, .setSize(Int(size)))
  }
  package func preallocate(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) {
    throw .notSupported
  }
  package func setMode(_ file: FileDescriptor, to mode: UInt32) throws(Errno) {}
  package func setOwner(_ file: FileDescriptor, user: UInt32, group: UInt32) throws(Errno) {}
  package func synchronizeData(_ file: FileDescriptor) throws(Errno) { try flush() }
  package func synchronize(_ file: FileDescriptor) throws(Errno) { try flush() }
  package func dropCache(_ file: FileDescriptor, _ range: Range<Int64>) {}
  package func rename(_ name: String, to newName: String, in directory: FileDescriptor) throws(Errno) {
    throw .notSupported
  }
  package func remove(_ name: String, in directory: FileDescriptor) throws(Errno) { throw .notSupported }
  package func lock(_ file: FileDescriptor, _ range: Range<Int64>, _ kind: FileLockKind) throws(Errno) {}
  package func isLocked(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) -> Bool { false }
}
