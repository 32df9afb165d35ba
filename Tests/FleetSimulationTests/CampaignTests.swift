import CutoverCore
import DiscreteEvent
import FleetModel
internal import MigrationPhysics
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import FleetSimulation

@Suite struct CampaignTests {
  func sources(_ run: Fixture.Run) -> [Int] {
    run.rows.sorted { ($0.accounts.began ?? .zero) < ($1.accounts.began ?? .zero) }.map(\.source)
  }

  // MARK: - Drains

  @Test func `hosts whose turn has not come by the horizon are counted`() throws {
    var fixture = Fixture(hosts: 8)
    fixture.scenario.horizon = .days(75)
    // One host at a time, 30 days each: the first two are done, the third is being worked on, five never begin.
    var drains = HostDrains()
    drains.work = .days(30)
    fixture.add("drain", [ChainStep(strategy: "cold")], .drains(drains))
    let ledger = try fixture.run().ledger
    #expect(ledger.drains.started == 3)
    #expect(ledger.drains.notBegun == 5)
  }

  @Test func `a drain is not over because the first guest refuses`() throws {
    var fixture = Fixture()
    var (wary, willing) = (fixture.guests, fixture.guests)
    wary.forbidsLive = 1
    wary.flavors = Mix(all: fixture.flavor)
    willing.flavors = Mix(all: fixture.flavor)
    willing.count = 3
    fixture.scenario.fleet.guests = [wary, willing]
    fixture.scenario.horizon = .seconds(400)
    fixture.drainFirstHost("live")
    let ledger = try fixture.run().ledger
    #expect(ledger.total.completed == 3 && ledger.total.abandoned == 1)
    #expect(ledger.drains.guestsLeft == 1)
  }

  @Test func `what is left of a drain that is given up stays`() throws {
    var fixture = Fixture(guests: 5)
    fixture.scenario.limits.hostOut = 1
    // The other host has its turn then, but nobody has left it yet.
    fixture.scenario.horizon = .seconds(300)
    fixture.drainFirstHost([ChainStep(strategy: "cold")], giveUpAfter: .seconds(200))
    let ledger = try fixture.run().ledger
    // One has gone, one is on its way and goes, three stay.
    #expect(ledger.total.completed == 2 && ledger.total.abandoned == 3)
    #expect(ledger.drains.gaveUp == 1 && ledger.drains.guestsLeft == 4)
  }

  @Test func `hundreds of hosts that nobody leaves are gone through one by one`() throws {
    var fixture = Fixture(hosts: 600, guests: 600)
    fixture.host.spares = 0
    fixture.guests.forbidsLive = 1
    fixture.drainFirstHost("live")
    let ledger = try fixture.run().ledger
    #expect(ledger.drains.gaveUp == 600 && ledger.total.abandoned == 600)
  }

  @Test func `each host once, spares last, with the new kernel`() throws {
    var fixture = Fixture(hosts: 4, guests: 3)
    fixture.host.spares = 1
    var drains = HostDrains()
    drains.kernel = kernel("6.6")
    var (first, second) = (SiteBlueprint(), SiteBlueprint())
    (first.name, second.name) = ("first", "second")
    first.hostGroups = [fixture.host]
    second.hostGroups = [fixture.host]
    fixture.scenario.fleet.sites = [first, second]
    fixture.add("upgrade", [ChainStep(strategy: "cold")], .drains(drains))
    var simulation = try Simulation(fixture.build(), replication: 0)
    simulation.run()
    #expect(simulation.drains.map(\.host) == [0, 1, 2, 4, 5, 6, 3, 7])
    let kernels = simulation.fleet.hosts.map(\.kernel)
    let ledger = simulation.finished()
    #expect(ledger.drains.finished == 8)
    #expect(kernels.allSatisfy { $0 == kernel("6.6") })
  }

