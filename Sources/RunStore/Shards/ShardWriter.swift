internal import FleetExperiments
internal import FleetSimulation
internal import Foundation

/// Writes the units of one shard in their order, beside its place until it is whole.
///
/// What an earlier process left behind is taken up where its last whole unit ends. Each process writes to a file of its
/// own, so two that do the same shard at once only waste time: both come to the same bytes.
final class ShardWriter {
  // A class because it owns a file, and the simulation keeps a closure that writes to it.
  private let folder: RunFolder
  let units: Range<Int>
  /// The unit that is to be written next.
  private(set) var next: Int
  private var file: DurableFile
  private var rows = 0
  private var digest = RunningDigest()

  init(_ folder: RunFolder, _ units: Range<Int>) throws {
    (self.folder, self.units, next) = (folder, units, units.lowerBound)
    file = try DurableFile(folder.shardPath(units))
    file.keepsPartial = true
    let header = ShardLine.header(folder.manifest.plan, units)
    try file.write(header)
    guard let earlier = try ShardWriter.best(of: folder, units, header) else { return }
    var reader = try LineReader(earlier.path)
    _ = try reader.line()
    while rows < earlier.rows, let line = try reader.line() { try append(line) }
    next = earlier.next
    try file.flush()
  }

  /// A line of an open unit, such as an attempt's.
  func append(_ line: ArraySlice<UInt8>) throws {
    try file.write(line)
    digest.add(line)
    rows += 1
  }

  /// Closes the next unit. What was written up to here survives the process.
  func close(_ ledger: Ledger, _ course: ReplicationCourse?) throws {
    let (point, replication) = next.quotientAndRemainder(dividingBy: folder.manifest.replications)
    let line = try ShardLine.replication(point: point, replication: replication, ledger, course)
    try append(Array(line.utf8)[...])
    try file.flush()
    next += 1
  }

  /// Puts the shard in its place, and takes away what others have left of it.
  func publish() throws {
    precondition(next == units.upperBound, "a shard is published when all its units are in it")
    try file.write(ShardLine.end(rows: rows, digest: digest.value))
    do { try file.publish() } catch {
      // Another process that did the same shard was first, and has tidied up.
      guard FileManager.default.fileExists(atPath: file.place) else { throw error }
    }
    for name in folder.partials(of: units) { unlink(folder.shardFolder + "/" + name) }
  }

  // MARK: - What is there already

  private struct Earlier {
    var path: String
    var next: Int
    /// Lines after the header, up to the end of the last whole unit.
    var rows: Int
  }

  /// The file that got furthest.
  private static func best(of folder: RunFolder, _ units: Range<Int>, _ header: String) throws -> Earlier? {
    let own = folder.shardPath(units) + DurableFile.suffix
    return try folder.partials(of: units).map { folder.shardFolder + "/" + $0 }.filter { $0 != own }
      .compactMap { try survey($0, units, header, folder) }
      .max { $0.next < $1.next }
  }

  /// How far a file can be trusted: up to the last line that closes the unit whose turn it is. Lines that were torn, or
  /// that a power cut has left as zeros, end it.
  private static func survey(
    _ path: String, _ units: Range<Int>, _ header: String, _ folder: RunFolder
  ) throws -> Earlier? {
    // It may be gone by now: then its shard is whole.
    guard FileManager.default.fileExists(atPath: path), var reader = Optional(try LineReader(path)),
      let first = try reader.line(), first.elementsEqual(header.utf8)
    else { return nil }
    var found = Earlier(path: path, next: units.lowerBound, rows: 0)
    var scenario: (point: Int, is: Scenario)?
    var rows = 0
    while found.next < units.upperBound, let line = try reader.line() {
      guard line.first == UInt8(ascii: "{"), line.suffix(2).elementsEqual("}\n".utf8), !line.contains(0)
      else { break }
      rows += 1
      guard line.starts(with: ShardLine.replicationStart) else { continue }
      let (point, replication) = found.next.quotientAndRemainder(dividingBy: folder.manifest.replications)
      if scenario?.point != point { scenario = (point, try folder.scenario(ofPoint: point)) }
      guard line.starts(with: ShardLine.opening(point: point, replication: replication).utf8),
        let scenario = scenario?.is,
        (try? ShardLine.Replication.read(
          Data(line), asReplication: replication, ofPoint: point, in: scenario)) != nil
      else { break }
      found.next += 1
      found.rows = rows
    }
    return found
  }
}
