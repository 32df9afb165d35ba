internal import FleetReports
internal import FleetSimulation
internal import Foundation

/// The rows of `--attempts`: written beside their place, and put there when they are whole.
final class AttemptFile: Sendable {
  private let path: String
  private let partial: String
  private let handle: FileHandle

  init(_ path: String) throws {
    self.path = path
    var status = stat()
    // What is put in place replaces what was there: a device or a folder is not to be replaced.
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      Streams.say("fleetshift: cannot write '\(path)': it is there already, and is no file")
      throw ExitStatus.io.exit
    }
    partial = path + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
    guard FileManager.default.createFile(atPath: partial, contents: Data(AttemptCSV.header.utf8)),
      let handle = FileHandle(forWritingAtPath: partial)
    else {
      Streams.say("fleetshift: cannot write '\(path)': does its folder exist, and may it be written to?")
      throw ExitStatus.io.exit
    }
    self.handle = handle
    _ = try handle.seekToEnd()
  }

  func add(_ rows: [AttemptRow], _ ledger: Ledger) throws {
    let csv = AttemptCSV(of: ledger)
    do {
      try handle.write(contentsOf: Data(rows.map { csv.line($0) }.joined().utf8))
    } catch { throw failed(error) }
  }

  func publish() throws {
    do {
      try handle.close()
      guard rename(partial, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch { throw failed(error) }
  }

  private func failed(_ error: any Error) -> any Error {
    try? FileManager.default.removeItem(atPath: partial)
    Streams.say("fleetshift: cannot write '\(path)': \(error.localizedDescription)")
    return ExitStatus.io.exit
  }

  deinit {
    // Nothing half-written is left behind by a run that did not come to its end.
    unlink(partial)
  }
}
