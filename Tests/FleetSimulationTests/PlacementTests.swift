import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPolicy
import Quantities
import Testing

@testable import FleetSimulation

/// Where guests go when more counts than what hosts have free.
@Suite struct PlacementInTheFleetTests {
  func run(_ fixture: Fixture) throws -> (ledger: Ledger, fleet: Fleet) {
    var simulation = try Simulation(fixture.build(), replication: 0)
    while simulation.step() {
      let faults = StateAudit.faults(of: simulation)
      guard faults.isEmpty else {
        Issue.record("\(faults)")
        break
      }
    }
    let fleet = simulation.fleet
    return (simulation.finished(), fleet)
  }

  func codes(_ ledger: Ledger) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: ledger.failures(of: ledger.total).map { ($0.code, $0.count) })
  }

  func hosts(_ fleet: Fleet) -> [Int] { fleet.guests.map { Int($0.host) } }

  /// Groups of hosts of one size, the first of which is full of guests and is drained.
  func fixture(_ groups: HostGroup..., guests: Int) -> Fixture {
    var (fixture, site) = (Fixture(guests: guests), SiteBlueprint())
    fixture.host.count = 1
    fixture.host.spares = 0
    site.name = "here"
    site.hostGroups = [fixture.host] + groups
    fixture.scenario.fleet.sites = [site]
    return fixture
  }

  func others(_ count: Int, _ edit: (inout HostGroup) -> Void = { _ in }) -> HostGroup {
    var group = HostGroup()
    (group.count, group.memory) = (count, .gibibytes(64))
    group.nic = ByteRate(bytesPerSecond: 100e6)
    edit(&group)
    group.spares = group.count
    return group
  }

  // MARK: - Scores

  /// Ranks hosts by something that no shipped score looks at.
  struct LastHostFirst: HostScore {
    let name = "cramped"
    func score(of host: HostOutlook) -> Double { -host.freeDisk }
  }

  @Test func `weights decide, and a score of one's own is asked like the others`() throws {
    func target(_ scores: [WeightedScore]) throws -> [Int] {
      var fixture = fixture(
        others(1) {
          $0.memory = .gibibytes(32)
          $0.pool.capacity = .gigabytes(400)
        },
        others(1) { $0.pool.capacity = .gigabytes(20) },
        others(1) {
          $0.kernel = kernel("6.1")
          $0.memory = .gibibytes(16)
          $0.pool.capacity = .gigabytes(100)
        }, guests: 1)
      fixture.scenario.placementRules.scores = scores
      fixture.drainFirstHost("cold")
      return hosts(try run(fixture).fleet)
    }
    // All are empty: the first of equals.
    #expect(try target([WeightedScore(FreeMemory(), weight: 1)]) == [1])
    #expect(try target([WeightedScore(Upgraded(), weight: 1)]) == [3])
    #expect(
      try target([WeightedScore(Upgraded(), weight: -1), WeightedScore(FreeMemory(), weight: 1)]) == [1])
    #expect(try target([WeightedScore(LastHostFirst(), weight: 1)]) == [1])
  }

  @Test func `cores that are promised count`() throws {
    var fixture = fixture(others(2) { $0.cores = 4 }, guests: 6)
    fixture.flavor.vcpus = 2
    fixture.scenario.placementRules.scores = [WeightedScore(FreeCores(), weight: 1)]
    (fixture.scenario.limits.hostIn, fixture.scenario.limits.hostOut) = (6, 6)
    fixture.drainFirstHost("cold")
    // All six leave at once: each sees where those before it are going.
    #expect(hosts(try run(fixture).fleet).sorted() == [1, 1, 1, 2, 2, 2])
  }

  @Test func `upgraded hosts come first where they are preferred, whatever they have free`() throws {
    var fixture = fixture(others(3), others(1) { $0.kernel = kernel("6.1") }, guests: 5)
    fixture.scenario.placementRules.prefersUpgraded = true
    fixture.scenario.placement = .spread
    fixture.drainFirstHost("cold")
    #expect(hosts(try run(fixture).fleet) == [4, 4, 4, 4, 4])
  }

  // MARK: - Headroom

  @Test func `a site keeps room for the failure of its largest host`() throws {
    func left(_ headroom: Int, _ count: Int, until horizon: Duration = .days(30)) throws -> (
      completed: Int, waiting: Int, codes: [String: Int]
    ) {
      var fixture = fixture(others(2) { $0.memory = .gibibytes(8) }, guests: count)
      fixture.scenario.placementRules.headroom = headroom
      fixture.scenario.limits.patience = .hours(1)
      fixture.scenario.horizon = horizon
      fixture.drainFirstHost("cold")
      let (ledger, _) = try run(fixture)
      return (ledger.total.completed, ledger.unfinished, codes(ledger))
    }
    #expect(try left(0, 10) == (10, 0, [:]))
    // 16 GiB are there, and 8 must stay free.
    #expect(try left(1, 10, until: .minutes(50)) == (8, 2, [:]))
    #expect(try left(2, 3) == (0, 0, ["headroom": 3]))
  }

  // MARK: - Sets

  func set(_ relation: GuestSet.Relation, _ edit: (inout GuestSet) -> Void = { _ in }) -> GuestSet {
    var set = GuestSet()
    set.relation = relation
    edit(&set)
    return set
  }

  @Test func `companions on their way count as arrived`() throws {
    var fixture = fixture(others(3), guests: 3)
    fixture.guests.sets = [set(.apart)]
    (fixture.scenario.limits.hostIn, fixture.scenario.limits.hostOut) = (3, 3)
    // Packing alone would put all of them on one host.
    fixture.scenario.placement = .pack
    fixture.drainFirstHost("cold")
    #expect(Set(hosts(try run(fixture).fleet)) == [1, 2, 3])
  }

  @Test func `a hard set waits rather than be broken, and says so in the end`() throws {
    var fixture = Fixture(hosts: 4, guests: 3)
    var site = SiteBlueprint()
    site.name = "here"
    fixture.host.spares = 0
    (fixture.host.count, fixture.host.memory) = (3, .gibibytes(64))
    site.hostGroups = [fixture.host]
    fixture.scenario.fleet.sites = [site]
    fixture.guests.sets = [set(.apart) { $0.isHard = true }]
    fixture.scenario.limits.patience = .hours(2)
    fixture.drainFirstHost("cold")
    let (ledger, fleet) = try run(fixture)
    // Three hosts, three companions: nobody can leave, and every drain gives up.
    #expect(ledger.total.completed == 0)
    #expect(codes(ledger) == ["affinity": 3])
    #expect(Set(hosts(fleet)) == [0, 1, 2])
    fixture.guests.sets = [set(.apart)]
    #expect(try run(fixture).ledger.total.completed > 0)
  }

  @Test func `more companions than hosts are spread evenly, over racks as over hosts`() throws {
    var fixture = fixture(others(4) { $0.hostsPerRack = 2 }, guests: 8)
    fixture.guests.sets = [set(.apart) { $0.domain = .rack }]
    fixture.scenario.placement = .pack
    fixture.drainFirstHost("cold")
    let (_, fleet) = try run(fixture)
    let racks = fleet.guests.map { Int(fleet.hosts[Int($0.host)].rack) }
    #expect(racks.count { $0 == racks[0] } == 4)
    fixture.guests.sets = [set(.apart)]
    let spread = hosts(try run(fixture).fleet)
    #expect((1...4).allSatisfy { host in spread.count { $0 == host } == 2 })
  }

  @Test func `those who belong together leave together for the same host`() throws {
    var fixture = fixture(others(4), guests: 6)
    fixture.guests.sets = [
      set(.together) {
        $0.size = 3
        $0.isHard = true
      }
    ]
    fixture.drainFirstHost("cold")
    let places = hosts(try run(fixture).fleet)
    #expect(Set(places[0..<3]).count == 1 && Set(places[3..<6]).count == 1)
    #expect(!places.contains(0))
  }

  /// Replicas that never share a host, each on one of its own; nobody moves unless a test asks for it.
  private func replicas(_ count: Int, hosts: Int, _ edit: (inout Scenario) -> Void = { _ in }) throws
    -> Simulation
  {
    var fixture = Fixture(hosts: hosts, guests: count)
    fixture.host.spares = 0
    fixture.guests.sets = [set(.apart) { $0.isHard = true }]
    fixture.scenario.limits.patience = .hours(1)
    fixture.scenario.placement = .pack
    fixture.scenario.hostFailures.rebuild = RestartTerms()
    var own = OwnMoves()
    // Its only turn asks for nothing.
    own.start = .hours(1)
    fixture.add("users", [ChainStep(strategy: "cold")], .guests(GuestMoves(own)))
    edit(&fixture.scenario)
    return try Simulation(fixture.build(), replication: 0)
  }

  @Test func `a restart elsewhere does not break a hard set either`() throws {
    var simulation = try replicas(2, hosts: 3)
    #expect(hosts(simulation.fleet) == [0, 1])
    _ = simulation.queue.schedule(at: .zero + .hours(1), .hostFails(0))
    simulation.run()
    #expect(hosts(simulation.fleet) == [2, 1])
    #expect(simulation.finished().outages.rebuilt == 1)
  }

  @Test func `nor does a move to a certain host`() throws {
    var simulation = try replicas(2, hosts: 3)
    simulation.request(0, campaign: 0, targetHost: 1)
    simulation.run()
    #expect(hosts(simulation.fleet) == [0, 1])
    #expect(codes(simulation.finished()) == ["affinity": 1])
  }

  @Test func `room that is kept for a companion counts as his place`() throws {
    var rule = LimitRule()
    (rule.scope, rule.capacity, rule.whenFull) = (.fleet, 1, .park)
    var simulation = try replicas(3, hosts: 6) { $0.limits.rules = [rule] }
    let start = hosts(simulation.fleet)
    for guest in 0..<3 { simulation.request(Int32(guest), campaign: 0) }
    while simulation.step() { #expect(StateAudit.setFaults(of: simulation).isEmpty) }
    #expect(zip(start, hosts(simulation.fleet)).allSatisfy { $0 != $1 })
  }
}
