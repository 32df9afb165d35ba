internal import CutoverCore
internal import FleetSimulation
internal import MigrationPhysics
internal import Quantities

/// Attempts as JSON objects, a line each; the keys are the columns of `--attempts`.
struct AttemptLine {
  private let point: Int
  private let classes: [String]
  private let campaigns: [String]
  private let strategies: [String]

  init(point: Int, _ names: AttemptNames) {
    self.point = point
    classes = names.classes.map(JSONText.quoted)
    campaigns = names.campaigns.map(JSONText.quoted)
    strategies = names.strategies.map(JSONText.quoted)
  }

  func text(_ row: AttemptRow) -> String {
    let accounts = row.accounts
    let hasEnded = accounts.began != nil && accounts.ended != nil
    var line = #"{"kind":"attempt","point":\#(point),"replication":\#(row.replication),"move":\#(row.move)"#
    line += #","guest":\#(row.guest),"class":\#(name(row.guestClass, classes))"#
    line += #","campaign":\#(name(row.campaign, campaigns)),"strategy":\#(name(row.strategy, strategies))"#
    line += #","attempt":\#(row.number),"source":\#(row.source),"target":\#(row.target)"#
    line += #","outcome":\#(JSONText.quoted(row.outcome))"#
    line += #","began_s":\#(accounts.began.map { AttemptLine.seconds($0.nanoseconds) } ?? "null")"#
    line += #","ended_s":\#(accounts.ended.map { AttemptLine.seconds($0.nanoseconds) } ?? "null")"#
    line += #","total_time_s":\#(hasEnded ? AttemptLine.seconds(row.totalTime.nanoseconds) : "null")"#
    line += #","pause_s":\#(AttemptLine.seconds(row.downtimes.pause.nanoseconds))"#
    line += #","network_gap_s":\#(AttemptLine.seconds(row.downtimes.networkGap.nanoseconds))"#
    line += #","service_gap_s":\#(AttemptLine.seconds(row.downtimes.serviceGap.nanoseconds))"#
    line += #","brownout_s":\#(AttemptLine.seconds(row.brownout.nanoseconds))"#
    line += #","disk_bytes":\#(row.traffic.disk.count),"memory_bytes":\#(row.traffic.memory.count)"#
    line += #","repeated_bytes":\#(row.traffic.repeated.count),"downtime_bytes":\#(row.traffic.outage.count)"#
    line += #","postcopy_bytes":\#(row.traffic.postcopy.count),"dirty_sync_count":\#(accounts.passes)"#
    line += #","throttle_percentage":\#((accounts.throttle * 1000).rounded() / 10)}"#
    return line + "\n"
  }

  /// An index without a name stands as it is.
  private func name(_ index: Int, _ names: [String]) -> String {
    names.indices.contains(index) ? names[index] : "\"\(index)\""
  }

  /// Exact: no digit is lost, none is invented.
  private static func seconds(_ nanoseconds: Int64) -> String {
    let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    let sign = nanoseconds < 0 ? "-" : ""
    guard rest != 0 else { return "\(sign)\(whole)" }
    var digits = String(rest)
    digits = String(repeating: "0", count: 9 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(sign)\(whole).\(digits)"
  }
}
