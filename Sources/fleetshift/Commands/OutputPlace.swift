internal import Foundation

/// Where a command is to write a file.
enum OutputPlace: Equatable {
  /// There is none yet, or it is replaced when the new one is whole.
  case file
  /// A device, a pipe or a socket, such as /dev/stdout: written as it is, for to put a file in its place would destroy it.
  case stream

  /// - Throws: `ExitStatus.io`, said to the user, where nothing can be written.
  init(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else {
      self = .file
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: throw OutputPlace.failed(path, "it is a folder")
    default: self = .stream
    }
  }

  static func failed(_ path: String, _ error: any Error) -> any Error {
    failed(
      path,
      (error as? POSIXError).map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
    )
  }

  static func failed(_ path: String, _ why: String) -> any Error {
    Streams.say("fleetshift: cannot write '\(path)': \(why)")
    return ExitStatus.io.exit
  }

  /// Opens a new file, or one that is there.
  static func open(_ path: String, _ flags: Int32 = O_CREAT | O_TRUNC) throws -> FileHandle {
    let descriptor = Foundation.open(path, O_WRONLY | O_CLOEXEC | flags, 0o666)
    guard descriptor >= 0 else { throw failed(path, String(cString: strerror(errno))) }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}
