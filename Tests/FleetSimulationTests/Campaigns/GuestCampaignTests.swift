import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import FleetSimulation

@Suite struct GuestCampaignTests {
  private func fixture(_ kind: any GuestCampaign, hosts: Int = 4, guests: Int = 16) -> Fixture {
    var fixture = Fixture(hosts: hosts, guests: guests)
    fixture.host.spares = 0
    fixture.add("campaign", [ChainStep(strategy: "cold")], .guests(GuestMoves(kind)))
    return fixture
  }

  // MARK: - A kind that nobody knows

  /// On the first of each hour the guest with the highest number goes to the host with the lowest.
  struct Exodus: GuestCampaign {
    var hours: Int
    let standardPriority = 7
    var firstTurn: Duration { .hours(1) }

    mutating func turn(
      _ number: Int, at now: Instant, in view: some CampaignView, chance: inout RandomStream,
      orders: inout CampaignOrders
    ) {
      let guest = view.fleet.guests.count - 1 - number
      if !view.isBusy(guest), view.isInService(0) { orders.ask(GuestWish(guest: guest, host: 0)) }
      if number + 1 < hours { orders.next = now + .hours(1) }
    }
  }

  @Test func `a kind of campaign of a third party runs: one type, and nothing else knows it`() throws {
    var fixture = fixture(Exodus(hours: 3))
    fixture.scenario.placement = .spread
    let run = try fixture.run()
    #expect(run.rows.map(\.guest) == [15, 14, 13] && run.rows.allSatisfy { $0.target == 0 })
    #expect(run.ledger.courses[0].outcome == .finished)
    #expect(fixture.scenario.campaigns[0].priority == 7)
    #expect(fixture.scenario.campaigns[0] == fixture.scenario.campaigns[0])
  }

  // MARK: - Users' own moves

  @Test func `users move when they please, as often in each variant`() throws {
    func wishes(_ strategy: String) throws -> (Int, [Int]) {
      var own = OwnMoves()
      own.perSecond = 20 / Fixture.day
      var fixture = fixture(own)
      fixture.scenario.campaigns[0].chain = FallbackChain([ChainStep(strategy: strategy)])
      let run = try fixture.run()
      return (run.ledger.total.requested + run.ledger.busy, run.rows.map(\.guest))
    }
    let (cold, warm) = (try wishes("cold"), try wishes("warm"))
    #expect(cold.0 == warm.0 && cold.1.sorted() == warm.1.sorted())
    // 600 are expected in thirty days.
    #expect(abs(cold.0 - 600) < 100)
  }

  // MARK: - A batch of resizes

  private func batch(_ guests: Int, up: Double) -> Fixture {
    var batch = ResizeBatch()
    (batch.guests, batch.up, batch.start, batch.end) = (guests, up, .hours(10), .hours(20))
    var fixture = fixture(batch, guests: 20)
    fixture.guests.flavors = Mix([
      (Flavor(name: "s", vcpus: 1, memory: .gibibytes(1), disk: .gigabytes(10)), 1),
      (Flavor(name: "m", vcpus: 1, memory: .gibibytes(2), disk: .gigabytes(20)), 2),
      (Flavor(name: "l", vcpus: 1, memory: .gibibytes(4), disk: .gigabytes(40)), 1),
    ])
    return fixture
  }

  @Test func `just as many guests are resized as the batch says, by its date`() throws {
    for up in [0, 0.5, 1] {
      let fixture = batch(10, up: up)
      var simulation = try Simulation(fixture.build(), replication: 0)
      let before = simulation.fleet.guests.map(\.memory)
      let rows = Box<[AttemptRow]>([])
      simulation.attemptSink = { rows.value.append($0) }
      simulation.run()
      let after = simulation.fleet.guests.map(\.memory)
      #expect(zip(before, after).count { $0 < $1 } == Int(10 * up))
      #expect(zip(before, after).count { $0 > $1 } == 10 - Int(10 * up))
      #expect(Set(rows.value.map(\.guest)).count == 10)
      let began = rows.value.compactMap(\.accounts.began)
      #expect((began.min() ?? .zero) >= .zero + .hours(10) && (began.max() ?? .zero) <= .zero + .hours(20))
      let course = simulation.finished().courses[0]
      #expect(course.outcome == .finished)
    }
  }

  @Test func `a batch that has not enough guests of the right size is refused`() throws {
    let error = #expect(throws: FleetError.self) { _ = try batch(19, up: 1).run() }
    #expect(error.map { "\($0)" }?.contains("19 guests are to get a larger size, and 15 could") == true)
  }

