import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPhysics
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import FleetSimulation

/// Tickets, notices, windows and gates: when a guest is stopped.
@Suite struct TimingTests {
  private static func fixture(
    _ strategy: String = "warm", guests: Int = 1, _ edit: (inout ChainStep) -> Void
  ) -> Fixture {
    var fixture = Fixture(hosts: 2, guests: guests)
    fixture.host.memory = .gibibytes(4_096)
    fixture.host.pool.capacity = .gigabytes(1_000_000)
    fixture.scenario.limits.hostOut = 10_000
    fixture.scenario.limits.hostIn = 10_000
    fixture.host.nic = .unlimited
    fixture.scenario.limits.perMove = ByteRate(bytesPerSecond: 100e6)
    var step = ChainStep(strategy: strategy)
    edit(&step)
    fixture.drainFirstHost([step], giveUpAfter: .days(29))
    return fixture
  }

  private static func stopped(_ row: AttemptRow) -> Duration {
    (row.accounts.outageBegan ?? Instant.zero) - Instant.zero
  }

  /// All guests go to another site at once, each of them once.
  private static func makeExit(of fixture: inout Fixture) {
    var (east, west) = (SiteBlueprint(), SiteBlueprint())
    (east.name, west.name) = ("east", "west")
    (fixture.host.count, fixture.host.spares) = (1, 0)
    east.hostGroups = [fixture.host]
    west.hostGroups = [fixture.host]
    fixture.guests.site = "east"
    fixture.scenario.fleet.sites = [east, west]
    var move = Relocation()
    (move.from, move.to, move.guests) = ("east", "west", fixture.guests.count)
    (move.start, move.end) = (.zero, .seconds(1))
    fixture.scenario.campaigns[0].kind = .relocation(move)
  }

  // MARK: - Tickets

  @Test func `the copy is made ahead of the date, and the stop is on the date`() throws {
    let fixture = Self.fixture { step in
      step.ticket = TicketTerms()
      step.cutover.copyAhead = .hours(6)
    }
    let run = try fixture.run()
    let row = try #require(run.rows.first)
    #expect(row.accounts.began == .zero + .days(7) - .hours(6))
    // It catches up for the last time on the date.
    #expect(abs(Self.stopped(row).seconds - Duration.days(7).seconds) < 2)
    #expect(run.ledger.tickets.kept == 1 && run.ledger.tickets.completed == 1)
  }

  @Test func `customers answer in the shares that are given, and each ticket ends in one state`() throws {
    var terms = TicketTerms()
    (terms.startedByCustomer, terms.moved, terms.optedOut, terms.unanswered) = (0.2, 0.3, 0.1, 0.2)
    terms.mostMoves = 3
    terms.latest = .days(10)
    var fixture = Self.fixture(guests: 2_000) { $0.ticket = terms }
    Self.makeExit(of: &fixture)
    let run = try fixture.run()
    let tickets = run.ledger.tickets
    #expect(tickets.opened == 2_000)
    for (count, share) in [
      (tickets.startedByCustomer, 0.2), (tickets.moved, 0.3), (tickets.optedOut, 0.1),
      (tickets.unanswered, 0.2),
    ] {
      // Four standard errors of a binomial share.
      #expect(abs(Double(count) / 2_000 - share) < 4 * (share * (1 - share) / 2_000).squareRoot())
    }
    #expect(tickets.completed == 2_000 - tickets.optedOut && tickets.canceled == tickets.optedOut)
    #expect(tickets.withdrawn == tickets.optedOut)
    // 0.3 ask again, and 0.3 of these once more: 1 + 0.3 + 0.09 dates each.
    #expect(abs(Double(tickets.datesMoved) / Double(tickets.moved) - 1.39) < 0.1)
    let latest = run.rows.map { ($0.accounts.began ?? Instant.zero) - Instant.zero }.max() ?? Duration.zero
    #expect(latest <= .days(10) + .hours(1))
  }

  @Test func `without an answer where one is needed, the move ends`() throws {
    var terms = TicketTerms()
    (terms.unanswered, terms.needsAnswer) = (1, true)
    let run = try Self.fixture { $0.ticket = terms }.run()
    #expect(run.rows.isEmpty && run.ledger.tickets.canceled == 1 && run.ledger.total.abandoned == 1)
  }

  @Test(arguments: [(3, 1, 0, 0), (7, 0, 1, 0), (8, 0, 0, 1)])
  func `tickets that are open at the horizon are named as Linode names them`(
    days: Int, scheduled: Int, inProgress: Int, completed: Int
  ) throws {
    var fixture = Self.fixture { $0.ticket = TicketTerms() }
    fixture.scenario.horizon = .days(Int64(days)) + .seconds(30)
    let tickets = try fixture.run().ledger.tickets
    #expect(tickets.scheduled == scheduled && tickets.inProgress == inProgress)
    #expect(tickets.completed == completed && tickets.pending == 0)
  }

