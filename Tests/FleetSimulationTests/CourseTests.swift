import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPhysics
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import FleetSimulation

/// The course of a move through its chain: refusals, dates, faults, hosts that fail.
@Suite struct CourseTests {
  func step(_ strategy: String, tries: Int = 1, ticket: TicketTerms? = nil) -> ChainStep {
    var step = ChainStep(strategy: strategy)
    (step.tries, step.ticket) = (tries, ticket)
    return step
  }

  func codes(_ ledger: Ledger) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: ledger.failures(of: ledger.total).map { ($0.code, $0.count) })
  }

  func began(_ row: AttemptRow) -> Double { (row.accounts.began ?? .zero).seconds }
  func close(_ a: Duration, _ seconds: Double) -> Bool { abs(a.seconds - seconds) < 1e-6 }

  /// With an event of one's own, at a time of one's own.
  func run(_ fixture: Fixture, _ events: [(seconds: Int64, event: FleetEvent)]) throws
    -> (run: Fixture.Run, fleet: Fleet)
  {
    var simulation = try Simulation(fixture.build(), replication: 0)
    let rows = Box<[AttemptRow]>([])
    simulation.attemptSink = { rows.value.append($0) }
    for event in events { simulation.queue.schedule(at: .zero + .seconds(event.seconds), event.event) }
    simulation.run()
    let fleet = simulation.fleet
    return (Fixture.Run(ledger: simulation.finished(), rows: rows.value), fleet)
  }

  // MARK: - Refusals

  @Test func `an owner's wish sends a guest down the chain`() throws {
    var fixture = Fixture()
    fixture.guests.forbidsLive = 1
    fixture.drainFirstHost("live", "warm")
    let run = try fixture.run()
    #expect(run.rows.map(\.outcome) == ["completed"])
    #expect(codes(run.ledger) == ["opted_out": 1])
    #expect(run.ledger.byStrategy.map(\.completed) == [0, 1, 0, 0])
    #expect(run.ledger.byStrategy.map(\.requested) == [1, 0, 0, 0])
  }

  @Test(arguments: [
    ("epyc-7713", CPURule.any, 0), ("epyc-7713", .sameVendor, 1), ("xeon-6148", .sameVendor, 0),
    ("xeon-6148", .superset, 1), ("xeon-6238r", .superset, 0), ("xeon-6148", .sameFamily, 1),
  ])
  func `the other host's CPU decides whether a running guest may go there`(
    cpu: String, rule: CPURule, refusals: Int
  ) throws {
    var fixture = Fixture()
    var (site, other) = (SiteBlueprint(), fixture.host)
    (fixture.host.count, fixture.host.spares) = (1, 0)
    fixture.host.cpus = Mix(all: "xeon-6238r")
    (other.count, other.spares) = (1, 1)
    other.cpus = Mix(all: cpu)
    site.hostGroups = [fixture.host, other]
    fixture.scenario.fleet.sites = [site]
    fixture.scenario.rules = EligibilityRules(cpu: rule, [])
    fixture.drainFirstHost("live", "cold")
    let (run, fleet) = try self.run(fixture, [])
    #expect(codes(run.ledger)["cpu", default: 0] == refusals)
    #expect(run.ledger.total.completed == 1)
    // A guest that booted has what its host has; one that went on has what it had.
    #expect(
      fleet.cpus[Int(fleet.guests[0].bootCPU)] == CPUCatalog.facts(named: refusals == 1 ? cpu : "xeon-6238r"))
  }

  @Test func `a site without another host is full, whatever its CPUs`() throws {
    var fixture = Fixture(hosts: 1)
    fixture.scenario.limits.patience = .hours(1)
    fixture.drainFirstHost("live")
    #expect(codes(try fixture.run().ledger) == ["target_full": 1])
  }

  @Test func `where there is no room patience ends each step`() throws {
    var fixture = Fixture(guests: 2)
    (fixture.host.spares, fixture.host.memory) = (0, .gibibytes(1))
    fixture.scenario.horizon = .hours(60)
    fixture.drainFirstHost([step("warm"), step("cold")])
    let ledger = try fixture.run().ledger
    // The first host for a day and a day; the second one has begun its second day.
    #expect(codes(ledger) == ["target_full": 2])
    #expect(ledger.total.abandoned == 1 && ledger.unfinished == 1)
    #expect(ledger.drains.gaveUp == 1 && ledger.drains.guestsLeft == 1)
  }

  @Test func `a host that only takes in as many as it may wears nobody's patience out`() throws {
    var fixture = Fixture(guests: 6)
    fixture.scenario.limits.patience = .minutes(3)
    (fixture.scenario.limits.hostIn, fixture.scenario.limits.hostOut) = (1, 6)
    fixture.drainFirstHost("cold")
    let ledger = try fixture.run().ledger
    #expect(ledger.total.completed == 6)
    #expect(codes(ledger).isEmpty)
  }

  @Test func `a known kernel is not even tried`() throws {
    var fixture = Fixture()
    fixture.knowKernel { $0.effect = .refuse }
    fixture.drainFirstHost("live", "cold")
    let run = try fixture.run()
    #expect(codes(run.ledger) == ["kernel": 1])
    #expect(run.rows.count == 1)
  }

  // MARK: - Kernels that hang

  @Test func `during: found after a while, and booted where it was`() throws {
    var fixture = Fixture()
    fixture.knowKernel { $0.detected = .during }
    fixture.drainFirstHost("live", "cold")
    let run = try fixture.run()
    #expect(run.rows.map(\.outcome) == ["crashed", "completed"])
    #expect(close(run.rows[0].downtimes.serviceGap, 120 + 30))
    #expect(run.rows[0].downtimes.pause == .zero && run.rows[0].downtimes.networkGap == .zero)
    #expect(run.ledger.incidents == 0)
    // The round was sent, though nobody was told.
    #expect(run.rows[0].traffic.memory == .gibibytes(1))
    #expect(close(run.rows[0].brownout, 100 + Double(1 << 30) / 100e6 + 1e-8 - 1e-8))
  }

  @Test func `at the resume: rolled back with nothing lost, after a long pause`() throws {
    var fixture = Fixture()
    fixture.knowKernel { $0.detected = .atResume }
    fixture.scenario.mechanics.networkGap = constant(5)
    fixture.drainFirstHost("live", "cold")
    let row = try fixture.run().rows[0]
    #expect(row.outcome == "crashed")
    #expect(row.downtimes.serviceGap == .zero)
    // Frozen, state, resume that fails, delay, fence, resume at home: where the network still looks for it.
    let pause = 0.010 + 1_048_576 / 100e6 + 0.020 + 120 + 1 + 0.020
    #expect(close(row.downtimes.pause, pause) && row.downtimes.networkGap == row.downtimes.pause)
  }

  @Test func `afterwards: a success that is none, mended by a boot over there`() throws {
    var fixture = Fixture()
    fixture.knowKernel { $0.detected = .afterwards }
    fixture.drainFirstHost("live", "cold")
    let run = try fixture.run()
    #expect(run.rows.map(\.outcome) == ["completed"])
    #expect(run.ledger.incidents == 1)
    let total = run.ledger.total
    #expect(abs(total.serviceGap.sum - 150) < 1e-6)
    #expect(abs(total.downtimeSeconds - 150 - run.rows[0].downtimes.networkGap.seconds) < 1e-6)
    #expect(abs(total.savedSeconds - (total.baselineSeconds - total.downtimeSeconds)) < 1e-6)
  }

  @Test func `a kernel that can hang need not`() throws {
    var fixture = Fixture()
    fixture.knowKernel { $0.probability = 0 }
    fixture.drainFirstHost("live", "cold")
    #expect(try fixture.run().rows.map(\.outcome) == ["completed"])
  }

  @Test(arguments: [["live", "live"], ["live", "post-copy"], ["live", "suspend"]])
  func `whether a guest hangs is drawn for each attempt, whichever step makes it`(chain: [String]) throws {
    var fixture = Fixture(hosts: 2, guests: 1_000)
    fixture.host.memory = .gibibytes(4_096)
    fixture.host.pool.capacity = .gigabytes(1_000_000)
    fixture.host.nic = .unlimited
    fixture.scenario.limits.hostOut = 10_000
    fixture.scenario.limits.hostIn = 10_000
    fixture.scenario.limits.perMove = ByteRate(bytesPerSecond: 100e6)
    fixture.scenario.strategies.add(PostCopyLive())
    fixture.scenario.strategies.add(Suspend())
    fixture.knowKernel { ($0.probability, $0.detected) = (0.3, .during) }
    fixture.drainFirstHost(chain.map(ChainStep.init))
    // Where some are left the drain is given up, and the other host has its turn.
    let rows = try fixture.run().rows.filter { $0.source == 0 }
    let (first, second) = (rows.filter { $0.number == 1 }, rows.filter { $0.number == 2 })
    #expect(first.count == 1_000)
    #expect(second.count == first.count { $0.outcome != "completed" })
    for tried in [first, second] {
      let hung = Double(tried.count { $0.outcome == "crashed" }) / Double(tried.count)
      // Four standard errors of a binomial share.
      #expect(abs(hung - 0.3) < 4 * (0.3 * 0.7 / Double(tried.count)).squareRoot())
    }
  }

  // MARK: - Guests that do not shut down

  @Test func `fail: it serves on, and the next step pulls the plug`() throws {
    var fixture = Fixture()
    fixture.guests.ignoresShutdown = 1
    fixture.drainFirstHost("warm", "cold")
    let run = try fixture.run()
    #expect(run.rows.map(\.outcome) == ["shutdown_ignored", "completed"])
    #expect(run.rows[0].downtimes == Downtimes())
    // Not down while it was asked: a second without power, the copy, the boot.
    #expect(close(run.rows[1].downtimes.serviceGap, 1 + 100 + 30))
    #expect(run.ledger.total.wastedBytes == 10e9)
  }

  @Test func `a guest that is slow to shut down is down from the request on`() throws {
    var fixture = Fixture()
    fixture.guests.shutdown = constant(90)
    fixture.drainFirstHost("warm", "cold")
    let run = try fixture.run()
    // After a minute it is taken for one that ignores the request.
    #expect(run.rows.map(\.outcome) == ["shutdown_ignored", "completed"])
    #expect(run.rows[0].downtimes.serviceGap == .seconds(90 + 30), "down after 90 s, and booted where it was")
    #expect(close(run.rows[1].downtimes.serviceGap, 60 + 1 + 100 + 30), "switched off after a minute")
    // Cold would have had to wait as long for it.
    #expect(run.ledger.total.baselineSeconds == run.rows[1].downtimes.serviceGap.seconds)
    let total = run.ledger.total
    #expect(total.downtime.count == 1 && abs(total.downtime.sum - 120 - 191) < 1e-6)
  }

  @Test func `a move that was given up is one of those that cost something, if it did`() throws {
    var fixture = Fixture()
    fixture.guests.shutdown = constant(90)
    fixture.drainFirstHost("warm")
    let down = try fixture.run().ledger.total
    #expect(down.abandoned == 1 && down.downtime.count == 1 && down.downtime.sum == 120)
    fixture.guests.ignoresShutdown = 1
    let untouched = try fixture.run().ledger.total
    #expect(untouched.abandoned == 1 && untouched.downtime.count == 0)
  }

  // MARK: - Deadlines

  @Test func `a time-out cuts to the nanosecond, and what was sent is not forgotten`() throws {
    var fixture = Fixture()
    fixture.scenario.strategies.add(Live(timeout: .seconds(60)))
    fixture.drainFirstHost("live", "cold")
    let run = try fixture.run()
    #expect(run.rows.map(\.outcome) == ["timed_out", "completed"])
    #expect(run.rows[0].brownout == .seconds(60) && run.rows[0].totalTime == .seconds(61))
    #expect(run.rows[0].traffic.disk == .gigabytes(6))
    #expect(run.ledger.total.wastedBytes == 6e9)
  }

  @Test func `a cold copy that takes too long is brought back by a boot`() throws {
    var fixture = Fixture()
    fixture.scenario.strategies.add(Cold(timeout: .seconds(54)))
    fixture.drainFirstHost("cold")
    let row = try fixture.run().rows[0]
    #expect(row.outcome == "timed_out")
    #expect(close(row.downtimes.serviceGap, 54 + 30))
    #expect(row.traffic.outage == .gigabytes(5))
  }

  @Test(arguments: [0.5, 0.8, 0.95, 1, 1.05, 1.2, 1.5])
  func `a guest that dirties as fast as the link ends by name`(ratio: Double) throws {
    for (noise, converges) in [(0.0, false), (0.3, true)] {
      var fixture = Fixture()
      fixture.flavor.memory = .gibibytes(16)
      fixture.guests.memory.dirtyRate = constant(100e6 * ratio)
      fixture.guests.disk.writes = constant(100e6 * ratio)
      fixture.scenario.mechanics.dirtyNoise = noise
      fixture.scenario.strategies.add(Live(autoConverge: converges))
      fixture.drainFirstHost("live", "warm")
      let run = try fixture.run()
      #expect(run.ledger.events < 1000)
      #expect(run.rows.allSatisfy { ["completed", "not_converging"].contains($0.outcome) })
      #expect(run.ledger.total.completed + run.ledger.total.abandoned == 1)
      if ratio >= 1.2, noise == 0 { #expect(run.rows[0].outcome == "not_converging") }
    }
  }

  // MARK: - Tickets

  func terms(_ edit: (inout TicketTerms) -> Void = { _ in }) -> TicketTerms {
    var terms = TicketTerms()
    edit(&terms)
    return terms
  }

  @Test func `live, else reboot on a date, else cold: the date is respected and its notice kept`() throws {
    var fixture = Fixture()
    fixture.guests.forbidsLive = 1
    fixture.drainFirstHost([step("live"), step("reboot", ticket: terms()), step("cold")])
    let run = try fixture.run()
    #expect(run.rows.map(began) == [7 * Fixture.day])
    let tickets = run.ledger.tickets
    #expect((tickets.opened, tickets.kept, tickets.late) == (1, 1, 0))
  }

  @Test func `customers start it themselves, or ask for another date`() throws {
    var fixture = Fixture(guests: 30)
    fixture.drainFirstHost([step("reboot", ticket: terms { $0.startedByCustomer = 1 })])
    let early = try fixture.run()
    #expect(
      early.rows.allSatisfy { began($0) < 8 * Fixture.day } && early.ledger.tickets.startedByCustomer == 30)
    #expect(early.rows.contains { began($0) < 3 * Fixture.day })
    fixture.scenario.campaigns = []
    fixture.drainFirstHost([step("reboot", ticket: terms { $0.moved = 1 })])
    let late = try fixture.run()
    #expect(late.rows.allSatisfy { began($0) >= 7 * Fixture.day && began($0) < 14.1 * Fixture.day })
    #expect(late.ledger.tickets.moved == 30)
  }

  @Test func `who has to wait behind another is late`() throws {
    var fixture = Fixture(guests: 2)
    fixture.scenario.limits.hostOut = 1
    fixture.drainFirstHost([step("reboot", ticket: terms { $0.window = .seconds(90) })])
    let tickets = try fixture.run().ledger.tickets
    #expect((tickets.opened, tickets.kept, tickets.late) == (2, 1, 1))
  }

  @Test func `a ticket is counted once, whatever follows its attempt`() throws {
    var fixture = Fixture()
    fixture.guests.ignoresShutdown = 1
    fixture.drainFirstHost([step("warm", ticket: terms()), step("cold")])
    let run = try fixture.run()
    #expect(run.rows.map(\.outcome) == ["shutdown_ignored", "completed"])
    let tickets = run.ledger.tickets
    #expect((tickets.opened, tickets.kept, tickets.late) == (1, 1, 0))
  }

  @Test func `a ticket whose drain is given up before its date comes to nothing`() throws {
    var fixture = Fixture()
    fixture.drainFirstHost([step("reboot", ticket: terms())], giveUpAfter: .days(3))
    let run = try fixture.run()
    // The spare is drained afterwards; nobody is on it.
    #expect(run.rows.isEmpty && run.ledger.total.abandoned == 1 && run.ledger.unfinished == 0)
    #expect(run.ledger.tickets.late == 1)
    #expect(run.ledger.drains.gaveUp == 1 && run.ledger.drains.guestsLeft == 1)
  }

  // MARK: - Hosts that fail

  @Test func `the source dies in a cold copy: tried again once it is repaired`() throws {
    var fixture = Fixture()
    fixture.drainFirstHost([step("cold", tries: 2)])
    let run = try run(fixture, [(54, .hostFails(0))]).run
    #expect(run.rows.map(\.outcome) == ["lost_source_died", "completed"])
    // Down since it was told to: what came after the loss is the host's doing.
    #expect(close(run.rows[0].downtimes.serviceGap, 54))
    #expect(run.rows[0].traffic.outage == .gigabytes(5))
    #expect(began(run.rows[1]) == 54 + 4 * 3600)
    #expect(run.ledger.hostFailures == 1)
  }

  @Test func `the source dies under a running guest: no downtime of the migration`() throws {
    var fixture = Fixture()
    fixture.scenario.mechanics.networkGap = constant(5)
    fixture.drainFirstHost([step("live", tries: 2)])
    let run = try run(fixture, [(50, .hostFails(0))]).run
    #expect(run.rows.map(\.outcome) == ["lost_source_died", "completed"])
    #expect(run.rows[0].downtimes == Downtimes())
  }

  @Test func `the destination dies: brought back, and tried again elsewhere`() throws {
    var fixture = Fixture(hosts: 3)
    fixture.drainFirstHost([step("cold", tries: 2)])
    let run = try run(fixture, [(54, .hostFails(1))]).run
    #expect(run.rows.map(\.outcome) == ["failed_destination", "completed"])
    #expect(close(run.rows[0].downtimes.serviceGap, 54 + 30))
    #expect(run.rows.map(\.target) == [1, 2])
    // Boot, clearing up, 20 s of backoff.
    #expect(began(run.rows[1]) == 54 + 30 + 1 + 20)
  }

  @Test func `the destination dies while the guest shuts down: it goes down, and boots`() throws {
    var fixture = Fixture(hosts: 3)
    fixture.guests.shutdown = constant(40)
    fixture.drainFirstHost([step("cold", tries: 2)])
    let run = try run(fixture, [(10, .hostFails(1))]).run
    #expect(close(run.rows[0].downtimes.serviceGap, 40 + 30))
    fixture.guests.ignoresShutdown = 1
    let ignoring = try self.run(fixture, [(10, .hostFails(1))]).run
    #expect(ignoring.rows[0].downtimes == Downtimes())
  }

  @Test func `a copy that is whole outlives its source`() throws {
    var fixture = Fixture()
    fixture.scenario.mechanics.verify = .seconds(50)
    fixture.drainFirstHost("cold")
    let (run, fleet) = try run(fixture, [(120, .hostFails(0))])
    #expect(run.rows.map(\.outcome) == ["completed"])
    #expect(fleet.guests[0].host == 1)
  }

  @Test func `a lost destination heals no guest that hangs`() throws {
    var fixture = Fixture(hosts: 3)
    fixture.knowKernel { $0.detected = .during }
    fixture.drainFirstHost("live", "cold")
    let run = try run(fixture, [(150, .hostFails(1))]).run
    #expect(run.rows.map(\.outcome) == ["crashed", "completed"])
    #expect(close(run.rows[0].downtimes.serviceGap, 150 - 100 - Double(1 << 30) / 100e6 + 30))
  }

  @Test func `a guest boots with its host, and has what that host has`() throws {
    var fixture = Fixture()
    var (site, other) = (SiteBlueprint(), fixture.host)
    (fixture.host.count, fixture.host.spares) = (1, 0)
    fixture.host.cpus = Mix(all: "xeon-6148")
    (other.count, other.spares) = (1, 1)
    other.cpus = Mix(all: "xeon-6238r")
    site.hostGroups = [fixture.host, other]
    fixture.scenario.fleet.sites = [site]
    fixture.drainFirstHost("live")
    let (_, fleet) = try run(fixture, [(4000, .hostFails(1))])
    #expect(fleet.guests[0].host == 1 && fleet.guests[0].bootCPU == fleet.hosts[1].cpu)
  }
}
