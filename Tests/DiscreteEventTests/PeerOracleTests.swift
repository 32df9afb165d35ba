import Testing

/// The fleets that SimGrid and a plain C++ program have run, with the digits on which both agree.
@Suite struct PeerOracleTests {
  typealias Row = (fleet: FleetWorkload, makespan: Double, meanFinish: Double, meanTransfer: Double)

  static let small: [Row] = [
    (FleetWorkload(topology: .nic, hosts: 100, count: 1000), 1765.218, 553.709, 181.435),
    (FleetWorkload(topology: .racks, hosts: 100, count: 1000), 3212.403, 1316.629, 411.133),
    (FleetWorkload(topology: .racks, hosts: 100, count: 10000), 27469.903, 12344.490, 459.320),
    (FleetWorkload(topology: .racks, hosts: 40, count: 10000), 65171.793, 31095.194, 473.935),
    (FleetWorkload(topology: .backbone, hosts: 100, count: 1000), 17166.348, 8167.147, 2518.197),
    (FleetWorkload(topology: .backbone, hosts: 100, count: 10000), 156338.090, 77477.846, 2872.556),
  ]

  /// Too slow without the optimiser.
  static let large: [Row] = [
    (FleetWorkload(topology: .racks, hosts: 400, count: 10000), 7763.936, 3082.296, 415.860),
    (FleetWorkload(topology: .racks, hosts: 1000, count: 10000), 4202.004, 1227.691, 369.260),
    (FleetWorkload(topology: .racks, hosts: 4000, count: 8000), 1399.795, 264.353, 209.154),
    (FleetWorkload(topology: .racks, hosts: 100, count: 10000, slots: 8), 26994.351, 11948.933, 1782.772),
    (FleetWorkload(topology: .racks, hosts: 100, count: 10000, slots: 32), 27002.908, 11471.049, 6079.737),
  ]

  #if DEBUG
    static let rows = small
  #else
    static let rows = small + large
  #endif

  @Test(arguments: rows)
  func `agrees with other simulators to the printed digit`(row: Row) {
    let outcome = row.fleet.run()
    #expect(abs(outcome.makespan - row.makespan) <= 0.000_501)
    #expect(abs(outcome.meanFinish - row.meanFinish) <= 0.000_501)
    #expect(abs(outcome.meanTransfer - row.meanTransfer) <= 0.000_501)
  }

  /// Two NICs per flow and nothing else make long chains of dependent completions, along which rounding grows: ours
  /// to whole nanoseconds moves the last of 10,000 completions by 1.4 ms in 12,293 s, and no mean.
  @Test func `agrees on the long chains of the NIC-only fleet but for the growth of rounding`() {
    let outcome = FleetWorkload(topology: .nic, hosts: 100, count: 10000).run()
    #expect(abs(outcome.makespan - 12293.417) <= 0.005)
    #expect(abs(outcome.meanFinish - 4856.731) <= 0.000_501)
    #expect(abs(outcome.meanTransfer - 186.765) <= 0.000_501)
  }
}
