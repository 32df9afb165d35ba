import CutoverCore
import DiscreteEvent
import FleetModel
import Foundation
import MigrationPhysics
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import FleetSimulation

/// Runs of one guest whose every figure follows from a formula.
@Suite struct ClosedFormTests {
  /// 10 GB at 100 MB/s.
  static let copy = 100.0
  /// Tolerance for rounding up to nanoseconds, step by step.
  static let tick = 1e-6

  func seconds(_ duration: Duration) -> Double { duration.seconds }

  func onlyRow(_ fixture: Fixture) throws -> AttemptRow {
    let run = try fixture.run()
    try #require(run.rows.count == 1)
    return run.rows[0]
  }

  // MARK: - Cold

  @Test func `cold: down for shutdown, copy, overhead and boot`() throws {
    var fixture = Fixture()
    fixture.scenario.mechanics.rebootOverhead = constant(7)
    fixture.scenario.mechanics.verify = .seconds(3)
    fixture.scenario.mechanics.prepare = constant(5)
    fixture.drainFirstHost("cold")
    let row = try onlyRow(fixture)
    #expect(row.outcome == "completed")
    #expect(abs(row.downtimes.serviceGap.seconds - (4 + Self.copy + 3 + 7 + 30)) < Self.tick)
    // Before it the preparation, behind it the release of the source.
    #expect(abs(row.totalTime.seconds - (5 + 144 + 1)) < Self.tick)
    #expect(row.traffic.outage == .gigabytes(10) && row.transferred == .gigabytes(10))
    #expect(row.brownout == .zero)
  }

  @Test func `half the bytes at half the rate take as long`() throws {
    var fixture = Fixture()
    fixture.drainFirstHost("cold")
    let whole = try onlyRow(fixture)
    fixture.flavor.disk = .gigabytes(5)
    fixture.host.nic = ByteRate(bytesPerSecond: 50e6)
    #expect(try onlyRow(fixture).totalTime == whole.totalTime)
  }

  @Test(arguments: [1.0, 2, 4])
  func `a copy bound by link and disks takes half the time at twice their rate`(speed: Double) throws {
    var fixture = Fixture()
    fixture.host.nic = ByteRate(bytesPerSecond: 100e6 * speed)
    fixture.host.pool.read = ByteRate(bytesPerSecond: 80e6 * speed)
    fixture.host.pool.write = ByteRate(bytesPerSecond: 50e6 * speed)
    fixture.drainFirstHost("cold")
    let gap = try onlyRow(fixture).downtimes.serviceGap.seconds
    #expect(abs(gap - 34 - 10e9 / (50e6 * speed)) < Self.tick)
  }

  @Test func `the slowest of link, disks, rack, stream and limit decides`() throws {
    var fixture = Fixture()
    fixture.host.hostsPerRack = 1
    fixture.host.rackUplink = ByteRate(bytesPerSecond: 40e6)
    fixture.drainFirstHost("cold")
    #expect(abs(try onlyRow(fixture).downtimes.serviceGap.seconds - 34 - 250) < Self.tick)
    fixture.scenario.limits.perMove = ByteRate(bytesPerSecond: 25e6)
    #expect(abs(try onlyRow(fixture).downtimes.serviceGap.seconds - 34 - 400) < Self.tick)
    fixture.scenario.mechanics.streamRate = constant(20e6)
    #expect(abs(try onlyRow(fixture).downtimes.serviceGap.seconds - 34 - 500) < Self.tick)
  }

  @Test func `without any limit a copy takes no time`() throws {
    var fixture = Fixture()
    fixture.host.nic = .unlimited
    fixture.drainFirstHost("cold")
    #expect(abs(try onlyRow(fixture).downtimes.serviceGap.seconds - 34) < Self.tick)
  }

