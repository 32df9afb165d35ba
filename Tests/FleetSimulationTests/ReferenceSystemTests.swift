import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPhysics
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import FleetSimulation

/// What two published systems do, statement by statement, in fleets whose figures follow by hand; the table in the
/// README of the scenarios says which test stands for which statement. Guests have 10 GB of disk and 1 GiB of RAM, shut
/// down in 4 s and boot in 30 s; links carry 100 MB/s.
@Suite struct ReferenceSystemTests {
  private func completed(_ ledger: Ledger) -> [String: Int] {
    var counts: [String: Int] = [:]
    for (name, cell) in zip(ledger.strategies, ledger.byStrategy) where cell.completed > 0 {
      counts[name] = cell.completed
    }
    return counts
  }

  private func codes(_ ledger: Ledger) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: ledger.failures(of: ledger.total).map { ($0.code, $0.count) })
  }

  private func ticketStep(_ strategy: String) -> ChainStep {
    var step = ChainStep(strategy: strategy)
    step.ticket = TicketTerms()
    return step
  }

  /// Runs it and listens.
  private func listen(_ fixture: Fixture) throws -> (run: Fixture.Run, notes: [Note], fleet: Fleet) {
    var simulation = try Simulation(fixture.build(), replication: 0)
    let (rows, notes) = (Box<[AttemptRow]>([]), Box<[Note]>([]))
    simulation.attemptSink = { rows.value.append($0) }
    simulation.noteSink = { notes.value.append($0) }
    simulation.run()
    let fleet = simulation.fleet
    return (Fixture.Run(ledger: simulation.finished(), rows: rows.value), notes.value, fleet)
  }

  /// One site with a host of each kind; all guests start on the first.
  private func pair(_ fixture: Fixture, _ edit: (inout HostGroup, inout HostGroup) -> Void) -> Fixture {
    var fixture = fixture
    (fixture.host.count, fixture.host.spares) = (1, 0)
    var (site, other) = (SiteBlueprint(), fixture.host)
    other.spares = 1
    edit(&fixture.host, &other)
    site.name = "here"
    site.hostGroups = [fixture.host, other]
    fixture.scenario.fleet.sites = [site]
    return fixture
  }

  private static let larger = Flavor(
    name: "larger", vcpus: 2, memory: .gibibytes(2), disk: .gigabytes(20))

  // MARK: - Rackspace

  @Test func `R2: a VM that moves live runs throughout, and what it writes meanwhile goes along`() throws {
    var fixture = Fixture()
    fixture.guests.disk.writes = constant(1e6)
    fixture.drainFirstHost([ChainStep(strategy: "live"), ticketStep("reboot"), ChainStep(strategy: "cold")])
    let run = try fixture.run()
    #expect(completed(run.ledger) == ["live": 1] && run.rows.count == 1)
    let row = run.rows[0]
    // Never down, and paused for the blink in which it changes hands.
    #expect(row.downtimes.serviceGap == .zero && row.downtimes.pause < .milliseconds(200))
    #expect(row.traffic.disk == .gigabytes(10))
    // 100 s for the disk and 11 s for memory, at 1 MB/s.
    let again = (row.traffic.repeated + row.traffic.outage).value
    #expect(again > 100e6 && again < 125e6)
  }

  @Test func `R8: who moves live is not told, in peace or in an emergency; who is rebooted is`() throws {
    var fixture = Fixture(guests: 12)
    fixture.guests.forbidsLive = 0.5
    fixture.drainFirstHost([ChainStep(strategy: "live"), ticketStep("reboot")])
    let (run, notes, _) = try listen(fixture)
    let told = Set(
      notes.compactMap { note -> Int? in
        if case .ticket = note.event { note.guest } else { nil }
      })
    let live = Set(
      run.rows.filter { $0.strategy == run.ledger.strategies.firstIndex(of: "live") }.map(\.guest))
    #expect(live.count > 0 && told.count > 0 && live.count + told.count == 12)
    #expect(live.isDisjoint(with: told) && run.ledger.tickets.opened == told.count)
    var drains = HostDrains()
    drains.emergency = Emergency()
    drains.hosts.listed = [HostName(number: 0)]
    fixture.scenario.campaigns[0].kind = .drains(drains)
    let unplanned = try listen(fixture).run.ledger
    #expect(completed(unplanned) == ["live": 12] && unplanned.tickets.opened == 0)
  }

  @Test func `R9: an old kernel stops answering in a live move; a ticket, and a reboot on its date`() throws {
    var fixture = Fixture()
    fixture.knowKernel { $0.detected = .during }
    fixture.drainFirstHost([ChainStep(strategy: "live"), ticketStep("reboot"), ChainStep(strategy: "cold")])
    let (run, notes, _) = try listen(fixture)
    #expect(run.rows.map(\.outcome) == ["crashed", "completed"])
    // Two minutes until somebody notices, and a boot where it was.
    #expect(abs(run.rows[0].downtimes.serviceGap.seconds - 150) < 1e-6)
    #expect(completed(run.ledger) == ["reboot": 1] && run.ledger.tickets.kept == 1)
    // The ticket comes after the failure, with a week's notice.
    let ended = try #require(run.rows[0].accounts.ended)
    let tickets = notes.filter { if case .ticket = $0.event { true } else { false } }
    #expect(tickets.map(\.at) == [ended])
    #expect(run.rows[1].accounts.began == ended + .days(7))
  }

  @Test func `R10: the same time-out lets a server of 320 GB move, and none of 620 GB`() throws {
    func outcomes(_ gigabytes: Int64) throws -> [String] {
      var fixture = Fixture()
      fixture.flavor.disk = .gigabytes(gigabytes)
      fixture.scenario.strategies.add(Live(timeout: .minutes(75)))
      fixture.drainFirstHost("live", "reboot")
      return try fixture.run().rows.map(\.outcome)
    }
    #expect(try outcomes(320) == ["completed"])
    #expect(try outcomes(620) == ["timed_out", "completed"])
  }

  @Test func `R11: the more kernels are up to date, the more moves succeed live`() throws {
    let crashes = try [1, 0.5, 0.001].map { old in
      var fixture = Fixture(guests: 40)
      fixture.knowKernel { $0.probability = 0.3 }
      fixture.guests.kernels = [
        KernelBand(upToAge: .max, kernels: Mix([(kernel("4.12"), old), (kernel("6.1"), 1 - old)]))
      ]
      fixture.drainFirstHost("live", "reboot")
      return codes(try fixture.run().ledger)["crashed", default: 0]
    }
    // Some 12 of 40, then of 20, then of none.
    #expect(crashes[0] > crashes[1] && crashes[1] > crashes[2] && crashes[2] == 0)
  }

  // MARK: - Akamai

  @Test
  func `A1 and A9: operators and customers move VMs warm, between hosts, between sites, and to other sizes`()
    throws
  {
    var fixture = Fixture(hosts: 4, guests: 12)
    fixture.host.spares = 0
    var (old, new) = (SiteBlueprint(), SiteBlueprint())
    (old.name, new.name) = ("old", "new")
    (old.hostGroups, new.hostGroups) = ([fixture.host], [fixture.host])
    fixture.scenario.fleet.sites = [old, new]
    fixture.guests.site = "old"
    fixture.guests.flavors = Mix([(fixture.flavor, 1), (Self.larger, 1)])
    let chain = [ChainStep(strategy: "warm")]
    var upgrade = HostDrains()
    upgrade.site = "old"
    fixture.add("host-moves", chain, .drains(upgrade))
    var relocation = Relocation()
    (relocation.from, relocation.to, relocation.guests) = ("old", "new", 4)
    (relocation.start, relocation.end) = (.days(3), .days(5))
    fixture.add("site-moves", chain, .relocation(relocation))
    var resizes = Resizes()
    (resizes.perSecond, resizes.up) = (1 / Fixture.day, 0.5)
    fixture.add("resizes", chain, .resizes(resizes))
    var own = OwnMoves()
    own.perSecond = 0.5 / Fixture.day
    fixture.add("own-moves", chain, .guests(GuestMoves(own)))
    let (run, _, fleet) = try listen(fixture)
    for (name, cell) in zip(run.ledger.campaigns, run.ledger.byCampaign) {
      #expect(cell.completed > 0, "\(name)")
    }
    #expect(Set(completed(run.ledger).keys) == ["warm"])
    let between = run.rows.filter { fleet.hosts[$0.source].site != fleet.hosts[$0.target].site }
    #expect(between.count == 4 && between.allSatisfy { $0.campaign == 1 })
  }

  @Test func `A5: a cold resize is down for the shutdown, the whole copy, the resize and the boot`() throws {
    var fixture = Fixture()
    fixture.guests.flavors = Mix([(fixture.flavor, 1), (Self.larger, 0)])
    fixture.scenario.horizon = .days(1)
    var resizes = Resizes()
    resizes.perSecond = 1e-3
    fixture.add("resize", [ChainStep(strategy: "cold")], .resizes(resizes))
    let run = try fixture.run()
    #expect(run.rows.map(\.outcome) == ["completed"])
    #expect(abs(run.rows[0].downtimes.serviceGap.seconds - (4 + 100 + 5 + 30)) < 1e-6)
  }

  @Test func `A6: live goes only between compatible CPUs, and warm between any`() throws {
    func ways(_ from: String, _ to: String, _ rule: CPURule) throws -> ([String: Int], [String: Int]) {
      var fixture = pair(Fixture()) { ($0.cpus, $1.cpus) = (Mix(all: from), Mix(all: to)) }
      fixture.scenario.rules = EligibilityRules(cpu: rule, [])
      fixture.drainFirstHost("live", "warm")
      let ledger = try fixture.run().ledger
      return (codes(ledger), completed(ledger))
    }
    // Akamai's rule is the same type; others ask for what the guest booted with.
    for rule in [CPURule.sameFamily, .superset] {
      #expect(try ways("epyc-7713", "epyc-7713", rule) == ([:], ["live": 1]))
      #expect(try ways("epyc-7713", "xeon-6238r", rule) == (["cpu": 1], ["warm": 1]))
      #expect(try ways("xeon-6238r", "xeon-e5-2680v3", rule) == (["cpu": 1], ["warm": 1]))
    }
    // To a CPU that has all that it booted with and more.
    #expect(try ways("xeon-e5-2650", "xeon-e5-2680v3", .superset) == ([:], ["live": 1]))
    #expect(try ways("xeon-e5-2650", "xeon-e5-2680v3", .sameFamily) == (["cpu": 1], ["warm": 1]))
  }

  @Test func `A7: a resize is a move: up where its host has no room, down onto the better host`() throws {
    func resize(_ guest: Flavor, _ up: Double, _ edit: (inout HostGroup, inout HostGroup) -> Void) throws
      -> (row: AttemptRow, fleet: Fleet)
    {
      var fixture = Fixture()
      fixture.guests.flavors = Mix(
        up == 1 ? [(guest, 1), (Self.larger, 0)] : [(fixture.flavor, 0), (guest, 1)])
      fixture.scenario.horizon = .days(1)
      fixture = pair(fixture, edit)
      var resizes = Resizes()
      (resizes.perSecond, resizes.up) = (1e-3, up)
      fixture.add("resize", [ChainStep(strategy: "warm")], .resizes(resizes))
      let (run, _, fleet) = try listen(fixture)
      #expect(run.rows.count == 1)
      return (try #require(run.rows.first), fleet)
    }
    // A host of 1.5 GiB holds a VM of 1 GiB, and could not hold it with 2 GiB.
    let up = try resize(Fixture().flavor, 1) { ($0.memory, $1.memory) = (.mebibytes(1536), .gibibytes(4)) }
    #expect(up.row.source == 0 && up.row.target == 1 && up.fleet.guests[0].memory == .gibibytes(2))
    #expect(up.fleet.hosts[0].freeMemory == .mebibytes(1536) && up.fleet.hosts[1].freeMemory == .gibibytes(2))
    let down = try resize(Self.larger, 0) {
      ($0.cpus, $1.cpus) = (Mix(all: "haswell"), Mix(all: "icelake-server"))
    }
    #expect(down.row.target == 1 && down.fleet.guests[0].memory == .gibibytes(1))
    #expect(down.fleet.cpus[Int(down.fleet.guests[0].bootCPU)].model == "icelake-server")
  }
}