  @Test func `turns of one site are spread over the time of that site alone`() throws {
    var fixture = Fixture(hosts: 4, guests: 0)
    var drains = HostDrains()
    (drains.site, drains.end, drains.maxUnavailable) = ("second", .hours(4), 9)
    var (first, second) = (SiteBlueprint(), SiteBlueprint())
    (first.name, second.name) = ("first", "second")
    first.hostGroups = [fixture.host]
    second.hostGroups = [fixture.host]
    fixture.scenario.fleet.sites = [first, second]
    fixture.add("upgrade", [ChainStep(strategy: "cold")], .drains(drains))
    var simulation = try Simulation(fixture.build(), replication: 0)
    simulation.run()
    #expect(simulation.drains.map(\.began.seconds) == [1800, 5400, 9000, 12_600])
  }

  @Test func `a host that another campaign has at its turn is not passed over for good`() throws {
    var fixture = Fixture(hosts: 2, guests: 0)
    var drains = HostDrains()
    drains.work = .hours(5)
    fixture.add("first", [ChainStep(strategy: "cold")], .drains(drains))
    fixture.add("second", [ChainStep(strategy: "cold")], .drains(drains))
    var simulation = try Simulation(fixture.build(), replication: 0)
    simulation.run()
    let ledger = simulation.finished()
    #expect(ledger.drains.finished == 4)
  }

  @Test func `random drains arrive alike, however long each takes`() throws {
    let arrivals = try ["cold", "warm", "live"].map { strategy in
      var fixture = Fixture(hosts: 6, guests: 20)
      fixture.host.spares = 0
      fixture.flavor.disk = .gigabytes(400)
      var drains = HostDrains()
      drains.order = .atRandom(perSecond: 40 / Fixture.day)
      fixture.scenario.horizon = .days(5)
      fixture.add("drain", [ChainStep(strategy: strategy)], .drains(drains))
      var simulation = try Simulation(fixture.build(), replication: 0)
      simulation.run()
      return simulation.campaigns[0].arrivals
    }
    #expect(arrivals[0] > 100)
    #expect(Set(arrivals).count == 1)
  }

  @Test func `hosts take turns at the fleet's limit`() throws {
    var fixture = Fixture(hosts: 4, guests: 8)
    fixture.host.spares = 2
    fixture.scenario.limits.fleet = 1
    var drains = HostDrains()
    (drains.maxUnavailable, drains.work) = (2, .days(300))
    fixture.add("drain", [ChainStep(strategy: "cold")], .drains(drains))
    // The first host was first in line when the second one came.
    #expect(sources(try fixture.run()) == [0, 0, 1, 0, 1, 0, 1, 1])
  }

  // MARK: - Relocation and resizes

  @Test func `a guest that is busy when it is to be relocated goes afterwards`() throws {
    var fixture = Fixture(hosts: 2)
    var (first, second) = (SiteBlueprint(), SiteBlueprint())
    (first.name, second.name) = ("first", "second")
    first.hostGroups = [fixture.host]
    second.hostGroups = [fixture.host]
    fixture.scenario.fleet.sites = [first, second]
    fixture.guests.site = "first"
    fixture.drainFirstHost("cold")
    var relocation = Relocation()
    (relocation.from, relocation.to, relocation.guests) = ("first", "second", 1)
    (relocation.start, relocation.end) = (.seconds(50), .seconds(60))
    fixture.add("exit", [ChainStep(strategy: "warm")], .relocation(relocation))
    var simulation = try Simulation(fixture.build(), replication: 0)
    simulation.run()
    #expect(simulation.fleet.hosts[Int(simulation.fleet.guests[0].host)].site == 1)
    let ledger = simulation.finished()
    #expect(ledger.byCampaign.map(\.completed) == [1, 1] && ledger.busy == 0)
  }

