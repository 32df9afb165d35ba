import CutoverCore
import FleetModel
import MigrationPolicy
import Quantities
import Testing

@testable import FleetSimulation

@Suite struct ReturnHomeTests {
  /// Three hosts with room for four guests each, two of them with three: one host's guests fill what the others have.
  private func fixture(_ when: ReturnHome.Moment, hosts: Int = 3, guests: Int = 6) -> Fixture {
    var fixture = Fixture(hosts: hosts, guests: guests)
    fixture.host.spares = 1
    fixture.host.memory = .gibibytes(4)
    var drains = HostDrains()
    drains.returnHome = ReturnHome(when)
    fixture.add("upgrade", [ChainStep(strategy: "cold")], .drains(drains))
    return fixture
  }

  private func homes(_ fixture: Fixture) throws -> (same: Bool, tally: CampaignTally) {
    var simulation = try Simulation(fixture.build(), replication: 0)
    let before = simulation.fleet.guests.map(\.host)
    simulation.run()
    let after = simulation.fleet.guests.map(\.host)
    return (before == after, simulation.finished().courses[0])
  }

  @Test(arguments: ReturnHome.Moment.allCases)
  func `all are back where they were`(when: ReturnHome.Moment) throws {
    let (same, tally) = try homes(fixture(when))
    #expect(same)
    #expect(tally.returned == tally.toReturn && tally.returnMisses == 0 && tally.toReturn >= 6)
    #expect(tally.outcome == .finished)
  }

  @Test func `without it nobody goes back`() throws {
    var fixture = fixture(.atEnd)
    fixture.scenario.campaigns[0].kind = .drains(HostDrains())
    let (same, tally) = try homes(fixture)
    #expect(!same && tally.toReturn == 0)
  }

  @Test func `who finds his home full is counted`() throws {
    var fixture = fixture(.atEnd)
    fixture.scenario.limits.patience = .hours(1)
    var simulation = try Simulation(fixture.build(), replication: 0)
    // Somebody else takes all the room of the first host while its guests are away.
    while simulation.hosts[0].state != .out, simulation.step() {}
    let room = simulation.fleet.hosts[0].freeMemory
    simulation.fleet.hosts[0].reserve(memory: room, disk: .zero)
    simulation.refile(0)
    simulation.run()
    let tally = simulation.finished().courses[0]
    // Those three, and whoever finds one of them at his own home.
    #expect(tally.returnMisses >= 3 && tally.returned == tally.toReturn - tally.returnMisses)
    // They looked for an hour, and that was the end of it.
    #expect(tally.outcome == .finished)
  }

  @Test func `the last host's guests go first, or the first one's`() throws {
    func first(_ when: ReturnHome.Moment) throws -> Int? {
      var fixture = fixture(when)
      fixture.host.memory = .gibibytes(64)
      fixture.guests.count = 8
      let run = try fixture.run()
      let done = run.ledger.courses[0].hosts
      #expect(done == 3)
      let moves = run.rows.sorted { ($0.accounts.began ?? .zero) < ($1.accounts.began ?? .zero) }
      // What comes after the last work of half an hour is the way home.
      let gap = moves.indices.dropFirst().last {
        ((moves[$0].accounts.began ?? .zero) - (moves[$0 - 1].accounts.ended ?? .zero)) >= .minutes(30)
      }
      return gap.map { moves[$0].target }
    }
    #expect(try first(.atEnd) == 1)
    #expect(try first(.atEndInOrder) == 0)
  }
}