  @Test func `a notice is kept by a ticket that came early enough, and violated by a later one or none`()
    throws
  {
    for (notice, minimum, kept) in [(Duration.days(14), Duration.days(14), 1), (.days(13), .days(14), 0)] {
      var terms = TicketTerms()
      terms.notice = notice
      var fixture = Self.fixture("reboot") { $0.ticket = terms }
      fixture.scenario.notices.minimum = ["reboot": minimum]
      let notices = try fixture.run().ledger.notices
      #expect(notices.kept == kept && notices.violated == 1 - kept)
    }
    var untold = Self.fixture("reboot") { _ in }
    untold.scenario.notices.minimum = ["reboot": .days(1)]
    #expect(try untold.run().ledger.notices.violated == 1)
  }

  @Test func `a customer who starts it himself has not been short of notice`() throws {
    var terms = TicketTerms()
    terms.startedByCustomer = 1
    var fixture = Self.fixture("reboot") { $0.ticket = terms }
    fixture.scenario.notices.minimum = ["reboot": .days(7)]
    let run = try fixture.run()
    #expect(
      run.ledger.notices
        == {
          var tally = NoticeTally()
          tally.kept = 1
          return tally
        }())
    #expect(try #require(run.rows.first).accounts.began ?? .zero < .zero + .days(7))
  }

  @Test func `a customer who starts it himself waits for no window`() throws {
    var terms = TicketTerms()
    (terms.notice, terms.startedByCustomer) = (.days(10), 1)
    for ahead in [nil, Duration.hours(6)] {
      var fixture = Self.fixture { step in
        step.ticket = terms
        step.cutover.moment = .inWindow("nights")
        step.cutover.copyAhead = ahead
      }
      fixture.scenario.windows = [Self.nights]
      // Of ten days, a window has four hours.
      let stops = try (0..<8).map { Self.stopped(try #require(try fixture.run($0).rows.first)) }
      #expect(stops.allSatisfy { $0 <= .days(10) + .minutes(5) })
      #expect(Set(stops).count == 8, "any time of the ten days, and no opening")
    }
  }

  @Test func `each step of a chain that has a ticket tells the customer a date of its own`() throws {
    var (first, second) = (ChainStep(strategy: "warm"), ChainStep(strategy: "cold"))
    (first.ticket, second.ticket) = (TicketTerms(), TicketTerms())
    first.ticket?.notice = .days(2)
    second.ticket?.notice = .days(10)
    var fixture = Fixture()
    fixture.guests.ignoresShutdown = 1
    fixture.drainFirstHost([first, second])
    fixture.scenario.notices.minimum = ["cold": .days(10)]
    let run = try fixture.run()
    #expect(run.rows.map(\.outcome) == ["shutdown_ignored", "completed"])
    let failed = try #require(run.rows[0].accounts.ended)
    #expect(run.rows[1].accounts.began == failed + .days(10))
    let tickets = run.ledger.tickets
    // The date that the first one told was kept, though nothing came of it.
    #expect(tickets.opened == 2 && tickets.kept == 2 && tickets.late == 0)
    #expect(tickets.canceled == 1 && tickets.completed == 1)
    #expect(run.ledger.notices.kept == 1 && run.ledger.notices.violated == 0)
  }

  @Test func `a step that is tried again keeps to its ticket`() throws {
    var fixture = Self.fixture { step in
      step.ticket = TicketTerms()
      step.tries = 3
      step.on[.shutdownIgnored] = .retry
    }
    fixture.guests.ignoresShutdown = 1
    let run = try fixture.run()
    #expect(run.rows.count == 3 && run.ledger.tickets.opened == 1 && run.ledger.tickets.canceled == 1)
  }

  // MARK: - Windows

  /// Wednesdays from 22:00 to 02:00 in a zone five hours behind UTC.
  private static let nights: MaintenanceWindow = {
    var window = MaintenanceWindow()
    window.name = "nights"
    var range = WeeklyRange()
    (range.from, range.length) = (.days(2) + .hours(22), .hours(4))
    window.weekly = [range]
    window.utcOffset = .zero - .hours(5)
    return window
  }()

  @Test func `the stop is when the window opens, and the copy has kept in step`() throws {
    var fixture = Self.fixture { $0.cutover.moment = .inWindow("nights") }
    fixture.guests.disk.writes = constant(1e6)
    fixture.guests.disk.workingSet = 1
    fixture.scenario.windows = [Self.nights]
    let row = try #require(try fixture.run().rows.first)
    #expect(row.outcome == "completed" && row.accounts.began == .zero)
    let stop = Self.stopped(row).seconds
    let opens = Duration.days(3).seconds + 3 * 3_600
    #expect(stop >= opens && stop < opens + 400, "Thursday 03:00 UTC, and the time to catch up")
    // A second of writes, and not three days of them.
    #expect(row.traffic.outage <= .megabytes(2))
  }

  @Test func `a window that opens on a date that is blacked out waits for the next week`() throws {
    var fixture = Self.fixture { $0.cutover.moment = .inWindow("nights") }
    var window = Self.nights
    var dates = DateRange()
    (dates.from, dates.until) = (.days(1), .days(5))
    window.blackouts = [dates]
    fixture.scenario.windows = [window]
    let row = try #require(try fixture.run().rows.first)
    #expect(Self.stopped(row) >= .days(10) + .hours(3))
  }

  @Test func `a guest whose window does not come in time has missed it, and the chain knows`() throws {
    var fixture = Self.fixture { step in
      step.cutover.moment = .inWindow("nights")
      step.cutover.longestWait = .days(1)
      step.on[.windowMissed] = .incident
    }
    fixture.scenario.windows = [Self.nights]
    let run = try fixture.run()
    #expect(run.rows.map(\.outcome) == ["window_missed"] && run.ledger.escalations == 1)
    #expect(run.rows[0].downtimes.seenByClients == .zero)
  }

  @Test func `a group's own window is meant where none is named`() throws {
    var fixture = Self.fixture { $0.cutover.moment = .inWindow(nil) }
    fixture.guests.name = "bank"
    var window = Self.nights
    window.groups = ["bank"]
    fixture.scenario.windows = [window]
    #expect(Self.stopped(try #require(try fixture.run().rows.first)) >= .days(3))
    window.groups = ["others"]
    fixture.scenario.windows = [window]
    #expect(Self.stopped(try #require(try fixture.run().rows.first)) < .hours(1), "it has none")
  }

  // MARK: - Gates

  private static func gate(_ kind: GateKind, _ edit: (inout GateTerms) -> Void) -> CutoverMoment {
    var gate = GateTerms()
    gate.kind = kind
    edit(&gate)
    return .gate(gate)
  }

  @Test func `an operator opens the gate an hour after the copy is ready`() throws {
    let fixture = Self.fixture { $0.cutover.moment = Self.gate(.byHand) { $0.after = constant(3_600) } }
    let row = try #require(try fixture.run().rows.first)
    #expect(abs(Self.stopped(row).seconds - 3_700) < 2)
  }

  @Test func `the customer's own reboot is the cutover: down for what remains, and his boot`() throws {
    let fixture = Self.fixture { step in
      step.cutover.moment = Self.gate(.onCustomerReboot) { $0.after = constant(5 * 86_400) }
    }
    let row = try #require(try fixture.run().rows.first)
    #expect(row.outcome == "completed")
    #expect(abs(Self.stopped(row).seconds - 5 * 86_400 - 100) < 1)
    #expect(abs(row.downtimes.serviceGap.seconds - 30) < 1, "nobody had to shut it down")
  }

  @Test func `a customer's reboot that is waited for in vain ends with the attempt`() throws {
    let fixture = Self.fixture { step in
      step.cutover.moment = Self.gate(.onCustomerReboot) { $0.after = constant(5 * 86_400) }
    }
    var simulation = try Simulation(fixture.build(), replication: 0)
    _ = simulation.queue.schedule(at: .zero + .days(1), .hostFails(1))
    simulation.run()
    #expect(simulation.finished().codes == ["failed_destination"])
  }

  @Test(arguments: [GateExpiry.goAhead, .giveUp])
  func `hard reboots do not count, and then the provider acts or gives up`(otherwise: GateExpiry) throws {
    let fixture = Self.fixture { step in
      step.cutover.moment = Self.gate(.onCustomerReboot) { gate in
        (gate.after, gate.hard, gate.within, gate.otherwise) = (constant(86_400), 1, .days(20), otherwise)
      }
    }
    let row = try #require(try fixture.run().rows.first)
    #expect(row.outcome == (otherwise == .goAhead ? "completed" : "window_missed"))
    #expect(otherwise == .giveUp || abs(Self.stopped(row).seconds - 20 * 86_400 - 100) < 2)
  }

  // MARK: - Confirmation

  @Test(arguments: [ResizeConfirmation.after(.days(2)), .never])
  func `a resize holds both ends until it is confirmed`(_ confirmation: ResizeConfirmation) throws {
    var fixture = Fixture(hosts: 2, guests: 1)
    fixture.host.spares = 1
    let large = Flavor(name: "large", vcpus: 2, memory: .gibibytes(2), disk: .gigabytes(20))
    fixture.guests.flavors = Mix([(fixture.flavor, 1), (large, 1e-9)])
    var resizes = Resizes()
    (resizes.perSecond, resizes.up) = (1.0 / 86_400, 1)
    var step = ChainStep(strategy: "cold")
    step.confirmation = confirmation
    fixture.add("resize", [step], .resizes(resizes))
    fixture.scenario.horizon = .days(12)
    let run = try fixture.run()
    #expect(run.ledger.total.completed == 1, "there is no larger flavor then")
    let resize = run.ledger.resizes
    if confirmation == .never {
      #expect(resize.confirmed == 0 && resize.unconfirmed == 1)
      #expect(resize.heldBytes == Bytes.gibibytes(1).value, "what the old host holds is lost")
    } else {
      #expect(resize.confirmed == 1 && resize.unconfirmed == 0)
    }
  }
}
