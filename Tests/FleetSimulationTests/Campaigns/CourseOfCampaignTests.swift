import CutoverCore
import FleetModel
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import FleetSimulation

/// Stop conditions, deadlines, and what becomes of hosts.
@Suite struct CourseOfCampaignTests {
  // MARK: - Stopping

  @Test func `a campaign pauses when too many attempts have failed, and says why`() throws {
    var fixture = Fixture(hosts: 8, guests: 20)
    fixture.host.spares = 0
    fixture.scenario.strategies.add(Live(timeout: .seconds(1)))
    fixture.add("upgrade", [ChainStep(strategy: "live"), ChainStep(strategy: "cold")], .drains(HostDrains()))
    fixture.scenario.campaigns[0].stopIf = [StopCondition(.failures, over: .count(3))]
    let ledger = try fixture.run().ledger
    let course = ledger.courses[0]
    #expect(course.outcome == .stopped && course.stoppedBy == "failures > 3" && course.ended == nil)
    // Whoever was under way came to an end; nobody was left hanging.
    #expect(ledger.unfinished == 0 && ledger.total.completed == ledger.total.requested)
    #expect(ledger.drains.started < 8 && ledger.drains.started == ledger.drains.finished)
    #expect(ledger.drains.notBegun == 8 - ledger.drains.started)
  }

  @Test func `a share is not judged by so few that one failure would break it`() {
    let condition = StopCondition(.failures, over: .share(0.05))
    #expect(!condition.isReached(count: 19, of: 19, seconds: 0))
    #expect(condition.isReached(count: 2, of: 20, seconds: 0))
    #expect(!condition.isReached(count: 1, of: 20, seconds: 0))
    #expect("\(condition)" == "failures > 5 %")
  }

  @Test func `the downtime of one guest is enough`() throws {
    var fixture = Fixture(hosts: 4, guests: 8)
    fixture.host.spares = 0
    fixture.add("upgrade", [ChainStep(strategy: "cold")], .drains(HostDrains()))
    fixture.scenario.campaigns[0].stopIf = [StopCondition(.downtime, over: .time(.seconds(60)))]
    #expect(try fixture.run().ledger.courses[0].stoppedBy == "downtime > 1 min")
    fixture.scenario.campaigns[0].stopIf = [StopCondition(.downtime, over: .time(.hours(1)))]
    #expect(try fixture.run().ledger.courses[0].outcome == .finished)
  }

  // MARK: - Deadlines

  private func slowUpgrade(_ then: CampaignDeadline.Action) -> Fixture {
    var fixture = Fixture(hosts: 4, guests: 4)
    fixture.host.spares = 0
    var drains = HostDrains()
    drains.work = .hours(10)
    fixture.add("upgrade", [ChainStep(strategy: "cold")], .drains(drains))
    fixture.scenario.campaigns[0].deadline = CampaignDeadline(after: .hours(15), then: then)
    return fixture
  }

  @Test func `what is not done at the deadline is counted, and done all the same`() throws {
    let ledger = try slowUpgrade(.goOn).run().ledger
    // One is done, one is being worked on, two have not begun.
    #expect(ledger.courses[0].deadlineMisses == 3)
    #expect(ledger.courses[0].outcome == .finished && ledger.courses[0].hostsDone == 4)
    #expect((ledger.courses[0].ended ?? 0) > 40 * 3600)
  }

  @Test func `or it is left undone`() throws {
    let ledger = try slowUpgrade(.stop).run().ledger
    #expect(ledger.courses[0].outcome == .stopped && ledger.courses[0].stoppedBy == "deadline")
    #expect(ledger.courses[0].hostsDone == 2 && ledger.drains.notBegun == 2)
  }

  @Test func `or it is done by force, with the guests on the hosts`() throws {
    let ledger = try slowUpgrade(.force).run().ledger
    let course = ledger.courses[0]
    #expect(course.outcome == .finished && course.ended == 25 * 3600 && course.hostsDone == 4)
    #expect(ledger.drains.inPlace == 2)
    // Those on the two hosts: ten hours and a boot of 30 s each.
    #expect(ledger.outages.inPlace > 0)
    #expect(ledger.outages.inPlaceSeconds == Double(ledger.outages.inPlace) * 36_030)
    #expect(ledger.unfinished == 0)
  }

  @Test func `a host may be rebooted with its guests on it, without a chain`() throws {
    var fixture = Fixture(hosts: 3, guests: 5)
    var drains = HostDrains()
    (drains.isInPlace, drains.work) = (true, .minutes(20))
    drains.kernel = kernel("6.6")
    fixture.add("reboot", [], .drains(drains))
    var simulation = try Simulation(fixture.build(), replication: 0)
    simulation.run()
    #expect(simulation.fleet.hosts.allSatisfy { $0.kernel == kernel("6.6") })
    let ledger = simulation.finished()
    #expect(ledger.total.requested == 0 && ledger.drains.finished == 3 && ledger.drains.inPlace == 1)
    #expect(ledger.outages.inPlace == 5 && ledger.outages.inPlaceSeconds == 5 * 1230)
    #expect(ledger.courses[0].ended == 3600)
  }

