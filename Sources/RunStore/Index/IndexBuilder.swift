internal import FleetExperiments
internal import FleetSimulation
internal import Foundation
internal import GRDB
internal import ScenarioFormat

/// Fills an empty database with what the shards of a run hold.
struct IndexBuilder {
  private let db: Database
  private let folder: RunFolder
  private var manifest: RunManifest { folder.manifest }

  init(_ db: Database, _ folder: RunFolder) { (self.db, self.folder) = (db, folder) }

  func build() throws {
    for table in IndexTable.all { try db.execute(sql: table.creation) }
    try describe()
    try fill()
    try db.execute(sql: "CREATE INDEX metrics_by_name ON metrics (metric, statistic, scope, name, point)")
    try db.execute(sql: "CREATE INDEX attempts_by_move ON attempts (point, replication, move)")
    try db.execute(sql: "PRAGMA user_version = \(IndexTable.version)")
  }

  private func describe() throws {
    let facts: [(String, String)] = [
      ("index", "\(IndexTable.version)"), ("tool", manifest.tool), ("scenario", manifest.scenario.name),
      ("file", manifest.scenario.file), ("hash", manifest.scenario.hash), ("text", manifest.scenario.text),
      ("variant", manifest.variant ?? ScenarioFile.baseName), ("seed", "\(manifest.seed)"),
      ("replications", "\(manifest.replications)"), ("points", "\(manifest.points.count)"),
      ("record", manifest.record.rawValue), ("design", manifest.design?.rawValue ?? ""),
      ("plan", manifest.plan),
    ]
    let run = try db.makeStatement(sql: IndexTable.run.insertion)
    for (key, value) in facts { try run.execute(arguments: [key, value]) }
    let parameters = try db.makeStatement(sql: IndexTable.parameters.insertion)
    for (point, values) in manifest.points.enumerated() {
      for (factor, value) in zip(manifest.factors, values) {
        try parameters.execute(arguments: [point, factor.path, value])
      }
    }
    let columns = manifest.factors.map { factor in
      let path = factor.path.replacing("'", with: "''")
      return
        ", max(CASE WHEN path = '\(path)' THEN value END) AS \"\(factor.path.replacing("\"", with: "\"\""))\""
    }
    try db.execute(
      sql:
        "CREATE VIEW points AS SELECT point\(columns.joined()) FROM parameters GROUP BY point ORDER BY point")
  }

  private func fill() throws {
    let attempts = try db.makeStatement(sql: IndexTable.attempts.insertion)
    let decoder = JSONDecoder()
    var totals = AttemptTotals()
    try folder.units { line, point, replication, scenario in
      let row = try AttemptRecord.read(
        Data(line), asReplication: replication, ofPoint: point, in: scenario, decoder)
      try attempts.execute(arguments: arguments(row))
      totals.add(row)
    } _: { unit, scenario in
      try add(unit, StudyResult(scenario, [unit.ledger]))
      try add(totals, unit.point, unit.replication)
      totals = AttemptTotals()
    }
  }

  private func arguments(_ row: AttemptRecord) -> StatementArguments {
    [
      row.point, row.replication, row.move, row.guest, row.guestClass, row.campaign, row.strategy,
      row.attempt,
      row.source, row.target, row.outcome, row.began, row.ended, row.totalTime, row.pause, row.networkGap,
      row.serviceGap, row.brownout, row.disk, row.memory, row.repeated, row.downtimeBytes, row.postcopy,
      row.passes, row.throttle,
    ]
  }

  private func add(_ unit: ShardLine.Replication, _ result: StudyResult) throws {
    let all = unit.ledger.total
    try db.cachedStatement(sql: IndexTable.replications.insertion).execute(arguments: [
      unit.point, unit.replication, all.requested, all.completed, all.abandoned, all.attempts,
      all.failedAttempts,
      all.transferredBytes, all.downtimeSeconds, all.savedSeconds, unit.ledger.events,
    ])
    let metrics = try db.cachedStatement(sql: IndexTable.metrics.insertion)
    for row in result.figures {
      try metrics.execute(arguments: [
        unit.point, unit.replication, row.scope, row.group, row.metric, row.statistic, row.value,
      ])
    }
  }

  private func add(_ totals: AttemptTotals, _ point: Int, _ replication: Int) throws {
    let moves = try db.cachedStatement(sql: IndexTable.moves.insertion)
    for (number, move) in totals.moves.sorted(by: { $0.key < $1.key }) {
      try moves.execute(arguments: [
        point, replication, number, move.guest, move.guestClass, move.campaign, move.attempts, move.strategy,
        move.outcome, move.began, move.ended, move.gap, move.transferred,
      ])
    }
    let hosts = try db.cachedStatement(sql: IndexTable.hosts.insertion)
    for (number, host) in totals.hosts.sorted(by: { $0.key < $1.key }) {
      try hosts.execute(arguments: [
        point, replication, number, host.attempts.out, host.attempts.in, host.completed.out,
        host.completed.in,
        host.bytes.out, host.bytes.in, host.first, host.last,
      ])
    }
    let links = try db.cachedStatement(sql: IndexTable.links.insertion)
    for (place, bytes) in totals.hours.sorted(by: { $0.key < $1.key }) {
      try links.execute(arguments: [point, replication, place.host, place.hour, bytes.out, bytes.in])
    }
  }
}
