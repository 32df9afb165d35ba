import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPolicy
import Quantities
import Testing

@testable import FleetSimulation

/// Emergencies wait for nobody: no notice, no window, no customer's reboot, and nothing that another campaign has agreed.
@Suite struct EmergencyTests {
  private static let sundays: MaintenanceWindow = {
    var window = MaintenanceWindow()
    window.name = "sundays"
    var range = WeeklyRange()
    (range.from, range.length) = (.days(6), .hours(4))
    window.weekly = [range]
    return window
  }()

  /// Four VMs on the first of three hosts, from which they can be copied in 100 s each; it dies in an hour, if at all.
  private static func evacuation(
    _ strategy: String = "warm", start: Duration = .zero, dies: Bool = true, _ edit: (inout ChainStep) -> Void
  ) -> Fixture {
    var fixture = Fixture(hosts: 3, guests: 4)
    fixture.scenario.windows = [sundays]
    fixture.scenario.horizon = .days(20)
    fixture.host.nic = .unlimited
    fixture.scenario.limits.perMove = ByteRate(bytesPerSecond: 100e6)
    (fixture.scenario.limits.hostOut, fixture.scenario.limits.hostIn) = (4, 4)
    var drains = HostDrains()
    drains.hosts.listed = [HostName(number: 0)]
    drains.start = start
    drains.work = .days(300)
    drains.emergency = Emergency()
    if dies { drains.emergency?.diesAfter = constant(3_600) }
    var step = ChainStep(strategy: strategy)
    edit(&step)
    fixture.add("evacuation", [step], .drains(drains))
    return fixture
  }

  private static func isOut(_ run: Fixture.Run, within time: Duration, after start: Duration = .zero) -> Bool
  {
    let done = run.rows.filter { $0.outcome == "completed" && $0.campaign == 0 }
    let last = done.compactMap(\.accounts.ended).max() ?? .distantFuture
    return done.count == 4 && last - .zero < start + time && run.ledger.outages.lost == 0
  }

  @Test func `windows do not count`() throws {
    let fixture = Self.evacuation { $0.cutover.moment = .inWindow("sundays") }
    #expect(Self.isOut(try fixture.run(), within: .minutes(10)))
  }

  @Test func `no customer is waited for, and an operator's leave is`() throws {
    for (kind, isWaitedFor) in [(GateKind.onCustomerReboot, false), (.byHand, true)] {
      var gate = GateTerms()
      (gate.kind, gate.after) = (kind, constant(1_800))
      let run = try Self.evacuation { $0.cutover.moment = .gate(gate) }.run()
      #expect(Self.isOut(run, within: isWaitedFor ? .minutes(50) : .minutes(10)))
      #expect(Self.isOut(run, within: .minutes(10)) == !isWaitedFor)
    }
  }

  @Test func `nobody gets a ticket, and no notice is due`() throws {
    var fixture = Self.evacuation("reboot") { step in
      step.ticket = TicketTerms()
      step.cutover.copyAhead = .days(1)
    }
    fixture.scenario.notices.minimum = ["reboot": .days(7)]
    let run = try fixture.run()
    #expect(Self.isOut(run, within: .minutes(10)))
    #expect(run.ledger.tickets == TicketTally())
    #expect(run.ledger.notices.waived == 4)
    #expect(run.ledger.notices.kept == 0 && run.ledger.notices.violated == 0)
  }

  @Test(arguments: [true, false])
  func `opt-outs do not count, unless the rule says that they do`(isOverridden: Bool) throws {
    var fixture = Self.evacuation("live") { _ in }
    var rule = OptOutRule()
    rule.isOverriddenByEmergency = isOverridden
    fixture.guests.forbidsLive = 1
    fixture.scenario.rules.rules = [rule]
    let run = try fixture.run()
    #expect(Self.isOut(run, within: .minutes(10)) == isOverridden)
    #expect(run.ledger.outages.lost == (isOverridden ? 0 : 4))
  }

