internal import Foundation

/// A page that is written beside its place and put there when it is whole.
enum PageFile {
  static func write(_ text: String, to path: String) throws {
    let partial = path + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: partial))
      guard rename(partial, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    } catch {
      unlink(partial)
      Streams.say("fleetshift: cannot write '\(path)': \(error.localizedDescription)")
      throw ExitStatus.io.exit
    }
  }
}
