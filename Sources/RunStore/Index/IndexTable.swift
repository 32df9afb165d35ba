/// A table of the index: what SQLite is told, and what people are.
public struct IndexTable: Hashable, Sendable {
  public struct Column: Hashable, Sendable {
    public let name: String
    /// `INTEGER`, `REAL` or `TEXT`.
    public let type: String
    public let doc: String

    init(_ name: String, _ type: String, _ doc: String) {
      (self.name, self.type, self.doc) = (name, type, doc)
    }
  }

  public let name: String
  public let doc: String
  public let columns: [Column]

  /// The statement that makes it.
  var creation: String {
    "CREATE TABLE \(name) (" + columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ") + ")"
  }

  /// What a database of ours says near its begin, and no other does.
  package static var mark: String { run.creation }

  var insertion: String {
    "INSERT INTO \(name) VALUES (" + columns.map { _ in "?" }.joined(separator: ", ") + ")"
  }

}

extension IndexTable {
  /// Goes up when columns change, so that an index of an older version is made anew.
  static let version = 1

  public static let all = [run, parameters, replications, metrics, attempts, moves, hosts, links]

  public static func named(_ name: String) -> IndexTable? { all.first { $0.name == name } }

  /// Whether it is known only of runs whose attempts were recorded.
  var isOfAttempts: Bool { [.attempts, .moves, .hosts, .links].contains(self) }

  private static let unit = [
    Column("point", "INTEGER", "of the sweep; 0 in a plain run"),
    Column("replication", "INTEGER", "from 0"),
  ]

  static let run = IndexTable(
    name: "run", doc: "What was run: the manifest, key by key.",
    columns: [Column("key", "TEXT", "scenario, seed, plan, ..."), Column("value", "TEXT", "")])

  static let parameters = IndexTable(
    name: "parameters", doc: "What was varied, and its value at each point; empty of a plain run.",
    columns: [
      Column("point", "INTEGER", ""), Column("path", "TEXT", "what was varied, such as limits.host-out"),
      Column("value", "TEXT", "as it would be written in the scenario"),
    ])

  static let replications = IndexTable(
    name: "replications", doc: "Each replication of each point, in a few figures.",
    columns: unit + [
      Column("moves", "INTEGER", "asked for"), Column("completed", "INTEGER", ""),
      Column("abandoned", "INTEGER", "given up"), Column("attempts", "INTEGER", "made"),
      Column("failed", "INTEGER", "attempts that failed or were refused"),
      Column("transferred_bytes", "REAL", ""), Column("downtime_s", "REAL", "that clients saw, in all"),
      Column("saved_s", "REAL", "downtime saved against the baseline"),
      Column("events", "INTEGER", "that the simulator worked through"),
    ])

  static let metrics = IndexTable(
    name: "metrics", doc: "Every figure that expect: clauses can name. Times in seconds, data in bytes.",
    columns: unit + [
      Column("scope", "TEXT", "all, strategy, class or campaign"),
      Column("name", "TEXT", "of the strategy, class or campaign; empty for all moves"),
      Column("metric", "TEXT", "such as downtime, failed, failures.timed_out, drains.time"),
      Column(
        "statistic", "TEXT", "total of the replication, or mean, p50, p95, p99, max over moves or attempts"),
      Column("value", "REAL", ""),
    ])

  static let attempts = IndexTable(
    name: "attempts", doc: "Each attempt; only of runs with --record attempts. Times since the start.",
    columns: unit + [
      Column("move", "INTEGER", "numbered in the order of request"), Column("guest", "INTEGER", "the VM"),
      Column("class", "TEXT", ""), Column("campaign", "TEXT", ""), Column("strategy", "TEXT", ""),
      Column("attempt", "INTEGER", "1 for the first of the move"), Column("source", "INTEGER", "host"),
      Column("target", "INTEGER", "host"), Column("outcome", "TEXT", "completed, or why not"),
      Column("began_s", "REAL", ""), Column("ended_s", "REAL", ""), Column("total_time_s", "REAL", ""),
      Column("pause_s", "REAL", "of the hypervisor"),
      Column("network_gap_s", "REAL", "the pause as clients saw it"),
      Column("service_gap_s", "REAL", "of VMs that went down and booted"),
      Column("brownout_s", "REAL", "slowed by copying, but up"),
      Column("disk_bytes", "INTEGER", "first pass"),
      Column("memory_bytes", "INTEGER", "first round"),
      Column("repeated_bytes", "INTEGER", "written meanwhile"),
      Column("downtime_bytes", "INTEGER", "in the outage"),
      Column("postcopy_bytes", "INTEGER", "after the start"),
      Column("dirty_sync_count", "INTEGER", "passes"),
      Column("throttle_percentage", "REAL", "of the guest's CPU"),
    ])

  static let moves = IndexTable(
    name: "moves", doc: "Each move with all its attempts; only of runs with --record attempts.",
    columns: unit + [
      Column("move", "INTEGER", ""), Column("guest", "INTEGER", "the VM"), Column("class", "TEXT", ""),
      Column("campaign", "TEXT", ""), Column("attempts", "INTEGER", "made"),
      Column("strategy", "TEXT", "of the last attempt"), Column("outcome", "TEXT", "of the last attempt"),
      Column("began_s", "REAL", "the first attempt"), Column("ended_s", "REAL", "the last attempt"),
      Column("client_gap_s", "REAL", "network and service gaps of all attempts"),
      Column("transferred_bytes", "INTEGER", "of all attempts"),
    ])

  static let hosts = IndexTable(
    name: "hosts", doc: "What left and reached each host; only of runs with --record attempts.",
    columns: unit + [
      Column("host", "INTEGER", ""), Column("attempts_out", "INTEGER", ""),
      Column("attempts_in", "INTEGER", ""),
      Column("completed_out", "INTEGER", ""), Column("completed_in", "INTEGER", ""),
      Column("bytes_out", "REAL", ""), Column("bytes_in", "REAL", ""),
      Column("first_s", "REAL", "its first attempt began"),
      Column("last_s", "REAL", "its last attempt ended"),
    ])

  static let links = IndexTable(
    name: "links",
    doc: """
      What each host's link carried, hour by hour, each attempt's data spread evenly over its time; only of runs \
      with --record attempts.
      """,
    columns: unit + [
      Column("host", "INTEGER", ""), Column("hour", "INTEGER", "since the start, from 0"),
      Column("bytes_out", "REAL", ""), Column("bytes_in", "REAL", ""),
    ])
}
