/// What the attempts of one replication come to, move by move and host by host.
struct AttemptTotals {
  struct Move {
    var guest: Int
    var guestClass: String
    var campaign: String
    var attempts = 0
    var strategy = ""
    var outcome = ""
    var began: Double?
    var ended: Double?
    var gap = 0.0
    var transferred: Int64 = 0
  }

  struct Host {
    var attempts = (out: 0, in: 0)
    var completed = (out: 0, in: 0)
    var bytes = (out: 0.0, in: 0.0)
    var first: Double?
    var last: Double?
  }

  struct Hour: Hashable, Comparable {
    let host: Int
    let hour: Int

    static func < (one: Hour, other: Hour) -> Bool { (one.host, one.hour) < (other.host, other.hour) }
  }

  private(set) var moves: [Int: Move] = [:]
  private(set) var hosts: [Int: Host] = [:]
  private(set) var hours: [Hour: (out: Double, in: Double)] = [:]

  mutating func add(_ row: AttemptRecord) {
    var move = moves[row.move] ?? Move(guest: row.guest, guestClass: row.guestClass, campaign: row.campaign)
    move.attempts += 1
    (move.strategy, move.outcome) = (row.strategy, row.outcome)
    move.began = AttemptTotals.least(move.began, row.began)
    move.ended = AttemptTotals.greatest(move.ended, row.ended)
    move.gap += row.networkGap + row.serviceGap
    let (sum, overflows) = move.transferred.addingReportingOverflow(row.transferred)
    move.transferred = overflows ? .max : sum
    moves[row.move] = move
    let bytes = Double(row.transferred)
    touch(row.source, row) { host in
      host.attempts.out += 1
      host.completed.out += row.isCompleted ? 1 : 0
      host.bytes.out += bytes
    }
    touch(row.target, row) { host in
      host.attempts.in += 1
      host.completed.in += row.isCompleted ? 1 : 0
      host.bytes.in += bytes
    }
    spread(row, bytes)
  }

  private mutating func touch(_ number: Int, _ row: AttemptRecord, _ body: (inout Host) -> Void) {
    // An attempt that was refused for want of a host has no target.
    guard number >= 0 else { return }
    var host = hosts[number] ?? Host()
    body(&host)
    host.first = AttemptTotals.least(host.first, row.began)
    host.last = AttemptTotals.greatest(host.last, row.ended)
    hosts[number] = host
  }

  /// Over the hours that it lasted.
  private mutating func spread(_ row: AttemptRecord, _ bytes: Double) {
    guard let began = row.began, let ended = row.ended, bytes > 0 else { return }
    let (first, last) = (Int(began / 3600), Int(ended / 3600))
    for hour in first...max(first, last) {
      let inside = min(ended, Double(hour + 1) * 3600) - max(began, Double(hour) * 3600)
      let part = ended > began ? bytes * inside / (ended - began) : bytes
      guard part > 0 else { continue }
      if row.source >= 0 { hours[Hour(host: row.source, hour: hour), default: (0, 0)].out += part }
      if row.target >= 0 { hours[Hour(host: row.target, hour: hour), default: (0, 0)].in += part }
    }
  }

  private static func least(_ one: Double?, _ other: Double?) -> Double? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }

  private static func greatest(_ one: Double?, _ other: Double?) -> Double? {
    guard let one, let other else { return one ?? other }
    return max(one, other)
  }
}
