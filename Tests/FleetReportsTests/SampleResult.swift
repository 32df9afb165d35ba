@testable import FleetExperiments

/// A result made by hand: a year of warm migrations with a live attempt before each, two replications.
enum SampleResult {
  private static let hour = 3600.0

  /// Two replications that came to `mean - half` and `mean + half` lie 12.7 halves around their mean; this is easier
  /// to read.
  static func estimate(_ mean: Double, _ half: Double = 0) -> Estimate {
    var estimate = Estimate([mean])
    (estimate.low, estimate.high) = (mean - half, mean + half)
    return estimate
  }

  static func spread(_ count: Int, _ p50: Double, _ p95: Double, _ p99: Double, _ max: Double) -> Spread {
    Spread(count: count, mean: p50, p50: p50, p95: p95, p99: p99, max: max)
  }

  static func group(
    moves: Double, completed: Double, attempts: Double, failures: [String: Double], data: Double,
    saved: Double
  ) -> GroupResult {
    GroupResult(
      moves: estimate(moves, 32), completed: estimate(completed, 40), abandoned: estimate(moves - completed),
      attempts: estimate(attempts, 45), failedAttempts: estimate(failures.values.reduce(0, +), 5),
      failures: failures.mapValues { estimate($0) }, transferredBytes: estimate(data, data / 500),
      diskBytes: estimate(data * 0.96, data / 500), memoryBytes: estimate(data * 0.01, data / 1e5),
      repeatedBytes: estimate(data * 0.02, data / 1e4), outageBytes: estimate(data * 0.01, data / 1e4),
      wastedBytes: estimate(data * 0.005, data / 1e4), downtime: spread(100, 46.2, 725, 4000, 90_000),
      pause: nil, networkGap: nil, serviceGap: nil, totalTime: spread(100, 725, 11_520, 40_000, 441_000),
      downtimeTotal: estimate(1200 * hour, 11 * hour),
      baselineDowntime: estimate((1200 + saved) * hour, 9 * hour),
      downtimeSaved: estimate(saved * hour, 14 * hour), brownout: estimate(20_000 * hour, 150 * hour))
  }

  static func full() -> StudyResult {
    var live = group(
      moves: 900, completed: 900, attempts: 1000,
      failures: ["not_converging": 100, "cpu": 60, "solar_flare": 2],
      data: 9e13, saved: 90)
    live.pause = spread(1800, 0.12, 0.35, 0.9, 1.4)
    live.networkGap = spread(1800, 1.7, 3.1, 4.2, 7.5)
    var warm = group(
      moves: 56_000, completed: 56_000, attempts: 56_010, failures: ["timed_out": 10], data: 1.15e16,
      saved: 6022)
    warm.serviceGap = spread(112_020, 64, 120, 600, 5400)
    let all = ["not_converging": 100.0, "cpu": 60, "solar_flare": 2, "timed_out": 10]
    let total = group(
      moves: 57_012, completed: 56_900, attempts: 57_010, failures: all, data: 1.16e16, saved: 6112)
    var old = group(
      moves: 41_000, completed: 40_990, attempts: 41_000, failures: ["timed_out": 10, "cpu": 40],
      data: 1.1e16,
      saved: 6000.4)
    old.serviceGap = spread(82_000, 64, 120, 600, 5400)
    let new = group(moves: 4, completed: 3.5, attempts: 4, failures: [:], data: 6e14, saved: 0.01)
    return StudyResult(
      scenario: "akamai-warm-year", variant: "live-first", seed: 2025, replications: 2,
      horizonSeconds: 365 * 86_400, guests: 24_000, hosts: 600, baseline: "cold", totals: total,
      byStrategy: NamedGroups([("live", live), ("warm", warm)]),
      byClass: NamedGroups([
        ("standard-4gb, over 6 y", old), ("an-extraordinarily-long-flavor-name-16gb, up to 1 y", new),
        ("nobody", group(moves: 0, completed: 0, attempts: 0, failures: [:], data: 0, saved: 0)),
      ]),
      byCampaign: NamedGroups([("host-upgrade", total)]),
      drains: DrainResult(
        started: estimate(400, 3), finished: estimate(396, 2), gaveUp: estimate(3, 1),
        guestsLeft: estimate(12, 4),
        time: spread(792, 11_520, 86_400, 441_000, 600_000)),
      tickets: TicketResult(
        opened: estimate(100, 10), startedByCustomer: estimate(20, 4), moved: estimate(10, 2),
        kept: estimate(90, 8),
        late: estimate(4, 1)),
      unfinished: estimate(109, 11), busy: estimate(7, 2), hostFailures: estimate(3, 1),
      linkFailures: Estimate([0, 0]),
      incidents: estimate(0.5, 0.2),
      expectations: [
        ExpectationResult(text: "total(transferred) is 11.6 PB within 1 %", held: true, actual: "11.6 PB"),
        ExpectationResult(text: "p95(service-gap of warm) < 2 min", held: false, actual: "2 min"),
      ])
  }

  /// One replication of a campaign of which nothing came.
  static func single() -> StudyResult {
    var total = group(moves: 3, completed: 3, attempts: 3, failures: [:], data: 6e10, saved: -0.5)
    for path in [
      \GroupResult.moves, \.completed, \.abandoned, \.attempts, \.failedAttempts, \.transferredBytes,
      \.diskBytes,
      \.memoryBytes, \.repeatedBytes, \.outageBytes, \.wastedBytes, \.downtimeTotal, \.baselineDowntime,
      \.downtimeSaved, \.brownout,
    ] {
      total[keyPath: path] = Estimate([total[keyPath: path].mean])
    }
    let none = Estimate([0])
    return StudyResult(
      scenario: "tiny", variant: nil, seed: 1, replications: 1, horizonSeconds: 7200, guests: 8, hosts: 4,
      baseline: "cold", totals: total, byStrategy: NamedGroups([]), byClass: NamedGroups([]),
      byCampaign: NamedGroups([]),
      drains: DrainResult(started: none, finished: none, gaveUp: none, guestsLeft: none, time: nil),
      tickets: TicketResult(opened: none, startedByCustomer: none, moved: none, kept: none, late: none),
      unfinished: none, busy: none, hostFailures: none, linkFailures: none, incidents: none)
  }
}