  // MARK: - Rebalancing

  @Test func `guests move until no two hosts differ by more than the spread`() throws {
    var rebalance = Rebalance()
    (rebalance.spread, rebalance.movesAtOnce) = (0.05, 3)
    var fixture = fixture(rebalance, guests: 32)
    // All of them start on the first host.
    fixture.host.spares = 3
    var simulation = try Simulation(fixture.build(), replication: 0)
    simulation.run()
    let used = simulation.fleet.hosts.map { ($0.memory - $0.freeMemory).value / $0.memory.value }
    #expect((used.max() ?? 1) - (used.min() ?? 0) <= 0.05)
    let ledger = simulation.finished()
    #expect(ledger.courses[0].outcome == .finished)
    // None goes further than it must: at most 24 of 32 have to leave.
    #expect(ledger.total.completed >= 20 && ledger.total.completed <= 24 && ledger.repeatMoves == 0)
  }

  @Test func `what cannot be made better is left alone`() throws {
    var rebalance = Rebalance()
    rebalance.spread = 0
    // One guest more than hosts: it could only change places.
    let ledger = try fixture(rebalance, guests: 5).run().ledger
    #expect(ledger.total.requested == 0 && ledger.courses[0].outcome == .finished)
  }
}

@Suite struct BlockingTests {
  private func blocked(_ edit: (inout Fixture) -> Void) throws -> DrainTally {
    var fixture = Fixture(guests: 4)
    fixture.scenario.horizon = .days(3)
    edit(&fixture)
    return try fixture.run().ledger.drains
  }

  @Test func `a drain that is given up names what held its guests`() throws {
    let rule = try blocked {
      $0.guests.forbidsLive = 1
      $0.drainFirstHost("live")
    }
    #expect(rule.gaveUp >= 1 && rule.blocked["opted_out"] == 4)
    let room = try blocked {
      $0.host.spares = 1
      $0.host.memory = .gibibytes(4)
      $0.guests.count = 4
      $0.flavor.memory = .gibibytes(3)
      $0.host.memory = .gibibytes(12)
      $0.drainFirstHost([ChainStep(strategy: "cold")], giveUpAfter: .seconds(50))
    }
    // Two are under way, two wait for their turn.
    #expect(room.blocked == ["under_way": 2, "limit_host_out": 2])
    let date = try blocked {
      var step = ChainStep(strategy: "reboot")
      step.ticket = TicketTerms()
      $0.drainFirstHost([step], giveUpAfter: .days(2))
    }
    #expect(date.blocked["ticket_date"] == 4)
  }

  @Test func `a drain that is not over at the horizon says what it waits for`() throws {
    let date = try blocked {
      var step = ChainStep(strategy: "reboot")
      step.ticket = TicketTerms()
      $0.drainFirstHost([step])
    }
    #expect(date.waiting == ["ticket_date": 4] && date.blocked.isEmpty)
    let room = try blocked {
      $0.scenario.horizon = .hours(5)
      // Nothing is free but where the guest is.
      $0.host.memory = .gibibytes(1)
      $0.host.count = 5
      $0.host.spares = 0
      $0.guests.count = 5
      $0.drainFirstHost("cold")
    }
    #expect(room.waiting == ["no_room": 1])
  }
}

@Suite struct FleetWatchTests {
  @Test func `headroom is the least free share of a site while hosts are out`() throws {
    var fixture = Fixture(hosts: 4, guests: 12)
    fixture.host.spares = 0
    fixture.host.memory = .gibibytes(8)
    fixture.add("drain", [ChainStep(strategy: "cold")], .drains(HostDrains()))
    let ledger = try fixture.run().ledger
    #expect(ledger.mostHostsOut == 1)
    // Twelve of 32 GiB are used; with one host out twelve of 24, and less while both ends hold a guest.
    #expect(ledger.headroom <= 0.5 && ledger.headroom > 0.3)
  }

  @Test func `slots held by what did not converge are counted in seconds`() throws {
    var fixture = Fixture()
    fixture.scenario.strategies.add(Live(timeout: .seconds(30)))
    fixture.drainFirstHost("live", "cold")
    let ledger = try fixture.run().ledger
    #expect(ledger.byStrategy[0].slotWasteSeconds > 0)
    #expect(ledger.total.slotWasteSeconds == ledger.byStrategy[0].slotWasteSeconds)
    #expect(ledger.byStrategy[3].slotWasteSeconds == 0)
  }
}
