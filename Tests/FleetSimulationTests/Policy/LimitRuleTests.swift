import CutoverCore
import FleetModel
import MigrationPhysics
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import FleetSimulation

/// Limits in cost units, and what becomes of moves that wait. Each copy takes 100 s alone: 10 GB at 100 MB/s a move.
@Suite struct LimitRuleTests {
  /// Guests of the first host leave it, each at 100 MB/s whatever the others do.
  private static func fixture(
    guests: Int, hosts: Int = 3, _ rule: LimitRule? = nil, _ edit: (inout MigrationLimits) -> Void = { _ in }
  ) -> Fixture {
    var fixture = Fixture(hosts: hosts, guests: guests)
    fixture.host.nic = .unlimited
    fixture.scenario.limits.perMove = ByteRate(bytesPerSecond: 100e6)
    fixture.scenario.limits.hostOut = 1_000
    fixture.scenario.limits.hostIn = 1_000
    if let rule { fixture.scenario.limits.rules = [rule] }
    edit(&fixture.scenario.limits)
    return fixture
  }

  private static func rule(
    _ scope: LimitScope, _ capacity: Int, _ edit: (inout LimitRule) -> Void = { _ in }
  ) -> LimitRule {
    var rule = LimitRule()
    rule.scope = scope
    rule.capacity = capacity
    edit(&rule)
    return rule
  }

