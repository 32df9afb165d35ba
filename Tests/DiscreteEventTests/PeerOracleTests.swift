import Testing

/// The fleets that SimGrid and a plain C++ program have run, with the digits on which both agree.
@Suite struct PeerOracleTests {
  @Test(arguments: [
    (FleetWorkload(topology: .nic, hosts: 100, count: 1000), 1765.218, 553.709, 181.435),
    (FleetWorkload(topology: .racks, hosts: 100, count: 1000), 3212.403, 1316.629, 411.133),
    (FleetWorkload(topology: .racks, hosts: 100, count: 10000), 27469.903, 12344.490, 459.320),
    (FleetWorkload(topology: .racks, hosts: 40, count: 10000), 65171.793, 31095.194, 473.935),
    (FleetWorkload(topology: .backbone, hosts: 100, count: 1000), 17166.348, 8167.147, 2518.197),
    (FleetWorkload(topology: .backbone, hosts: 100, count: 10000), 156338.090, 77477.846, 2872.556),
  ])
  func `agrees with other simulators to the printed digit`(
    fleet: FleetWorkload, makespan: Double, meanFinish: Double, meanTransfer: Double
  ) {
    let outcome = fleet.run()
    #expect(abs(outcome.makespan - makespan) <= 0.000_501)
    #expect(abs(outcome.meanFinish - meanFinish) <= 0.000_501)
    #expect(abs(outcome.meanTransfer - meanTransfer) <= 0.000_501)
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
