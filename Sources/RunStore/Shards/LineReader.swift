internal import CXXHash
internal import Foundation

/// Reads a file line by line, however large it is.
struct LineReader: ~Copyable {
  /// Of a line, in bytes: hundreds of sites, classes and campaigns come to a few dozen MiB.
  private static let most = 1 << 30

  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var next = 0
  private var hasEnded = false

  init(_ path: String) throws {
    // A pipe nobody writes to would keep us for ever.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw RunStoreError(.damaged, "'\(path)' is no file", remedy: "remove it and resume")
    }
    self.path = path
  }

  /// The next line with its line break; what lacks one at the end is given as it is. `nil` at the end.
  mutating func line() throws -> ArraySlice<UInt8>? {
    var searched = next
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { next = end + 1 }
        return buffer[next...end]
      }
      if hasEnded {
        defer { next = buffer.count }
        return next < buffer.count ? buffer[next...] : nil
      }
      guard buffer.count - next <= LineReader.most else {
        throw RunStoreError(
          .damaged, "'\(path)' has a line of more than 1 GiB", remedy: "remove it and resume")
      }
      searched = buffer.count - next
      buffer.removeFirst(next)
      next = 0
      try fill()
    }
  }

  private mutating func fill() throws {
    let (size, start) = (1 << 18, buffer.count)
    buffer.append(contentsOf: repeatElement(0, count: size))
    var count = -1
    repeat {
      count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: start), size) }
    } while count < 0 && errno == EINTR
    guard count >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    buffer.removeLast(size - count)
    hasEnded = count == 0
  }

  deinit { close(descriptor) }
}

/// XXH3-64 of lines one after the other.
struct RunningDigest: ~Copyable {
  private let state: OpaquePointer

  init() {
    guard let state = XXH3_createState() else { preconditionFailure("no memory for a checksum") }
    self.state = state
    XXH3_64bits_reset(state)
  }

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { _ = XXH3_64bits_update(state, $0.baseAddress, $0.count) }
  }

  var value: UInt64 { XXH3_64bits_digest(state) }

  deinit { XXH3_freeState(state) }
}
