import CutoverCore
import FleetModel
import MigrationPolicy
import Quantities
import Testing

@testable import FleetSimulation

@Suite struct WaveTests {
  /// Empty hosts, ten to a rack of three, so that a drain is over at once and only the work takes time.
  private func fixture(_ edit: (inout HostDrains) -> Void) -> Fixture {
    var fixture = Fixture(hosts: 10, guests: 0)
    fixture.host.hostsPerRack = 3
    var drains = HostDrains()
    (drains.maxUnavailable, drains.work) = (100, .hours(1))
    edit(&drains)
    fixture.add("upgrade", [ChainStep(strategy: "cold")], .drains(drains))
    return fixture
  }

  private func hours(_ fixture: Fixture) throws -> [Double] {
    var simulation = try Simulation(fixture.build(), replication: 0)
    simulation.run()
    return simulation.drains.map { $0.began.seconds / 3600 }
  }

  private func waves(_ size: Waves.Size, canary: Int = 0) -> Waves {
    var waves = Waves()
    (waves.size, waves.canary) = (size, canary)
    (waves.gap, waves.canaryPause) = (.hours(2), .hours(10))
    return waves
  }

  @Test func `a wave begins when the one before is done and the gap has passed`() throws {
    let began = try hours(fixture { $0.waves = waves(.hosts(4)) })
    #expect(began == [0, 0, 0, 0, 3, 3, 3, 3, 6, 6])
  }

  @Test func `a canary goes first, and has a pause of its own`() throws {
    let began = try hours(fixture { $0.waves = waves(.share(0.5), canary: 1) })
    #expect(began == [0] + [11, 11, 11, 11, 11] + [14, 14, 14, 14])
  }

  @Test func `waves by rack, by fault domain, and as listed`() throws {
    #expect(try hours(fixture { $0.waves = waves(.rack) }) == [0, 0, 0, 3, 3, 3, 6, 6, 6, 9])
    #expect(
      try hours(fixture { $0.waves = waves(.faultDomain(racks: 2)) }) == [0, 0, 0, 0, 0, 0, 3, 3, 3, 3])
    #expect(try hours(fixture { $0.waves = waves(.listed([1, 3])) }) == [0, 3, 3, 3, 6, 6, 6, 9, 9, 9])
  }

  @Test func `within a wave no more are out than may be`() throws {
    let fixture = fixture {
      $0.waves = waves(.hosts(4))
      $0.maxUnavailable = 2
    }
    #expect(try hours(fixture) == [0, 0, 1, 1, 4, 4, 5, 5, 8, 8])
    #expect(try fixture.run().ledger.mostHostsOut == 2)
  }

  @Test func `listed hosts have their turns in that order, and nobody else has one`() throws {
    var fixture = fixture {
      $0.hosts.listed = [HostName(number: 7), HostName(site: "here", number: 2)]
      $0.maxUnavailable = 1
    }
    var simulation = try Simulation(fixture.build(), replication: 0)
    simulation.run()
    #expect(simulation.drains.map(\.host) == [7, 2])
    fixture.scenario.campaigns = []
    var drains = HostDrains()
    drains.hosts.racks = [1, 3]
    drains.sparesFirst = true
    fixture.add("rack", [ChainStep(strategy: "cold")], .drains(drains))
    var other = try Simulation(fixture.build(), replication: 0)
    other.run()
    #expect(other.drains.map(\.host) == [3, 4, 5, 9])
  }

  @Test func `spares come first if they are to`() throws {
    var simulation = try Simulation(
      fixture {
        $0.sparesFirst = true
        $0.maxUnavailable = 1
      }.build(), replication: 0)
    simulation.run()
    #expect(simulation.drains.map(\.host) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0])
  }

  @Test func `a campaign is over when its last host is back`() throws {
    let ledger = try fixture { $0.waves = waves(.hosts(5)) }.run().ledger
    let course = ledger.courses[0]
    #expect(course.outcome == .finished && course.ended == 4 * 3600 && course.began == 0)
    #expect(course.hosts == 10 && course.hostsDone == 10 && course.waves == 2)
  }

  @Test func `sizes cover all hosts, whatever is asked for`() throws {
    let fleet = try Simulation(fixture { _ in }.build(), replication: 0).fleet
    for count in 0...10 {
      for size in [Waves.Size.hosts(3), .share(0.01), .share(1), .listed([1, 2]), .rack, .site] {
        for canary in [0, 1, 20] {
          let (order, sizes) = waves(size, canary: canary).waves(of: Array(0..<count), in: fleet)
          #expect(order.sorted() == Array(0..<count) && sizes.reduce(0, +) == count)
          #expect(!sizes.contains { $0 < 1 })
        }
      }
    }
  }
}
