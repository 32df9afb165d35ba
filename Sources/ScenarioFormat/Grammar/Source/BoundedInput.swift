internal import Foundation

/// Why nothing could be read.
struct ReadingFault: Error {
  let message: String
  let remedy: String

  init(_ message: String, remedy: String) {
    self.message = message
    self.remedy = remedy
  }

  /// After a call to the system that failed.
  init(errno number: Int32) {
    message = number == ENOENT ? "it does not exist" : String(cString: strerror(number)).lowercased()
    remedy = number == ENOENT ? "check its name and its folder" : "check that it may be read"
  }
}

/// Reads at most so many bytes of whatever a path names, and never waits for ever.
enum BoundedInput {
  /// How long a named pipe may be silent. A pipe whose writer never comes would otherwise hang the program.
  static let silence = 5

  static func read(_ path: String, _ most: Int) throws(ReadingFault) -> [UInt8] {
    // Without O_NONBLOCK the call itself would wait for somebody to open the other end of a named pipe.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw ReadingFault(errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw ReadingFault(errno: errno) }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw ReadingFault("it is a directory", remedy: "name a file in it")
    }
    return try read(descriptor, most, patience: Int32(silence * 1000))
  }

  /// Standard input, for as long as it takes.
  static func read(_ most: Int) throws(ReadingFault) -> [UInt8] {
    try read(STDIN_FILENO, most, patience: -1)
  }

  private static func read(_ descriptor: Int32, _ most: Int, patience: Int32) throws(ReadingFault) -> [UInt8]
  {
    var data: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while data.count < most {
      var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waited, 1, patience)
      if ready == 0 {
        throw ReadingFault(
          "nothing came out of it for \(silence) s", remedy: "see that something writes to it, or name a file"
        )
      }
      if ready < 0, errno != EINTR { throw ReadingFault(errno: errno) }
      let count = Foundation.read(descriptor, &piece, min(piece.count, most - data.count))
      if count == 0 { break }
      if count > 0 { data.append(contentsOf: piece[..<count]) }
      if count < 0, errno != EINTR, errno != EAGAIN { throw ReadingFault(errno: errno) }
    }
    return data
  }
}
