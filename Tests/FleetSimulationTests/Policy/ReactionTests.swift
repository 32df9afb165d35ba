import CutoverCore
import FleetModel
import MigrationPhysics
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import FleetSimulation

/// What chains do by cause, and other people's patience.
@Suite struct ReactionTests {
  private static let strategies = StrategyCatalog.standard.names

  private static func step(_ strategy: String, _ edit: (inout ChainStep) -> Void = { _ in }) -> ChainStep {
    var step = ChainStep(strategy: strategy)
    edit(&step)
    return step
  }

  /// One guest whose live migration always runs into its time limit after 10 s.
  private static func slowLive(hosts: Int = 3) -> Fixture {
    var fixture = Fixture(hosts: hosts)
    fixture.scenario.strategies.add(Live(timeout: .seconds(10)))
    return fixture
  }

  private static func names(_ rows: [AttemptRow]) -> [String] { rows.map { strategies[$0.strategy] } }

  @Test func `a cause may be tried again, though by itself it would not be`() throws {
    var fixture = Self.slowLive()
    fixture.drainFirstHost([
      Self.step("live") { step in
        step.tries = 3
        step.backoff = .seconds(100)
        step.on[.timedOut] = .retry
      }, Self.step("cold"),
    ])
    let rows = try fixture.run().rows
    #expect(Self.names(rows) == ["live", "live", "live", "cold"])
    // 10 s, and 1 s to clear up; then 100 s and 200 s.
    #expect(rows.compactMap(\.accounts.began).map { ($0 - Instant.zero).seconds } == [0, 111, 322, 333])
  }

  @Test func `no wait between tries is longer than allowed`() throws {
    var fixture = Self.slowLive()
    fixture.drainFirstHost([
      Self.step("live") { step in
        step.tries = 4
        step.backoff = .seconds(100)
        step.longestBackoff = .seconds(150)
        step.on[.timedOut] = .retry
      }
    ])
    let began = try fixture.run().rows.compactMap(\.accounts.began).map { ($0 - Instant.zero).seconds }
    #expect(began == [0, 111, 272, 433])
  }

  @Test func `a second try goes to another host, if there is one`() throws {
    for (wants, hosts, targets) in [(true, 3, [1, 2, 1]), (false, 3, [1, 1, 1]), (true, 2, [1, 1, 1])] {
      var fixture = Self.slowLive(hosts: hosts)
      fixture.drainFirstHost([
        Self.step("live") { step in
          step.tries = 3
          step.on[.timedOut] = .retry
          step.wantsOtherTarget = wants
        }
      ])
      #expect(try fixture.run().rows.map(\.target) == targets, "\(wants) among \(hosts)")
    }
  }

  @Test func `a chain may go to a later step, or call somebody, or stop`() throws {
    var fixture = Self.slowLive()
    fixture.drainFirstHost([
      Self.step("live") { $0.on[.timedOut] = .goTo(2) }, Self.step("warm"), Self.step("cold"),
    ])
    #expect(Self.names(try fixture.run().rows) == ["live", "cold"])
    for (reaction, called) in [(ChainReaction.incident, 1), (.stop, 0)] {
      var fixture = Self.slowLive()
      fixture.drainFirstHost([Self.step("live") { $0.on[.timedOut] = reaction }, Self.step("cold")])
      let run = try fixture.run()
      #expect(Self.names(run.rows) == ["live"])
      #expect(run.ledger.escalations == called && run.ledger.total.abandoned == 1)
    }
  }

  @Test func `a chain that goes round ends when its tries are used up, by name`() throws {
    var fixture = Self.slowLive()
    fixture.drainFirstHost([Self.step("live") { $0.on[.timedOut] = .goTo(0) }])
    #expect(throws: FleetError.self) { try fixture.run() }
    fixture.scenario.campaigns[0].chain.mostTries = 5
    let run = try fixture.run()
    #expect(run.rows.count == 5)
    #expect(run.ledger.failures(of: run.ledger.total).map(\.code) == ["timed_out", "too_many_tries"])
    #expect(run.ledger.unfinished == 0)
  }

  @Test func `a refusal that goes round ends too, though no time passes`() throws {
    var fixture = Self.slowLive()
    fixture.guests.forbidsLive = 1
    fixture.drainFirstHost([Self.step("live") { $0.on[.refused] = .goTo(0) }])
    fixture.scenario.campaigns[0].chain.mostTries = 1_000
    let run = try fixture.run()
    #expect(run.rows.isEmpty && run.ledger.total.abandoned == 1)
  }