  @Test func `guests of a host that reboots with them are moved afterwards`() throws {
    var fixture = Fixture(hosts: 2, guests: 1)
    var drains = HostDrains()
    (drains.isInPlace, drains.work) = (true, .hours(2))
    drains.hosts.listed = [HostName(number: 0)]
    fixture.add("reboot", [], .drains(drains))
    var batch = HostDrains()
    (batch.start, batch.work) = (.hours(1), .zero)
    batch.hosts.listed = [HostName(number: 0)]
    fixture.add("drain", [ChainStep(strategy: "cold")], .drains(batch))
    let run = try fixture.run()
    #expect(run.rows.count == 1)
    #expect((run.rows[0].accounts.began ?? .zero) >= .zero + .hours(2))
  }

  // MARK: - Retiring

  @Test func `retired hosts do not come back, and their guests land on hosts that stay`() throws {
    var fixture = Fixture(hosts: 6, guests: 12)
    fixture.host.spares = 0
    var drains = HostDrains()
    (drains.after, drains.cordons, drains.maxUnavailable) = (.retire, true, 2)
    drains.hosts.listed = (0..<3).map { HostName(number: $0) }
    fixture.add("decommission", [ChainStep(strategy: "cold")], .drains(drains))
    var simulation = try Simulation(fixture.build(), replication: 0)
    simulation.run()
    #expect(simulation.fleet.guests.allSatisfy { $0.host >= 3 })
    #expect(simulation.hosts.prefix(3).allSatisfy { $0.state == .retired })
    let ledger = simulation.finished()
    #expect(ledger.courses[0].hostsRetired == 3 && ledger.courses[0].outcome == .finished)
    // Nobody had to move twice.
    #expect(ledger.repeatMoves == 0 && ledger.total.completed == 6)
  }

  @Test func `guests that would not fit are found before anything moves`() throws {
    var fixture = Fixture(hosts: 4, guests: 40)
    fixture.host.spares = 0
    fixture.host.memory = .gibibytes(16)
    var drains = HostDrains()
    drains.after = .retire
    drains.hosts.listed = [HostName(number: 0), HostName(number: 1)]
    fixture.add("decommission", [ChainStep(strategy: "cold")], .drains(drains))
    let error = #expect(throws: FleetError.self) { _ = try fixture.run() }
    #expect(error.map { "\($0)" }?.contains("need 20 GiB of memory") == true, "\(error as Any)")
    #expect(error.map { "\($0)" }?.contains("have 12 GiB free") == true)
  }

  @Test func `a site is left over the WAN, and its hosts are switched off`() throws {
    var fixture = Fixture(hosts: 3, guests: 6)
    fixture.host.spares = 0
    var (old, new) = (SiteBlueprint(), SiteBlueprint())
    (old.name, new.name) = ("old", "new")
    (old.hostGroups, new.hostGroups) = ([fixture.host], [fixture.host])
    (old.wan, new.wan) = (ByteRate(bytesPerSecond: 50e6), ByteRate(bytesPerSecond: 50e6))
    fixture.guests.site = "old"
    fixture.scenario.fleet.sites = [old, new]
    var drains = HostDrains()
    (drains.site, drains.targetSite, drains.after, drains.cordons) = ("old", "new", .retire, true)
    drains.maxUnavailable = 3
    fixture.add("exit", [ChainStep(strategy: "cold")], .drains(drains))
    fixture.scenario.campaigns[0].deadline = CampaignDeadline(after: .minutes(10))
    var simulation = try Simulation(fixture.build(), replication: 0)
    simulation.run()
    #expect(simulation.fleet.guests.allSatisfy { simulation.fleet.hosts[Int($0.host)].site == 1 })
    let ledger = simulation.finished()
    // Six disks of 10 GB at 50 MB/s take twenty minutes.
    #expect((ledger.courses[0].ended ?? 0) > 1200)
    #expect(ledger.courses[0].hostsRetired == 3 && ledger.courses[0].deadlineMisses > 0)
  }

  @Test func `impossible campaigns are refused with a remedy`() throws {
    func refusal(_ edit: (inout Fixture) -> Void) -> String {
      var fixture = Fixture(hosts: 4)
      fixture.add("drain", [ChainStep(strategy: "cold")], .drains(HostDrains()))
      edit(&fixture)
      let error = #expect(throws: FleetError.self) { _ = try fixture.run() }
      return error.map { "\($0) \($0.remedy)" } ?? ""
    }
    func drains(_ fixture: inout Fixture, _ edit: (inout HostDrains) -> Void) {
      var drains = HostDrains()
      edit(&drains)
      fixture.scenario.campaigns[0].kind = .drains(drains)
    }
    #expect(refusal { drains(&$0) { $0.hosts.listed = [HostName(number: 9)] } }.contains("hosts are 0 to 3"))
    #expect(
      refusal { drains(&$0) { $0.hosts.listed = [HostName(site: "here", number: 4)] } }
        .contains("here/0 to here/3"))
    #expect(refusal { drains(&$0) { $0.hosts.racks = [1] } }.contains("no rack 1"))
    #expect(refusal { drains(&$0) { $0.hosts.cpu = "epyc-7713" } }.contains("no host of the fleet"))
    #expect(refusal { drains(&$0) { $0.targetSite = "there" } }.contains("'there'"))
    #expect(
      refusal { fixture in
        drains(&fixture) { $0.start = .days(2) }
        fixture.scenario.campaigns[0].deadline = CampaignDeadline(after: .days(1))
      }.contains("deadline has passed"))
    #expect(
      refusal { fixture in
        drains(&fixture) { $0.after = .retire }
        fixture.scenario.campaigns[0].deadline = CampaignDeadline(after: .days(1), then: .force)
      }.contains("with guests on them"))
  }
}
