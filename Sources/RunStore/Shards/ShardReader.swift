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

  typealias AttemptReader = (
    _ line: ArraySlice<UInt8>, _ point: Int, _ replication: Int, _ scenario: Scenario
  ) throws -> Void

  /// Gives what each unit came to, in order, with the scenario of its point.
  ///
  /// - Parameters:
  ///   - first: only so many units, and not all.
  ///   - attempt: is given each line of a unit that does not close it.
  /// - Throws: ``RunStoreError`` if a shard is damaged or missing, and what `body` and `attempt` throw.
  func units(
    first: Int? = nil, attempt: AttemptReader = { _, _, _, _ in },
    _ body: (_ unit: ShardLine.Replication, _ scenario: Scenario) throws -> Void
  ) throws {
    var next = 0
    var current: (point: Int, scenario: Scenario)?
    try lines(first: first) { line, closesUnit in
      let (point, replication) = next.quotientAndRemainder(dividingBy: manifest.replications)
      if current?.point != point { current = (point, try scenario(ofPoint: point)) }
      guard let scenario = current?.scenario else { return }
      guard closesUnit else { return try attempt(line, point, replication, scenario) }
      let unit = try ShardLine.Replication.read(
        Data(line), asReplication: replication, ofPoint: point, in: scenario)
      next += 1
      try body(unit, scenario)
    }
  }

  /// A plain run with all its replications, or the first of them.
  public func run(
    first: Int? = nil
  ) throws -> (scenario: Scenario, ledgers: [Ledger], course: StudyCourse) {
    let scenario = try scenario(ofPoint: 0)
    var (ledgers, courses) = ([Ledger](), [ReplicationCourse]())
    try units(first: first) { unit, _ in
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
    // Of a line that makes no sense it is known only at the end whether somebody wrote it so.
    var nonsense: (line: Int, words: String)?
    while unit < shard.upperBound {
      guard let line = try reader.line() else { throw damaged(shard, "ends too early") }
      digest.add(line)
      rows += 1
      let closes = line.starts(with: ShardLine.replicationStart)
      if units.contains(unit), nonsense == nil {
        do { try body(line, closes) } catch let error as DecodingError { nonsense = (rows + 1, error.words) }
      }
      if closes { unit += 1 }
    }
    guard let end = try reader.line(), end.elementsEqual(ShardLine.end(rows: rows, digest: digest.value).utf8)
    else {
      throw damaged(shard, "does not hold what was written to it")
    }
    if let nonsense {
      throw damaged(shard, "holds what no simulation comes to, in line \(nonsense.line): \(nonsense.words)")
    }
  }

  private func damaged(_ shard: Range<Int>, _ what: String) -> RunStoreError {
    RunStoreError(.damaged, "'\(shardPath(shard))' \(what)", remedy: "remove that file and resume")
  }
}
