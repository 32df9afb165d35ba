internal import Foundation

/// Where `--out` puts its files: all of them or none.
struct ResultFolder {
  private let path: String

  /// Looks whether files could be put there, before anything is simulated for them. Makes nothing yet.
  init(_ path: String) throws {
    self.path = path
    var place = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL.path
    while !FileManager.default.fileExists(atPath: place), place != "/" {
      place = URL(fileURLWithPath: place).deletingLastPathComponent().path
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), isFolder.boolValue else {
      throw failed("'\(place)' is no folder")
    }
    guard access(place, W_OK | X_OK) == 0 else { throw failed(String(cString: strerror(errno))) }
  }

  /// Writes the files beside their places, and puts them there when all are whole.
  func publish(_ files: [(name: String, text: String)]) throws {
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    let suffix = ".partial-\(ProcessInfo.processInfo.processIdentifier)"
    let places = files.map { file in
      (
        partial: folder.appendingPathComponent(file.name + suffix),
        final: folder.appendingPathComponent(file.name)
      )
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (place, file) in zip(places, files) { try Data(file.text.utf8).write(to: place.partial) }
      for place in places where rename(place.partial.path, place.final.path) != 0 {
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
      }
    } catch {
      for place in places { unlink(place.partial.path) }
      throw failed(error.localizedDescription)
    }
  }

  private func failed(_ why: String) -> any Error {
    Streams.say("fleetshift: cannot write into '\(path)': \(why)")
    return ExitStatus.io.exit
  }
}
