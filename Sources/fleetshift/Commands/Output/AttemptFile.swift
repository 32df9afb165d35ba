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
  private let whole: Mutex<OutputFile>
  private let partial: String
  /// The rows of replications that have not been joined yet, all but the first's.
  private let parts = Mutex<[Int: FileHandle]>([:])

  init(_ place: OutputPlace) throws {
    // The rows of each replication are joined in files beside it. A pipe is not even opened: that waits for a reader.
    let refusal = "it is there already, and is no file"
    guard place.kind == .file else { throw place.failed(refusal) }
    let file = try OutputFile(place)
    guard let partial = file.partial else { throw place.failed(refusal) }
    self.partial = partial
    try file.put(AttemptCSV.header)
    whole = Mutex(file)
  }

  func take(_ rows: [AttemptRow], of job: Int, _ names: AttemptNames) throws {
    let csv = AttemptCSV(names)
    var text = ""
    for row in rows { text += csv.line(row) }
    guard job > 0 else { return try whole.withLock { try $0.put(text) } }
    do { try part(job).write(contentsOf: Data(text.utf8)) } catch { throw failed(error) }
  }

  /// Joins a replication's rows to those of all before it.
  func finish(_ job: Int) throws {
    guard job > 0 else { return }
    do {
      try part(job).close()
      let part = try FileHandle(forReadingFrom: URL(fileURLWithPath: path(job)))
      try whole.withLock { whole in
        while let bytes = try part.read(upToCount: 1 << 20), !bytes.isEmpty { try whole.put(Array(bytes)) }
      }
      try part.close()
      unlink(path(job))
      parts.withLock { $0[job] = nil }
    } catch { throw failed(error) }
  }

  private func failed(_ error: any Error) -> any Error { whole.withLock { $0.failed(error) } }

  /// Gives the file its name.
  func publish() throws { try whole.withLock { try $0.publish() } }

  /// Where a replication's rows lie until they are joined.
  private func path(_ job: Int) -> String { "\(partial)-\(job)" }

  private func part(_ job: Int) throws -> FileHandle {
    try parts.withLock { parts in
      if let handle = parts[job] { return handle }
      let descriptor = open(path(job), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      parts[job] = handle
      return handle
    }
  }

  deinit {
    for job in parts.withLock({ Array($0.keys) }) { unlink(path(job)) }
  }
}