  @Test func `names and limits that make no sense are refused`() throws {
    func refusal(_ edit: (inout Fixture) -> Void) -> String {
      var fixture = Fixture()
      edit(&fixture)
      let error = #expect(throws: FleetError.self) { _ = try fixture.run() }
      return error.map { "\($0)" } ?? ""
    }
    #expect(refusal { $0.drainFirstHost("teleport") }.contains("'teleport'"))
    #expect(refusal { $0.drainFirstHost([]) }.contains("empty"))
    #expect(refusal { $0.scenario.baseline = "none" }.contains("'none'"))
    #expect(refusal { $0.scenario.limits.hostIn = 0 }.contains("limit"))
    let nowhere = refusal { fixture in
      var relocation = Relocation()
      (relocation.from, relocation.to) = ("here", "nowhere")
      fixture.add("exit", [ChainStep(strategy: "cold")], .relocation(relocation))
    }
    #expect(nowhere.contains("'nowhere'"))
  }

  @Test func `a run can be stopped from outside`() throws {
    var fixture = Fixture(hosts: 4, guests: 20)
    var resizes = Resizes()
    resizes.perSecond = 1
    fixture.guests.flavors = Mix(all: fixture.flavor)
    fixture.add("resize", [ChainStep(strategy: "cold")], .resizes(resizes))
    var simulation = try Simulation(fixture.build(), replication: 0)
    let reached = simulation.run { time, _ in time < .zero + .hours(2) }
    #expect(!reached)
    let isBefore = simulation.now < .zero + .days(1)
    #expect(isBefore)
  }
}

/// A strategy that no file of the simulator knows.
@Suite struct FifthStrategyTests {
  @Test func `a strategy of a third party runs through the fleet, within a chain`() throws {
    struct Suspend: MigrationStrategy {
      let name = "suspend"
      func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
        guard request.resizeTo == nil else { throw Refusal(.notPossible) }
        return CutoverPlan(strategy: name, media: [.disk, .memory], stop: .pause, start: .resume)
      }
    }
    var fixture = Fixture()
    fixture.guests.memory.used = 0.5
    fixture.scenario.strategies.add(Suspend())
    fixture.scenario.strategies.add(Live(timeout: .seconds(30)))
    fixture.drainFirstHost("live", "suspend", "cold")
    let run = try fixture.run()
    #expect(run.rows.map(\.outcome) == ["timed_out", "completed"])
    let bytes = 10e9 + Double(512 << 20) + 1_048_576
    let pause = 0.010 + bytes / 100e6 + 0.309 * 0.5 + 0.020
    #expect(abs(run.rows[1].downtimes.pause.seconds - pause) < 1e-6)
    #expect(run.ledger.byStrategy[4].completed == 1)
    // It does not copy memory around a running guest: a kernel that hangs shows at the resume.
    fixture.knowKernel { $0.detected = .during }
    #expect(try fixture.run().rows.map(\.outcome) == ["timed_out", "crashed", "completed"])
  }

  @Test func `post-copy sends only what was not there, and a torn guest is lost`() throws {
    let hybrid = Improvised(name: "hybrid") { _ in
      CutoverPlan(
        strategy: "hybrid", media: [.memory],
        replication: [
          ReplicationStage(
            .memory,
            ConvergenceRules(
              until: .expectedPause(atMost: .zero),
              rules: [ConvergenceRule(when: .passes(atLeast: 1), do: .postCopy)]))
        ], stop: .pause, start: .resume, postCopy: .whenAsked)
    }
    var fixture = Fixture()
    fixture.scenario.strategies.add(hybrid)
    fixture.guests.memory.dirtyRate = constant(10e6)
    fixture.drainFirstHost("hybrid")
    let row = try fixture.run().rows[0]
    #expect(row.outcome == "completed")
    #expect(row.traffic.memory == .gibibytes(1))
    #expect(row.traffic.postcopy > .zero && row.traffic.postcopy < .mebibytes(110))
    var simulation = try Simulation(fixture.build(), replication: 0)
    simulation.queue.schedule(at: .zero + .milliseconds(10_850), .hostFails(0))
    simulation.run()
    let ledger = simulation.finished()
    #expect(ledger.codes == ["lost_torn"])
  }
}

