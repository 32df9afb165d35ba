import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPolicy
import Quantities
import Testing

@testable import FleetSimulation

/// Hosts that fail or die, and what becomes of their guests.
@Suite struct OutageTests {
  private func failing(_ rebuild: RestartTerms?) throws -> Simulation {
    var fixture = Fixture(hosts: 3, guests: 4)
    fixture.scenario.horizon = .days(1)
    fixture.scenario.hostFailures.repair = .hours(4)
    fixture.scenario.hostFailures.rebuild = rebuild
    var drains = HostDrains()
    // It has no turn: another reason to move is not wanted here.
    drains.start = .days(2)
    drains.hosts.listed = [HostName(number: 2)]
    fixture.add("drain", [ChainStep(strategy: "cold")], .drains(drains))
    var simulation = try Simulation(fixture.build(), replication: 0)
    _ = simulation.queue.schedule(at: .zero + .hours(1), .hostFails(0))
    return simulation
  }

  @Test func `guests are down with their host until it is repaired and they have booted`() throws {
    var simulation = try failing(nil)
    simulation.run()
    let ledger = simulation.finished()
    #expect(ledger.outages.guests == 4 && ledger.outages.rebuilt == 0)
    #expect(ledger.outageSeconds.sum == 4 * (4 * 3600 + 30))
    #expect(ledger.total.downtimeSeconds == 0)
  }

  @Test func `those still down at the horizon are down up to it`() throws {
    var simulation = try failing(nil)
    _ = simulation.queue.schedule(at: .zero + .hours(23), .hostFails(0))
    simulation.run()
    let ledger = simulation.finished()
    #expect(ledger.outages.guests == 8 && ledger.outages.stillDown == 4)
    #expect(ledger.outageSeconds.sum == 4 * (4 * 3600 + 30) + 4 * 3600)
  }

  @Test func `or they are started elsewhere`() throws {
    var rebuild = RestartTerms()
    rebuild.after = .minutes(3)
    rebuild.takes = constant(60)
    var simulation = try failing(rebuild)
    simulation.run()
    #expect(simulation.fleet.guests.allSatisfy { $0.host != 0 })
    #expect(StateAudit.faults(of: simulation) == [])
    let ledger = simulation.finished()
    #expect(ledger.outages.rebuilt == 4 && ledger.outages.rebuiltFromImage == 0)
    #expect(ledger.outageSeconds.sum == 4 * (180 + 60 + 30))
  }

  @Test func `who finds no room waits for the repair`() throws {
    var simulation = try failing(RestartTerms())
    for host in 1...2 {
      let free = simulation.fleet.hosts[host].freeMemory
      simulation.fleet.hosts[host].reserve(memory: free - .gibibytes(1), disk: .zero)
      simulation.refile(host)
    }
    simulation.run()
    let ledger = simulation.finished()
    #expect(ledger.outages.rebuilt == 2 && ledger.outages.guests == 4)
    #expect(ledger.outageSeconds.sum == 2 * (120 + 30) + 2 * (4 * 3600 + 30))
  }

  // MARK: - Evacuation

  private func evacuation(_ edit: (inout Emergency) -> Void) -> Fixture {
    // Each guest takes 100 s to copy.
    var fixture = Fixture(hosts: 4, guests: 6)
    fixture.scenario.horizon = .days(2)
    var drains = HostDrains()
    var emergency = Emergency()
    edit(&emergency)
    drains.emergency = emergency
    drains.hosts.listed = [HostName(number: 0)]
    fixture.add("evacuation", [ChainStep(strategy: "live")], .drains(drains))
    return fixture
  }

  @Test func `who is not out when his host dies is lost`() throws {
    let fixture = evacuation { $0.diesAfter = constant(250) }
    let ledger = try fixture.run().ledger
    // Two at once, some 220 s for the first two.
    #expect(ledger.outages.lost == 4 && ledger.courses[0].lost == 4 && ledger.total.completed == 2)
    #expect(ledger.outages.hostsDied == 1 && ledger.drains.gaveUp == 1)
    #expect(ledger.drains.blocked == ["host_died": 4])
    // Nobody starts them again.
    #expect(ledger.outages.stillDown == 4)
    #expect(ledger.outageSeconds.sum == 4 * (2 * 86_400 - 250))
    #expect(ledger.unfinished == 0)
  }

  @Test func `a host that is empty in time is repaired and comes back`() throws {
    let ledger = try evacuation { $0.diesAfter = constant(3600) }.run().ledger
    #expect(ledger.outages.lost == 0 && ledger.drains.finished == 1 && ledger.courses[0].outcome == .finished)
  }

  @Test func `more may leave at once than else`() throws {
    let ledger = try evacuation {
      $0.diesAfter = constant(1000)
      $0.hostOut = 6
    }.run().ledger
    // The link is shared either way, so all or none are out in time.
    #expect(ledger.outages.lost == 0)
  }

  @Test func `the lost are made anew, with or without their disks`() throws {
    for source in RestartTerms.Source.allCases {
      let ledger = try evacuation {
        $0.diesAfter = constant(250)
        var rebuild = RestartTerms()
        (rebuild.source, rebuild.after) = (source, .minutes(5))
        $0.rebuild = rebuild
      }.run().ledger
      #expect(ledger.courses[0].lost == 4)
      let isImage = source == .image
      #expect(ledger.courses[0].rebuilt == (isImage ? 0 : 4))
      #expect(ledger.courses[0].rebuiltFromImage == (isImage ? 4 : 0))
      #expect(ledger.outageSeconds.sum == 4 * 330 && ledger.outages.stillDown == 0)
    }
  }

  @Test func `notices and opt-outs do not count`() throws {
    var fixture = evacuation { _ in }
    fixture.guests.forbidsLive = 1
    var step = ChainStep(strategy: "live")
    step.ticket = TicketTerms()
    fixture.scenario.campaigns[0].chain = FallbackChain([step])
    let ledger = try fixture.run().ledger
    #expect(ledger.total.completed == 6 && ledger.tickets.opened == 0)
    #expect((ledger.courses[0].ended ?? .infinity) < 3 * 3600)
    // In peace they would have stayed.
    fixture.scenario.campaigns[0].kind = .drains(HostDrains())
    #expect(try fixture.run().ledger.total.completed == 0)
  }

  @Test func `a host dies at the same time, whichever strategy empties it`() throws {
    var lost: [Double] = []
    for strategy in ["live", "cold"] {
      var fixture = evacuation { $0.diesAfter = try? .uniform(from: 10, to: 100) }
      fixture.scenario.campaigns[0].chain = FallbackChain([ChainStep(strategy: strategy)])
      lost.append(try fixture.run().ledger.outageSeconds.sum)
    }
    #expect(lost[0] == lost[1] && lost[0] > 0)
  }
}
