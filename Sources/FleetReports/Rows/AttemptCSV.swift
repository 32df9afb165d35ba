internal import CutoverCore
public import FleetSimulation
internal import MigrationPhysics
internal import Quantities

/// Attempts as comma-separated values (RFC 4180, with lines that end in a line feed alone, as Unix tools expect).
///
/// Times are in seconds to the nanosecond, data in bytes. The five columns of bytes add up to the data that the attempt
/// moved.
public struct AttemptCSV: Sendable {
  private let classes: [String]
  private let campaigns: [String]
  private let strategies: [String]

  /// - Parameter names: what the rows' indices stand for.
  public init(_ names: AttemptNames) {
    classes = names.classes.map(AttemptCSV.quoted)
    campaigns = names.campaigns.map(AttemptCSV.quoted)
    strategies = names.strategies.map(AttemptCSV.quoted)
  }

  /// The first line, with its line break.
  public static let header =
    [
      "replication", "move", "guest", "class", "campaign", "strategy", "attempt", "source", "target",
      "outcome",
      "began_s", "ended_s", "total_time_s", "pause_s", "network_gap_s", "service_gap_s", "disk_bytes",
      "memory_bytes", "repeated_bytes", "downtime_bytes", "postcopy_bytes", "dirty_sync_count",
      "throttle_percentage",
    ].joined(separator: ",") + "\n"

  /// One line, with its line break.
  public func line(_ row: AttemptRow) -> String {
    let accounts = row.accounts
    let hasEnded = accounts.began != nil && accounts.ended != nil
    let fields = [
      "\(row.replication)", "\(row.move)", "\(row.guest)", name(row.guestClass, classes),
      name(row.campaign, campaigns), name(row.strategy, strategies), "\(row.number)", "\(row.source)",
      "\(row.target)", AttemptCSV.quoted(row.outcome),
      accounts.began.map { ($0 - .zero).decimalSeconds } ?? "",
      accounts.ended.map { ($0 - .zero).decimalSeconds } ?? "",
      hasEnded ? row.totalTime.decimalSeconds : "",
      row.downtimes.pause.decimalSeconds,
      row.downtimes.networkGap.decimalSeconds,
      row.downtimes.serviceGap.decimalSeconds,
      "\(row.traffic.disk.count)", "\(row.traffic.memory.count)", "\(row.traffic.repeated.count)",
      "\(row.traffic.outage.count)", "\(row.traffic.postcopy.count)", "\(accounts.passes)",
      "\((accounts.throttle * 1000).rounded() / 10)",
    ]
    return fields.joined(separator: ",") + "\n"
  }

  /// The header and all the rows.
  public func render(_ rows: [AttemptRow]) -> String {
    rows.reduce(into: AttemptCSV.header) { $0 += line($1) }
  }

  // MARK: - Fields

  /// An index without a name stands as it is.
  private func name(_ index: Int, _ names: [String]) -> String {
    names.indices.contains(index) ? names[index] : "\(index)"
  }

  /// In quotes where it has a comma, a quote or a line break, with quotes doubled.
  static func quoted(_ field: String) -> String {
    // By scalars: a carriage return and a line feed make one character.
    guard field.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return field
    }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