  @Test func `who waits for another campaign's date is taken over`() throws {
    var fixture = Self.evacuation(start: .days(1)) { _ in }
    var step = ChainStep(strategy: "reboot")
    step.ticket = TicketTerms()
    var drains = HostDrains()
    (drains.start, drains.giveUpAfter) = (.days(2), .days(17))
    fixture.add("upgrade", [step], .drains(drains))
    var batch = ResizeBatch()
    (batch.guests, batch.up, batch.end) = (4, 0, .minutes(1))
    let small = Flavor(name: "tiny", vcpus: 1, memory: .mebibytes(512), disk: .gigabytes(5))
    fixture.guests.flavors = Mix([(fixture.flavor, 1), (small, 1e-9)])
    fixture.add("resizes", [step], .guests(GuestMoves(batch)))
    let run = try fixture.run()
    #expect(Self.isOut(run, within: .minutes(10), after: .days(1)))
    let resizes = run.ledger.byCampaign[2]
    #expect(resizes.requested == 4 && resizes.abandoned == 4)
    #expect(run.ledger.tickets.opened >= 4 && run.ledger.tickets.canceled >= 4)
  }

  @Test func `and so is who is under way and waits for his window`() throws {
    var fixture = Self.evacuation(start: .days(1)) { _ in }
    var step = ChainStep(strategy: "warm")
    step.cutover.moment = .inWindow("sundays")
    var own = OwnMoves()
    own.perSecond = 1.0 / 300
    fixture.add("users", [step], .guests(GuestMoves(own)))
    fixture.scenario.campaigns[1].deadline = CampaignDeadline(after: .hours(23), then: .stop)
    let run = try fixture.run()
    #expect(run.rows.filter { $0.campaign == 1 }.map(\.outcome) == Array(repeating: "cancelled", count: 4))
    #expect(Self.isOut(run, within: .minutes(10), after: .days(1)))
  }

  // MARK: - Those whose host has died

  @Test func `nobody moves off a host that has died, or waits for it for ever`() throws {
    var fixture = Self.evacuation("cold") { _ in }
    if case .drains(var drains) = fixture.scenario.campaigns[0].kind {
      drains.emergency?.diesAfter = constant(10)
      fixture.scenario.campaigns[0].kind = .drains(drains)
    }
    var own = OwnMoves()
    (own.perSecond, own.start) = (1.0 / 3_600, .hours(1))
    fixture.add(
      "users", [ChainStep(strategy: "warm"), ChainStep(strategy: "cold")], .guests(GuestMoves(own)))
    fixture.scenario.campaigns[1].deadline = CampaignDeadline(after: .days(2), then: .stop)
    let run = try fixture.run()
    #expect(run.ledger.outages.lost == 4 && run.ledger.unfinished == 0)
    #expect(run.ledger.byCampaign[1].requested > 10)
    #expect(run.ledger.failures(of: run.ledger.byCampaign[1]).map(\.code) == ["host_died"])
  }

  @Test func `those lost are named, and those made again`() throws {
    var fixture = Self.evacuation("cold") { _ in }
    if case .drains(var drains) = fixture.scenario.campaigns[0].kind {
      drains.emergency?.diesAfter = constant(10)
      drains.emergency?.rebuild = RestartTerms()
      fixture.scenario.campaigns[0].kind = .drains(drains)
    }
    var simulation = try Simulation(fixture.build(), replication: 0)
    let notes = Box<[Note]>([])
    simulation.noteSink = { notes.value.append($0) }
    simulation.run()
    let (lost, again) = (
      notes.value.filter { $0.event == .lost }.map(\.guest),
      notes.value.filter { if case .restarted = $0.event { true } else { false } }.map(\.guest)
    )
    #expect(lost.sorted() == [0, 1, 2, 3] && again.sorted() == [0, 1, 2, 3])
    #expect(simulation.finished().outages.rebuilt == 4)
  }
}