/// Common random numbers: what chance decides does not depend on the strategy.
@Suite struct PairingTests {
  @Test func `fleets, wishes and luck are the same under each strategy`() throws {
    var compared = 0
    for seed in 0..<40 {
      var random = RandomScenario(seed: UInt64(seed))
      var lucks: [[Double]] = []
      var fleets: [[Int64]] = []
      var resizes: [[Int]] = []
      for strategy in ["cold", "warm", "live"] {
        random.only = strategy
        guard var simulation = try? Simulation(random.scenario(), replication: 1) else { continue }
        fleets.append(simulation.fleet.guests.map { $0.born.nanoseconds ^ Int64($0.host) })
        let moves = (0..<20).map {
          Move(
            number: 0, guest: Int32($0 % simulation.fleet.guests.count), campaign: 0, targetSite: -1,
            ordinal: Int32($0))
        }
        lucks.append(
          moves.flatMap { move in
            let luck = simulation.luck(of: move)
            return [
              luck.boot.seconds, luck.shutdown.seconds, luck.kernelFault, luck.streamRate.bytesPerSecond,
            ]
          })
        simulation.run()
        resizes.append(simulation.campaigns.map(\.arrivals))
      }
      // A fleet that cannot be built cannot be built for any of them.
      guard !fleets.isEmpty else { continue }
      compared += 1
      #expect(fleets.count == 3 && Set(fleets).count == 1, "seed \(seed)")
      #expect(Set(lucks).count == 1 && Set(resizes).count == 1, "seed \(seed)")
    }
    #expect(compared >= 30)
  }

  @Test func `the first try of each step meets the same luck, a second one its own`() throws {
    var fixture = Fixture()
    fixture.guests.boot = try .uniform(from: 10, to: 100)
    fixture.drainFirstHost("live", "warm")
    let simulation = try Simulation(fixture.build(), replication: 0)
    var move = Move(number: 0, guest: 0, campaign: 0, targetSite: -1, ordinal: 0)
    move.triesLeft = 1
    let first = simulation.luck(of: move).boot
    move.step = 1
    move.attempts = 1
    #expect(simulation.luck(of: move).boot == first)
    move.triesLeft = 0
    #expect(simulation.luck(of: move).boot != first)
    move.ordinal = 1
    move.triesLeft = 1
    #expect(simulation.luck(of: move).boot != first)
  }

  @Test func `a wish that comes to nothing takes its number all the same`() throws {
    var fixture = Fixture()
    fixture.drainFirstHost("cold")
    var simulation = try Simulation(fixture.build(), replication: 0)
    _ = simulation.step()
    simulation.request(0, campaign: 0)
    let (busy, ordinal) = (simulation.ledger.busy, simulation.ordinals[0])
    #expect(busy == 1 && ordinal == 2)
  }
}

@Suite struct StorageTests {
  @Test func `slots are used again, and hold what was put in them`() {
    var slots = Slots<String>()
    let (a, b) = (slots.insert("a"), slots.insert("b"))
    #expect([a, b] == [0, 1] && slots.count == 2)
    slots[a] += "!"
    #expect(slots.remove(a) == "a!")
    #expect(!slots.contains(a) && slots.contains(b) && slots.count == 1)
    #expect(slots.insert("c") == a && slots[a] == "c" && slots.end == 2)
  }

  @Test func `a line gives out in order`() {
    var line = Line<Int32>()
    for item in 0..<200 { line.append(Int32(item)) }
    for item in 0..<150 { #expect(line.popFirst() == Int32(item)) }
    line.append(7)
    var rest: [Int32] = []
    while let item = line.popFirst() { rest.append(item) }
    #expect(rest == (150..<200).map(Int32.init) + [7])
    #expect(line.isEmpty && line.first == nil)
  }

  @Test func `quantiles are values that occurred`() {
    var samples = Samples()
    #expect(samples.quantiles([0.5]) == nil && samples.mean == nil)
    for value in [5.0, 1, 4, 2, 3] { samples.add(value) }
    #expect(samples.quantiles([0, 0.2, 0.21, 0.5, 1]) == [1, 1, 2, 3, 5])
    #expect(samples.mean == 3)
  }
}
