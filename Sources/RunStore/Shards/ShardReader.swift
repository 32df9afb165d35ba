public import FleetExperiments
public import FleetSimulation
internal import Foundation

extension RunFolder {
  /// Gives each stored line in the order of units, whichever way the shards were cut; a unit's line comes last of it.
  ///
  /// - Parameters:
  ///   - first: only so many units, and not all.
  ///   - body: is told whether the line closes a unit.
  /// - Throws: ``RunStoreError`` if a shard is damaged or missing, and what `body` throws.
  func lines(
    first: Int? = nil, _ body: (_ line: ArraySlice<UInt8>, _ closesUnit: Bool) throws -> Void
  ) throws {
    let wanted = 0..<(first ?? manifest.units)
    guard isDone(wanted) else { throw incomplete }
    for (units, shard) in pieces(wholeShards) where units.overlaps(wanted) {
      let units = units.clamped(to: wanted)
      do { try read(shard, units, body) } catch let error as POSIXError {
        throw RunStoreError(
          .io, "cannot read '\(shardPath(shard))': \(DurableFile.words(error))",
          remedy: "see that it may be read")
      }
    }
  }

  /// What each unit came to, in order.
  public func ledgers(_ body: (_ point: Int, _ replication: Int, _ ledger: Ledger) throws -> Void) throws {
    let decoder = JSONDecoder()
    try lines { line, closesUnit in
      guard closesUnit else { return }
      let unit = try decoder.decode(ShardLine.Replication.self, from: Data(line))
      try body(unit.point, unit.replication, unit.ledger)
    }
  }

  /// A plain run with all its replications, or the first of them.
  public func run(
    first: Int? = nil
  ) throws -> (scenario: Scenario, ledgers: [Ledger], course: StudyCourse) {
    let scenario = try scenario(ofPoint: 0)
    let decoder = JSONDecoder()
    var (ledgers, courses) = ([Ledger](), [ReplicationCourse]())
    try lines(first: first) { line, closesUnit in
      guard closesUnit else { return }
      let unit = try decoder.decode(ShardLine.Replication.self, from: Data(line))
      ledgers.append(unit.ledger)
      courses.append(unit.course ?? ReplicationCourse(campaigns: scenario.campaigns.count, keepsSpans: false))
    }
    return (scenario, ledgers, StudyCourse(courses, of: scenario))
  }

  /// Says what is still to be done.
  public var incomplete: RunStoreError {
    RunStoreError(
      .incomplete,
      isComplete
        ? "all \(manifest.units) replications are done in '\(path)', and not added up yet"
        : "\(unitsDone) of \(manifest.units) replications are done in '\(path)'",
      remedy: "go on with `\(RunFolder.continuation(of: path, isSweep: manifest.isSweep))`")
  }

  private func read(
    _ shard: Range<Int>, _ units: Range<Int>, _ body: (ArraySlice<UInt8>, Bool) throws -> Void
  ) throws {
    var reader = try LineReader(shardPath(shard))
    guard let header = try reader.line(), header.elementsEqual(ShardLine.header(manifest.plan, shard).utf8)
    else {
      throw damaged(shard, "is of another run")
    }
    var (unit, rows) = (shard.lowerBound, 0)
    var digest = RunningDigest()
    while unit < shard.upperBound {
      guard let line = try reader.line() else { throw damaged(shard, "ends too early") }
      digest.add(line)
      rows += 1
      let closes = line.starts(with: ShardLine.replicationStart)
      if units.contains(unit) { try body(line, closes) }
      if closes { unit += 1 }
    }
    guard let end = try reader.line(), end.elementsEqual(ShardLine.end(rows: rows, digest: digest.value).utf8)
    else {
      throw damaged(shard, "does not hold what was written to it")
    }
  }

  private func damaged(_ shard: Range<Int>, _ what: String) -> RunStoreError {
    RunStoreError(.damaged, "'\(shardPath(shard))' \(what)", remedy: "remove that file and resume")
  }
}