  /// The greatest number of attempts that were under way at once.
  private static func peak(_ rows: [AttemptRow]) -> Int {
    var changes: [(Instant, Int)] = []
    for row in rows {
      guard let began = row.accounts.began, let ended = row.accounts.ended else { continue }
      changes += [(began, 1), (ended, -1)]
    }
    var (now, most) = (0, 0)
    for (_, change) in changes.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
      now += change
      most = max(most, now)
    }
    return most
  }

  private static func last(_ rows: [AttemptRow]) -> Double {
    rows.compactMap(\.accounts.ended).map { ($0 - Instant.zero).seconds }.max() ?? 0
  }

  @Test(arguments: [(1, 8), (4, 2), (8, 1)])
  func `vSphere's costs: as many at once as fit into a host's eight units`(cost: Int, most: Int) throws {
    let rule = Self.rule(.host, 8) { $0.cost.cold = cost }
    var fixture = Self.fixture(guests: 9, hosts: 20, rule)
    fixture.drainFirstHost("cold")
    let run = try fixture.run()
    #expect(run.ledger.total.completed == 9)
    #expect(Self.peak(run.rows) == most)
    // Each takes 4 + 100 + 30 s, and 1 s to release.
    #expect(Self.last(run.rows) == Double((9 + most - 1) / most) * 135)
  }

  @Test func `a plan costs what it does, not what it is called`() throws {
    let costs = MoveCosts()
    var live = costs
    (live.live, live.liveWithDisk, live.warm, live.cold, live.inPlace) = (1, 4, 3, 2, 5)
    func units(_ strategy: any MigrationStrategy, _ disk: DiskPlacement = .local) throws -> Int {
      let guest = GuestFacts(diskVirtual: .gigabytes(1), diskAllocated: .gigabytes(1))
      return live.units(of: try strategy.plan(for: MigrationRequest(guest: guest, disk: disk)))
    }
    #expect(try units(Live()) == 4 && units(Live(), .shared) == 1 && units(Suspend()) == 4)
    #expect(try units(Warm()) == 3 && units(Reboot()) == 3)
    #expect(try units(Cold()) == 2 && units(Rebuild()) == 2)
    #expect(try units(InPlace()) == 5 && units(InPlace(isFrozen: true)) == 5)
  }

  @Test func `a limit that rejects sends the rest on to the next step`() throws {
    let rule = Self.rule(.fleet, 3) { rule in
      rule.whenFull = .reject
      rule.cost.warm = 1
      rule.cost.cold = 0
    }
    var fixture = Self.fixture(guests: 5, rule)
    fixture.drainFirstHost("warm", "cold")
    let run = try fixture.run()
    #expect(run.rows.count { $0.strategy == 1 } == 3 && run.rows.count { $0.strategy == 3 } == 2)
    #expect(run.ledger.failures(of: run.ledger.total).map(\.code) == ["over_limit"])
  }

  @Test func `one that is to ask again comes back on its own time`() throws {
    let rule = Self.rule(.hostOut, 1) { $0.whenFull = .retry(.seconds(50)) }
    var fixture = Self.fixture(guests: 2, rule)
    fixture.drainFirstHost("cold")
    let began = try fixture.run().rows.compactMap(\.accounts.began).map { ($0 - Instant.zero).seconds }
    // 135 s is when the first is done; the second looks at 50, 100, 150.
    #expect(began == [0, 150])
  }

  @Test func `one that parks keeps its room and has been prepared`() throws {
    var fixture = Self.fixture(guests: 2, Self.rule(.hostOut, 1) { $0.whenFull = .park })
    fixture.scenario.mechanics.prepare = constant(20)
    fixture.drainFirstHost("cold")
    let rows = try fixture.run().rows
    #expect(rows.map(\.totalTime) == [.seconds(155), .seconds(135)])
    #expect(rows[1].accounts.began == rows[0].accounts.ended)
  }

  @Test func `one that is parked waits for a slot where its room is`() throws {
    let fixture = Self.fixture(guests: 4, hosts: 4, Self.rule(.hostOut, 1) { $0.whenFull = .park }) {
      limits in
      limits.hostIn = 1
    }
    var built = fixture.build()
    built.fleet.sites[0].hostGroups[0].spares = 2
    var own = OwnMoves()
    own.start = .hours(10)
    let kind = CampaignKind.guests(GuestMoves(own))
    built.campaigns = [
      Campaign(name: "users", chain: FallbackChain([ChainStep(strategy: "cold")]), kind: kind)
    ]
    var simulation = try Simulation(built, replication: 0)
    let used = Set(simulation.fleet.guests.map { Int($0.host) }).sorted()
    let empty = simulation.hosts.indices.filter { !used.contains($0) }
    let (here, there) = (simulation.hosts[used[0]].guests, simulation.hosts[used[1]].guests)
    // The first goes to one empty host, the second is parked on the other, and somebody else comes to that.
    simulation.request(here[0], campaign: 0, targetHost: Int32(empty[0]))
    simulation.request(here[1], campaign: 0)
    simulation.request(there[0], campaign: 0, targetHost: Int32(empty[1]))
    simulation.desk.isDue = true
    simulation.serveWaiting()
    #expect(simulation.moves.count == 3 && simulation.underWay == 2)
    while simulation.step() { #expect(StateAudit.faults(of: simulation) == []) }
    #expect(simulation.ledger.total.completed == 3)
  }

  @Test func `units held until the disk is copied are free while the guest boots`() throws {
    var fixture = Self.fixture(guests: 3, Self.rule(.hostOut, 1) { $0.held = .untilCopied })
    fixture.drainFirstHost("cold")
    let began = try fixture.run().rows.compactMap(\.accounts.began).map { ($0 - Instant.zero).seconds }
    // 4 s down and 100 s of copying; the 30 s of booting take nothing.
    #expect(began == [0, 104, 208])
  }

  @Test func `batches begin together, when the last one has ended altogether`() throws {
    var fixture = Self.fixture(guests: 5) { limits in
      limits.fleet = 2
      limits.release = .barrier
    }
    fixture.guests.boot = constant(30)
    fixture.drainFirstHost("cold")
    let began = try fixture.run().rows.compactMap(\.accounts.began).map { ($0 - Instant.zero).seconds }
    #expect(began == [0, 0, 135, 135, 270])
  }

  @Test func `priority decides who goes first, and others keep their order`() throws {
    var fixture = Self.fixture(guests: 6, hosts: 2) { limits in
      limits.fleet = 1
      limits.order = .priority(["urgent": 100])
    }
    fixture.drainFirstHost("cold")
    let plain = try fixture.run().rows.map(\.guest)
    #expect(plain == [0, 1, 2, 3, 4, 5])
    fixture.scenario.limits.order = .priority(["drain": -1])
    #expect(try fixture.run().rows.map(\.guest) == plain)
  }

  @Test func `the smallest or the largest first`() throws {
    for (order, isRising) in [(AdmissionOrder.smallest, true), (.largest, false)] {
      var fixture = Self.fixture(guests: 8) { limits in
        limits.fleet = 1
        limits.order = order
      }
      fixture.guests.flavors = Mix([
        (Flavor(name: "s", vcpus: 1, memory: .gibibytes(1), disk: .gigabytes(5)), 1),
        (Flavor(name: "l", vcpus: 1, memory: .gibibytes(1), disk: .gigabytes(9)), 1),
      ])
      fixture.drainFirstHost("cold")
      let sent = try fixture.run().rows.map(\.transferred)
      #expect(Set(sent).count == 2)
      #expect(sent == sent.sorted { isRising ? $0 < $1 : $0 > $1 })
    }
  }

  @Test func `a shuffle is an order of its own, and the same each time`() throws {
    var fixture = Self.fixture(guests: 12) { limits in
      limits.fleet = 1
      limits.order = .shuffle
    }
    fixture.drainFirstHost("cold")
    let order = try fixture.run().rows.map(\.guest)
    #expect(order.sorted() == Array(0..<12) && order != Array(0..<12))
    #expect(try fixture.run().rows.map(\.guest) == order)
  }

  /// Six guests of an exit to another site, through one box or over two pairs of hosts.
  private static func exit(_ rule: LimitRule) throws -> [AttemptRow] {
    var fixture = fixture(guests: 6, hosts: 1, rule)
    var (east, west) = (SiteBlueprint(), SiteBlueprint())
    (east.name, west.name) = ("east", "west")
    east.hostGroups = [fixture.host]
    var spare = fixture.host
    spare.count = 2
    west.hostGroups = [spare]
    fixture.guests.site = "east"
    fixture.scenario.fleet.sites = [east, west]
    var move = Relocation()
    (move.from, move.to, move.guests, move.start, move.end) = ("east", "west", 6, .zero, .seconds(1))
    fixture.add("exit", [ChainStep(strategy: "cold")], .relocation(move))
    return try fixture.run().rows
  }

  @Test func `what goes through an appliance shares its rate`() throws {
    let rule = Self.rule(.appliance, 200) { $0.rate = ByteRate(bytesPerSecond: 150e6) }
    // 60 GB at 150 MB/s, where each alone could have 100 MB/s.
    let rows = try Self.exit(rule)
    #expect(rows.count == 6)
    #expect(abs(Self.last(rows) - (400 + 35 + 0.5)) < 2)
  }

  @Test(arguments: [LimitScope.site, .wan, .appliance, .rack, .hostOut, .pool])
  func `a scope counts what touches it`(scope: LimitScope) throws {
    #expect(Self.peak(try Self.exit(Self.rule(scope, 2))) == 2)
  }

  @Test(arguments: [LimitScope.hostIn, .pair])
  func `what is of either target lets twice as many go`(scope: LimitScope) throws {
    #expect(Self.peak(try Self.exit(Self.rule(scope, 1))) == 2)
  }

  @Test func `oVirt's share: a NIC divided by its slots, used or not`() throws {
    var fixture = Fixture(hosts: 2, guests: 1)
    fixture.scenario.limits.hostShare = HostShare()
    fixture.drainFirstHost("cold")
    let row = try #require(try fixture.run().rows.first)
    // 10 GB at half of 100 MB/s.
    #expect(row.downtimes.serviceGap == .seconds(4 + 200 + 30))
  }

  @Test func `a strict line is held up by its head`() throws {
    for isStrict in [false, true] {
      // The first to wait costs all units; those behind it would fit beside the one under way.
      var fixture = Self.fixture(
        guests: 3,
        Self.rule(.fleet, 2) { rule in
          rule.cost.cold = 1
          rule.cost.warm = 2
        }
      ) { $0.isStrict = isStrict }
      fixture.drainFirstHost("cold")
      var resize = Resizes()
      resize.perSecond = 0
      fixture.add("none", [ChainStep(strategy: "warm")], .resizes(resize))
      #expect(Self.peak(try fixture.run().rows) == 2)
    }
  }
}
