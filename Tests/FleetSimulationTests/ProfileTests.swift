import CutoverCore
import FleetModel
import MigrationPhysics
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import FleetSimulation
@testable import MigrationPhysics

/// A scenario that names a rig: the fleet moves a guest as a single prediction says.
@Suite("A rig's profile in a fleet") struct ProfileTests {
  @Test(
    "the same migration, in the fleet and by itself, takes the same time, data and pause",
    arguments: [ByteRate.unlimited, ByteRate(bytesPerSecond: 60e6)])
  func agreement(_ limit: ByteRate) throws {
    var profile = RigProfile.qemuTCG
    // Chance has streams of its own in a fleet; NICs carry what they say, and limits are what they say.
    for constant in RigConstant.allCases where constant.meaning.unit == .sigma { profile[constant] = 0 }
    (profile[.pauseJitter], profile[.setup]) = (0, 0)
    (profile[.linkEfficiency], profile[.limitEfficiency]) = (1, 1)
    (profile[.idlePages], profile[.idleRate]) = (0, 0)
    var fixture = Fixture()
    fixture.host.nic = ByteRate(bytesPerSecond: 100e6)
    fixture.guests.memory.used = 0.5
    fixture.guests.memory.workingSet = 0.5
    fixture.guests.memory.dirtyRate = constant(20e6)
    fixture.scenario.mechanics.profile = profile
    fixture.scenario.mechanics.housekeeping = .zero
    // The hypervisor's own limit, which it lifts at the stop: the pause is of the link's rate.
    fixture.scenario.limits.perMove = limit
    fixture.scenario.strategies.add(
      Improvised(name: "memory") { request in
        var request = request
        request.disk = .shared
        guard let plan = try? Live(maxRounds: 2_000).plan(for: request) else { preconditionFailure("a plan") }
        return plan
      })
    fixture.scenario.baseline = "cold"
    fixture.drainFirstHost("memory")
    let row = try #require(try fixture.run().rows.first)

    // The fleet's guest writes its set uniformly.
    var migration = MigrationCase(.liveRAM)
    migration.memory.configured = .gibibytes(1)
    migration.memory.used = .mebibytes(512)
    migration.memory.writes = MemoryWrites(.uniform, pagesPerSecond: 20e6 / 4096, workingSet: .mebibytes(256))
    migration.transport.link = ByteRate(bytesPerSecond: 100e6)
    migration.transport.maxBandwidth = limit
    let point = try migration.point(under: profile)
    #expect(row.outcome == "completed" && point.completed)
    #expect(abs(row.traffic.total.value / point.bytes - 1) < 1e-4)
    #expect(abs(row.downtimes.pause.seconds - (point.blackout ?? 0)) < 1e-3)
  }
}
