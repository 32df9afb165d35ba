internal import CLinux
internal import Glibc
internal import ImageFiles
internal import SystemPackage

/// A file that a rehearsal's two processes map: what the one wants, how the other is, and for each block of the image the
/// number of the last write to it that was acknowledged. It outlives both.
///
/// `@unchecked Sendable` is safe because every word is loaded and stored atomically, and unmapped with its last owner.
final class RehearsalBoard: @unchecked Sendable {
  enum Word: Int {
    case command, state, throttle, sequence, run, places, heartbeat
  }
  enum Command: UInt64 {
    case run = 1
    case stop, quit
  }
  enum State: UInt64 { case starting, running, stopped, failed }

  private static let header = 4096

  let path: String
  private let file: FileDescriptor
  private let words: UnsafeMutablePointer<UInt64>
  private let length: Int

  /// It has the file from here on; if this throws, it is still its caller's.
  private init(_ path: String, _ file: FileDescriptor, length: Int) throws(Errno) {
    guard let words = linux_map(file.rawValue, length) else { throw Errno(rawValue: errno) }
    (self.path, self.file, self.words, self.length) = (path, file, words, length)
  }

  deinit {
    linux_unmap(words, length)
    _ = try? file.close()
  }

  /// Makes a new one for these offsets, instead of what another rehearsal has left there.
  static func make(_ path: String, offsets: [Int64]) throws -> RehearsalBoard {
    // Never what is there: it may be another's, or another file by its second name.
    unlink(path)
    let file = try FileDescriptor.open(
      FilePath(path), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
      permissions: [.ownerReadWrite])
    let length = header + offsets.count * 16
    let board = try closing(file) { () throws(Errno) in
      guard ftruncate(file.rawValue, length) == 0 else { throw Errno(rawValue: errno) }
      return try RehearsalBoard(path, file, length: length)
    }
    for (index, offset) in offsets.enumerated() { board.words[header / 8 + index * 2] = UInt64(offset) }
    board[.places] = UInt64(offsets.count)
    return board
  }

  static func open(_ path: String) throws -> RehearsalBoard {
    let file = try FileDescriptor.open(FilePath(path), .readWrite, options: [.closeOnExec, .noFollow])
    let board = try closing(file) { () throws(Errno) in
      var status = stat()
      guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
      guard status.st_size >= header, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
        status.st_mode & 0o022 == 0
      else { throw Errno.notPermitted }
      return try RehearsalBoard(path, file, length: Int(status.st_size))
    }
    guard board[.places] <= UInt64((board.length - header) / 16),
      (0..<board.count).allSatisfy({ board.place($0) <= Int64.max })
    else { throw Errno.invalidArgument }
    return board
  }

  /// Closes the file if nothing comes of it.
  private static func closing(
    _ file: FileDescriptor, _ body: () throws(Errno) -> RehearsalBoard
  ) throws(Errno) -> RehearsalBoard {
    do { return try body() } catch {
      _ = try? file.close()
      throw error
    }
  }

  subscript(word: Word) -> UInt64 {
    get { linux_load(words + word.rawValue) }
    set { linux_store(words + word.rawValue, newValue) }
  }

  var command: Command {
    get { Command(rawValue: self[.command]) ?? .stop }
    set { self[.command] = newValue.rawValue }
  }
  var state: State {
    get { State(rawValue: self[.state]) ?? .failed }
    set { self[.state] = newValue.rawValue }
  }

  var count: Int { Int(self[.places]) }
  private func place(_ index: Int) -> UInt64 { linux_load(words + Self.header / 8 + index * 2) }
  /// It was checked when the board was opened, but somebody else may have written to the file since.
  func offset(_ index: Int) -> Int64 { Int64(clamping: place(index)) }
  func acknowledged(_ index: Int) -> UInt64 { linux_load(words + Self.header / 8 + index * 2 + 1) }
  func acknowledge(_ sequence: UInt64, at index: Int) {
    linux_store(words + Self.header / 8 + index * 2 + 1, sequence)
    self[.sequence] = sequence
  }

  // MARK: - Who is there

  /// The guest holds this as long as it lives.
  func occupy() throws(Errno) { try LinuxFiles().lock(file, 0..<1, .exclusive) }
  var isOccupied: Bool { (try? LinuxFiles().isLocked(file, 0..<1)) ?? false }
  /// Nobody will ever ask again.
  var isAbandoned: Bool {
    var status = stat()
    return fstat(file.rawValue, &status) != 0 || status.st_nlink == 0
  }
}
