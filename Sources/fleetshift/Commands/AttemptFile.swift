internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import Foundation
internal import Synchronization

/// The rows of `--attempts`: written beside their place while the study runs, and put there when they are whole.
///
/// Each replication writes to a file of its own, so that none waits for another and memory holds a few rows only; they
/// are joined in order as they end. Nothing is left behind by a run that does not come to its end.
final class AttemptFile: AttemptSink {
  // A class because it owns the files, and removes them when it goes.
  private let path: String
  private let suffix = ".partial-\(ProcessInfo.processInfo.processIdentifier)"
  private let parts = Mutex<[Int: FileHandle]>([:])

  init(_ path: String) throws {
    self.path = path
    // The rows of each replication are joined in files beside it.
    guard try OutputPlace(path) == .file else {
      throw OutputPlace.failed(path, "it is there already, and is no file")
    }
    let handle = try part(0)
    do { try handle.write(contentsOf: Data(AttemptCSV.header.utf8)) } catch { throw failed(error) }
  }

  func take(_ rows: [AttemptRow], of job: Int, _ names: AttemptNames) throws {
    let csv = AttemptCSV(names)
    var text = ""
    for row in rows { text += csv.line(row) }
    do { try part(job).write(contentsOf: Data(text.utf8)) } catch { throw failed(error) }
  }

  /// Joins a replication's rows to those of all before it.
  func finish(_ job: Int) throws {
    guard job > 0 else { return }
    do {
      try part(job).close()
      let (whole, part) = (try part(0), try FileHandle(forReadingFrom: URL(fileURLWithPath: place(job))))
      while let bytes = try part.read(upToCount: 1 << 20), !bytes.isEmpty {
        try whole.write(contentsOf: bytes)
      }
      try part.close()
      unlink(place(job))
      parts.withLock { $0[job] = nil }
    } catch { throw failed(error) }
  }

  /// Gives the file its name.
  func publish() throws {
    do {
      try part(0).close()
      guard rename(place(0), path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    } catch { throw failed(error) }
  }

  /// Where a replication's rows lie until they are joined; all are joined to those of the first.
  private func place(_ job: Int) -> String { path + suffix + (job == 0 ? "" : "-\(job)") }

  private func part(_ job: Int) throws -> FileHandle {
    try parts.withLock { parts in
      if let handle = parts[job] { return handle }
      let handle = try OutputPlace.open(place(job))
      parts[job] = handle
      return handle
    }
  }

  private func failed(_ error: any Error) -> any Error { OutputPlace.failed(path, error) }

  deinit {
    for job in parts.withLock({ Array($0.keys) }) { unlink(place(job)) }
  }
}
