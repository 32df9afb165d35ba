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

  /// - Parameters: the names that the rows' indices stand for.
  public init(classes: [String], campaigns: [String], strategies: [String]) {
    self.classes = classes.map(AttemptCSV.quoted)
    self.campaigns = campaigns.map(AttemptCSV.quoted)
    self.strategies = strategies.map(AttemptCSV.quoted)
  }

  /// With the names that a replication's ledger has.
  public init(of ledger: Ledger) {
    self.init(classes: ledger.classes, campaigns: ledger.campaigns, strategies: ledger.strategies)
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
      accounts.began.map { AttemptCSV.seconds($0.nanoseconds) } ?? "",
      accounts.ended.map { AttemptCSV.seconds($0.nanoseconds) } ?? "",
      hasEnded ? AttemptCSV.seconds(row.totalTime.nanoseconds) : "",
      AttemptCSV.seconds(row.downtimes.pause.nanoseconds),
      AttemptCSV.seconds(row.downtimes.networkGap.nanoseconds),
      AttemptCSV.seconds(row.downtimes.serviceGap.nanoseconds),
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

  /// Exact: no digit is lost, none is invented.
  static func seconds(_ nanoseconds: Int64) -> String {
    let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    let sign = nanoseconds < 0 ? "-" : ""
    guard rest != 0 else { return "\(sign)\(whole)" }
    var digits = String(rest)
    digits = String(repeating: "0", count: 9 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(sign)\(whole).\(digits)"
  }
}
