internal import CutoverCore
internal import FleetSimulation
internal import MigrationPhysics
internal import Quantities

/// Attempts as JSON objects, a line each: the columns of `--attempts`, and the point of a sweep and the brownout.
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
    line += #","began_s":\#(accounts.began.map { ($0 - .zero).decimalSeconds } ?? "null")"#
    line += #","ended_s":\#(accounts.ended.map { ($0 - .zero).decimalSeconds } ?? "null")"#
    line += #","total_time_s":\#(hasEnded ? row.totalTime.decimalSeconds : "null")"#
    line += #","pause_s":\#(row.downtimes.pause.decimalSeconds)"#
    line += #","network_gap_s":\#(row.downtimes.networkGap.decimalSeconds)"#
    line += #","service_gap_s":\#(row.downtimes.serviceGap.decimalSeconds)"#
    line += #","brownout_s":\#(row.brownout.decimalSeconds)"#
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
}