  @Test func `a host that is full is a cause of its own`() throws {
    var fixture = Fixture(hosts: 2, guests: 2)
    fixture.host.memory = .gibibytes(2)
    fixture.guests.count = 2
    fixture.scenario.limits.patience = .minutes(10)
    var other = fixture.host
    other.memory = .gibibytes(1)
    other.count = 1
    var site = SiteBlueprint()
    site.name = "here"
    var first = fixture.host
    (first.count, first.spares) = (1, 0)
    site.hostGroups = [first, other]
    site.hostGroups[1].spares = 1
    fixture.scenario.fleet.sites = [site]
    fixture.drainFirstHost([Self.step("cold") { $0.on[.hostFull] = .incident }], giveUpAfter: .days(2))
    let run = try fixture.run()
    // Of the two one finds room; and back again when the other host has its turn.
    #expect(run.ledger.total.completed == 2 && run.ledger.escalations == 1)
    #expect(run.ledger.failures(of: run.ledger.total).map(\.code) == ["target_full"])
  }

  // MARK: - Other people's patience

  private static func deadline(
    _ owner: String, _ scope: DeadlineScope, _ after: Duration, _ then: OverdueAction
  )
    -> OwnerDeadline
  {
    var deadline = OwnerDeadline()
    (deadline.owner, deadline.scope, deadline.after, deadline.then) = (owner, scope, after, then)
    return deadline
  }

  @Test func `Watcher looks away after 900 s, and the migration inside its own 6400 s goes on`() throws {
    // 10 GB at 5 MB/s: 2000 s, more than Watcher's patience and less than Nova's.
    var fixture = Fixture(hosts: 2, guests: 2)
    fixture.scenario.limits.perMove = ByteRate(bytesPerSecond: 5e6)
    fixture.scenario.strategies.add(Cold(timeout: .seconds(6_400)))
    var rule = LimitRule()
    rule.capacity = 1
    fixture.scenario.limits.rules = [rule]
    fixture.drainFirstHost("cold")
    let patient = try fixture.run()
    fixture.scenario.campaigns[0].chain.deadlines = [
      Self.deadline("watcher", .attempt, .seconds(900), .abandon)
    ]
    let run = try fixture.run()
    #expect(run.rows.map(\.outcome) == ["completed", "completed"])
    #expect(run.ledger.overdue == ["watcher": 2])
    func began(_ run: Fixture.Run) -> [Double] {
      run.rows.compactMap(\.accounts.began).map { ($0 - Instant.zero).seconds }
    }
    #expect(began(patient) == [0, 2_035], "one at a time")
    #expect(began(run) == [0, 900], "the next begins when he looks away")
  }

  @Test func `a deadline of the attempt calls it off, and the chain goes on`() throws {
    var fixture = Fixture()
    fixture.drainFirstHost("warm", "cold")
    fixture.scenario.campaigns[0].chain.deadlines = [Self.deadline("operator", .step, .seconds(50), .next)]
    let run = try fixture.run()
    #expect(run.rows.map(\.outcome) == ["cancelled", "cancelled"])
    #expect(run.ledger.overdue == ["operator": 2], "the cold step has one as well")
    #expect(run.ledger.total.abandoned == 1)
  }

  @Test func `a deadline of the move ends it while it waits`() throws {
    var fixture = Fixture()
    var ticket = TicketTerms()
    ticket.notice = .days(7)
    fixture.drainFirstHost([Self.step("cold") { $0.ticket = ticket }])
    fixture.scenario.campaigns[0].chain.deadlines = [Self.deadline("embargo", .move, .days(5), .stop)]
    let run = try fixture.run()
    #expect(run.rows.isEmpty && run.ledger.overdue == ["embargo": 1])
    #expect(run.ledger.tickets.canceled == 1)
    #expect(run.ledger.failures(of: run.ledger.total).map(\.code) == ["overdue"])
  }

  @Test func `deadlines nest, and whichever passes first acts`() throws {
    var fixture = Self.slowLive()
    fixture.drainFirstHost("live", "warm", "cold")
    fixture.scenario.campaigns[0].chain.deadlines = [
      Self.deadline("attempt", .attempt, .seconds(5), .next),
      Self.deadline("embargo", .move, .seconds(30), .stop),
    ]
    let run = try fixture.run()
    // 5 s and 1 s to clear up, twice; the third time it has to boot again, and that takes it past the 30 s.
    #expect(run.ledger.overdue == ["attempt": 3, "embargo": 1])
    #expect(run.rows.map(\.outcome) == ["cancelled", "cancelled", "cancelled"])
  }
}