  @Test func `two guests share the link equally`() throws {
    var fixture = Fixture(guests: 2)
    fixture.drainFirstHost("cold")
    let run = try fixture.run()
    #expect(run.rows.count == 2)
    for row in run.rows { #expect(abs(row.downtimes.serviceGap.seconds - 34 - 200) < Self.tick) }
  }

  // MARK: - Warm

  @Test func `warm: down for shutdown, what is in flight, resize and boot`() throws {
    var fixture = Fixture()
    let larger = Flavor(name: "larger", vcpus: 2, memory: .gibibytes(2), disk: .gigabytes(20))
    fixture.guests.flavors = Mix([(fixture.flavor, 1), (larger, 0)])
    fixture.guests.disk.writes = constant(1e6)
    fixture.scenario.mechanics.mirrorLag = .seconds(2)
    fixture.scenario.horizon = .days(1)
    var resizes = Resizes()
    resizes.perSecond = 1e-3
    fixture.add("resize", [ChainStep(strategy: "warm")], .resizes(resizes))
    let row = try #require(try fixture.run().rows.first)
    // Written in two seconds, of which a part twice: W (1 - e^(-2 MB / W)), W = 10 GB.
    let inFlight = 10e9 * -expm1(-2e6 / 10e9)
    #expect(abs(row.downtimes.serviceGap.seconds - (4 + inFlight / 100e6 + 5 + 30)) < Self.tick)
    #expect(abs(row.traffic.outage.value - inFlight) <= 1)
    // First pass 100 s, second 1 s; what remains after it is below the 64 MiB that may be left.
    #expect(row.accounts.passes == 2)
    let second = 10e9 * -expm1(-100e6 / 10e9)
    #expect(abs(row.accounts.repeatedBytes.value - second) <= 1)
    // The mirror: all that was written from the second pass on, until the guest was down, but for what is in flight.
    let since = 10e9 * -expm1(-(second / 100e6 + 4) * 1e6 / 10e9)
    #expect(abs(row.forwarded.value - (since - inFlight)) <= 3)
    #expect(abs(row.brownout.seconds - (100 + second / 100e6)) < Self.tick)
  }

  @Test func `a guest that never writes has nothing repeated`() throws {
    for strategy in ["warm", "reboot", "live"] {
      var fixture = Fixture()
      fixture.drainFirstHost(strategy)
      let run = try fixture.run()
      #expect(run.rows.map(\.outcome) == ["completed"])
      #expect(run.ledger.total.repeatedBytes == 0)
      #expect(run.rows[0].traffic.disk == .gigabytes(10))
    }
  }

  @Test func `more writing is more to repeat, and never less downtime of a reboot`() throws {
    let rows = try [0.0, 1e6, 5e6, 20e6].map { rate in
      var fixture = Fixture()
      fixture.guests.disk.writes = constant(rate)
      fixture.drainFirstHost("reboot")
      return try onlyRow(fixture)
    }
    for (less, more) in zip(rows, rows.dropFirst()) {
      #expect(less.downtimes.serviceGap < more.downtimes.serviceGap)
    }
  }

  // MARK: - Reboot

  @Test func `reboot: down for shutdown, what changed, overhead and boot`() throws {
    var fixture = Fixture()
    fixture.guests.disk.writes = constant(2e6)
    fixture.guests.disk.amplification = 2
    fixture.guests.disk.workingSet = 0.5
    fixture.scenario.mechanics.rebootOverhead = constant(60)
    fixture.scenario.mechanics.findChanges = .seconds(9)
    fixture.drainFirstHost("reboot")
    let row = try onlyRow(fixture)
    // While it was copied, and until it was down.
    let changed = 5e9 * -expm1(-4e6 * (Self.copy + 4) / 5e9)
    #expect(abs(row.traffic.outage.value - changed) <= 2)
    #expect(abs(row.downtimes.serviceGap.seconds - (4 + changed / 100e6 + 9 + 60 + 30)) < Self.tick)
  }

  // MARK: - Live

  /// Rounds of pre-copy at a constant dirty rate: V0, V0 (r/b), V0 (r/b)^2, ... (Clark et al. 2005, section 3).
  @Test(arguments: [0.1, 0.4, 0.7])
  func `live: rounds are the geometric series`(ratio: Double) throws {
    var fixture = Fixture()
    fixture.flavor.disk = Bytes(1)
    fixture.scenario.mechanics.zeroPageScan = .zero
    fixture.guests.memory.dirtyRate = constant(100e6 * ratio)
    // The cap of a working set is of second order in x/W: with none to speak of it is gone.
    fixture.scenario.strategies = StrategyCatalog([UncappedLive(), Cold()])
    fixture.drainFirstHost("uncapped-live")
    var scenario = fixture.build()
    scenario.horizon = .days(1)
    var simulation = try Simulation(scenario, replication: 0)
    simulation.fleet.guests[0].memoryWrites.workingSet = Bytes(1 << 60)
    let rows = Box<[AttemptRow]>([])
    simulation.attemptSink = { rows.value.append($0) }
    simulation.run()
    let row = try #require(rows.value.first)
    let first = Double(1 << 30)
    // Passes go on until the rest takes no more than 300 ms.
    var (passes, sum, rest) = (1, 0.0, first * ratio)
    while rest / 100e6 > 0.3 {
      sum += rest
      rest *= ratio
      passes += 1
    }
    #expect(row.accounts.passes == passes)
    // 2^60 / 2^53 bytes of rounding to a window.
    #expect(abs(row.accounts.repeatedBytes.value - sum) < 512 * Double(passes))
    #expect(abs(row.brownout.seconds - (first + sum) / 100e6) < 1e-4)
    // In the pause: what is left, what is written until it holds still, device state, and 10 and 20 ms.
    let pause = 0.010 + (rest + 100e6 * ratio * 0.010 + 1_048_576) / 100e6 + 0.020
    #expect(abs(row.downtimes.pause.seconds - pause) < 1e-4)
    #expect(row.downtimes.serviceGap == .zero)
  }

  /// Pre-copy of memory alone.
  struct UncappedLive: MigrationStrategy {
    let name = "uncapped-live"
    func plan(for request: MigrationRequest) -> CutoverPlan {
      CutoverPlan(
        strategy: name, media: [.memory],
        replication: [
          ReplicationStage(.memory, ConvergenceRules(until: .expectedPause(atMost: .milliseconds(300))))
        ], stop: .pause, start: .resume)
    }
  }

  @Test func `zero pages do not travel, but are looked at`() throws {
    var fixture = Fixture()
    fixture.guests.memory.used = 0.25
    fixture.drainFirstHost("live")
    let row = try onlyRow(fixture)
    #expect(row.traffic.memory == .mebibytes(256))
    let expected = Self.copy + Double(256 << 20) / 100e6 + 0.309 * 0.75
    #expect(abs(row.brownout.seconds - expected) < Self.tick)
  }

  @Test func `nobody writes to memory while the guest is frozen`() throws {
    // The disk's last part takes its time in the pause; memory is as it was when the guest stopped.
    var fixture = Fixture()
    fixture.guests.disk.writes = constant(20e6)
    fixture.guests.memory.dirtyRate = constant(1e6)
    fixture.scenario.mechanics.mirrorLag = .seconds(5)
    fixture.drainFirstHost("live")
    let row = try onlyRow(fixture)
    let disk = 10e9 * -expm1(-100e6 / 10e9)
    let memory = row.traffic.outage.value - disk - 1_048_576
    #expect(disk / 100e6 > 0.9)
    // Dirtied in the one round (10.7 s) and 10 ms until it was frozen.
    let window = Double(1 << 30) / 100e6 + 0.010
    #expect(abs(memory - Double(1 << 30) * -expm1(-window * 1e6 / Double(1 << 30))) < 10)
  }

  @Test func `the network's gap comes on top of a pause, and only of a pause`() throws {
    var fixture = Fixture()
    fixture.scenario.mechanics.networkGap = constant(2.5)
    fixture.drainFirstHost("live")
    let live = try onlyRow(fixture).downtimes
    #expect(abs(live.networkGap.seconds - live.pause.seconds - 2.5) < Self.tick)
    #expect(live.seenByClients == live.networkGap)
    fixture.scenario.campaigns = []
    fixture.drainFirstHost("cold")
    let cold = try onlyRow(fixture).downtimes
    #expect(cold.networkGap == .zero && cold.pause == .zero)
    #expect(cold.seenByClients == cold.serviceGap)
  }

  // MARK: - Saved

  @Test func `saved is what cold would have cost less what was paid`() throws {
    var fixture = Fixture(guests: 4)
    fixture.guests.disk.writes = constant(1e6)
    fixture.drainFirstHost("cold")
    let cold = try fixture.run()
    fixture.scenario.campaigns = []
    fixture.scenario.limits.hostOut = 1
    fixture.drainFirstHost("warm")
    let warm = try fixture.run()
    #expect(cold.ledger.total.savedSeconds == 0)
    // One after the other each has the link for itself: cold would have been 4 + 100 + 30 s.
    #expect(abs(warm.ledger.total.baselineSeconds - 4 * 134) < 1e-3)
    let saved = warm.ledger.total.baselineSeconds - warm.ledger.total.downtimeSeconds
    #expect(abs(warm.ledger.total.savedSeconds - saved) < 1e-9)
  }

  @Test func `the counterfactual of a resize is of the disk that it was`() throws {
    var fixture = Fixture()
    let larger = Flavor(name: "larger", vcpus: 2, memory: .gibibytes(2), disk: .gigabytes(400))
    fixture.guests.flavors = Mix([(fixture.flavor, 1), (larger, 0)])
    fixture.scenario.horizon = .days(1)
    var resizes = Resizes()
    resizes.perSecond = 1e-3
    fixture.add("resize", [ChainStep(strategy: "warm")], .resizes(resizes))
    let run = try fixture.run()
    #expect(run.ledger.total.completed == 1)
    #expect(abs(run.ledger.total.baselineSeconds - (4 + 100 + 5 + 30)) < 1e-6)
  }

  @Test func `whoever wants a smaller size has cut the disk to it before, or does not get it`() throws {
    let smaller = Flavor(name: "smaller", vcpus: 1, memory: .mebibytes(512), disk: .gigabytes(4))
    for (isThick, held, moved) in [(true, 0.0, 4e9), (false, 3e9, 3e9), (false, 5e9, nil)] {
      var fixture = Fixture()
      fixture.guests.flavors = Mix([(fixture.flavor, 1), (smaller, 0)])
      fixture.guests.disk.isThick = isThick
      fixture.guests.disk.initial = Bytes(rounding: held)
      // It hardly grows in the time there is.
      fixture.guests.disk.fillTime = constant(1e15)
      fixture.scenario.horizon = .days(1)
      var resizes = Resizes()
      (resizes.perSecond, resizes.up) = (1e-4, 0)
      fixture.add("resize", [ChainStep(strategy: "cold")], .resizes(resizes))
      let run = try fixture.run()
      let sent = run.rows.first.map(\.traffic.outage.value)
      #expect((sent == nil) == (moved == nil) && abs((sent ?? 0) - (moved ?? 0)) < 1e5)
      #expect(run.ledger.total.requested == (moved == nil ? 0 : 1))
      #expect((run.ledger.resizes.tooFull > 0) == (moved == nil))
      // Once it is the smallest, nobody is left who could be smaller.
      #expect((run.ledger.resizes.unfit > 0) == (moved != nil))
    }
  }

  @Test func `a disk that was cut frees its room, and the target holds no more of it`() throws {
    let smaller = Flavor(name: "smaller", vcpus: 1, memory: .mebibytes(512), disk: .gigabytes(4))
    var fixture = Fixture()
    fixture.guests.flavors = Mix([(fixture.flavor, 1), (smaller, 0)])
    fixture.scenario.horizon = .days(1)
    var resizes = Resizes()
    (resizes.perSecond, resizes.up) = (1e-4, 0)
    fixture.add("resize", [ChainStep(strategy: "cold")], .resizes(resizes))
    var simulation = try Simulation(fixture.build(), replication: 0)
    simulation.run()
    let fleet = simulation.fleet
    #expect(fleet.guests[0].diskVirtual == .gigabytes(4))
    for (number, host) in fleet.hosts.enumerated() {
      #expect(host.disk - host.freeDisk == (fleet.guests[0].host == Int32(number) ? .gigabytes(4) : .zero))
    }
  }

  @Test func `the rate of resizes is that of those that can be`() throws {
    let larger = Flavor(name: "larger", vcpus: 2, memory: .gibibytes(2), disk: .gigabytes(20))
    var fixture = Fixture(hosts: 2, guests: 100)
    fixture.host.memory = .gibibytes(4_096)
    fixture.host.pool.capacity = .gigabytes(1_000_000)
    // Half of them have the smallest size.
    fixture.guests.flavors = Mix([(fixture.flavor, 1), (larger, 1)])
    var resizes = Resizes()
    (resizes.perSecond, resizes.up) = (1 / 3_600.0, 0.5)
    fixture.add("resize", [ChainStep(strategy: "cold")], .resizes(resizes))
    let ledger = try fixture.run().ledger
    // One an hour for thirty days, but for those whose guest is being moved: four standard deviations of Poisson.
    #expect(abs(Double(ledger.total.requested + ledger.busy) - 720) < 4 * 720.0.squareRoot())
    #expect(ledger.resizes.unfit == 0)
  }

  @Test func `a baseline that cannot do it has neither saved nor cost anything`() throws {
    var fixture = Fixture()
    let larger = Flavor(name: "larger", vcpus: 2, memory: .gibibytes(2), disk: .gigabytes(20))
    fixture.guests.flavors = Mix([(fixture.flavor, 1), (larger, 0)])
    fixture.scenario.baseline = "live"
    var resizes = Resizes()
    resizes.perSecond = 1e-3
    fixture.add("resize", [ChainStep(strategy: "cold")], .resizes(resizes))
    let total = try fixture.run().ledger.total
    #expect(total.completed == 1)
    #expect(total.savedSeconds == 0)
    #expect(total.baselineSeconds == total.downtimeSeconds)
  }

  @Test func `a rule that looks in the middle of a pass does not begin it anew`() throws {
    // By itself and in a fleet: a limit that is raised after 30 s changes nothing of a first pass of 100 s.
    let raises = ConvergenceRules(
      until: .passes(1),
      rules: [ConvergenceRule(when: .elapsed(.seconds(30)), do: .setDowntimeLimit(.seconds(1)))])
    let raising = Improvised(name: "raising") { request in
      CutoverPlan(
        strategy: "raising", media: [.disk], replication: [ReplicationStage(.disk, raises)],
        stop: .shutDown(patience: .seconds(60), ifIgnored: .fail), start: .boot)
    }
    var fixture = Fixture()
    fixture.scenario.strategies.add(raising)
    fixture.scenario.baseline = "raising"
    fixture.drainFirstHost("cold")
    let total = try fixture.run().ledger.total
    #expect(abs(total.baselineSeconds - 34) < 1e-6)
    let guest = try Simulation(fixture.build(), replication: 0).fleet.guests[0]
    let mechanics = Mechanics()
    let luck = AttemptLuck(mechanics, GuestGroup()) { RandomStream(StreamKey(seed: 1, purpose: $0)) }
    let plan = raising.make(MigrationRequest(guest: GuestFacts(diskVirtual: .zero, diskAllocated: .zero)))
    var solo = try SoloMigration(
      plan, AttemptPhysics(guest, luck, PhysicsConstants(mechanics), kernelRisk: nil),
      rate: ByteRate(bytesPerSecond: 100e6))
    solo.run(from: .zero)
    #expect(abs((solo.machine.accounts.outageBegan ?? .zero).seconds - 100) < 1e-6)
  }
}
