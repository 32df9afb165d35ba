internal import Foundation

/// A file that is written beside its place, piece by piece, and put there when it is whole.
final class TextFile {
  // A class because it owns the file, and removes it when it goes.
  private let path: String
  private let partial: String
  private let handle: FileHandle
  private var pending = Data()

  init(_ path: String) throws {
    self.path = path
    partial = path + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
    guard FileManager.default.createFile(atPath: partial, contents: nil),
      let handle = FileHandle(forWritingAtPath: partial)
    else {
      Streams.say("fleetshift: cannot write '\(path)': does its folder exist, and may it be written to?")
      throw ExitStatus.io.exit
    }
    self.handle = handle
  }

  func put(_ text: String) throws {
    pending.append(contentsOf: text.utf8)
    if pending.count >= 1 << 20 { try flush() }
  }

  /// Gives the file its name.
  func publish() throws {
    do {
      try flush()
      try handle.close()
      guard rename(partial, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    } catch { throw failed(error) }
  }

  func failed(_ error: any Error) -> any Error {
    Streams.say("fleetshift: cannot write '\(path)': \(error.localizedDescription)")
    return ExitStatus.io.exit
  }

  private func flush() throws {
    try handle.write(contentsOf: pending)
    pending.removeAll(keepingCapacity: true)
  }

  deinit { unlink(partial) }
}
