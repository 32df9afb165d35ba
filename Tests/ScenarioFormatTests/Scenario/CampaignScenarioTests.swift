import CutoverCore
import DiscreteEvent
import FleetModel
import FleetSimulation
import MigrationPolicy
import Quantities
import Testing

@testable import ScenarioFormat

@Suite struct CampaignScenarioTests {
  private func campaigns() throws -> [String: Campaign] {
    let file = ScenarioFile(text: FullScenario.text, name: "full.yaml")
    #expect(!file.hasProblems, "\(file.problems)")
    let base = try #require(file.scenario(variant: nil))
    return Dictionary(uniqueKeysWithValues: base.campaigns.map { ($0.name, $0) })
  }

  private func drains(_ name: String) throws -> HostDrains {
    guard case .drains(let drains)? = try campaigns()[name]?.kind else {
      Issue.record("\(name) empties hosts")
      return HostDrains()
    }
    return drains
  }

  @Test("what all campaigns have arrives") func common() throws {
    let campaign = try #require(try campaigns()["kernel-upgrade"])
    #expect(campaign.priority == 70)
    #expect(
      campaign.stopIf == [
        StopCondition(.failures, over: .share(0.2)), StopCondition(.downtime, over: .time(.hours(2))),
        StopCondition(.lost, over: .count(3)),
      ])
    #expect(campaign.deadline == CampaignDeadline(after: .days(80), then: .stop))
  }

  @Test("priorities are those of KubeVirt, unless others are given") func priorities() throws {
    let campaigns = try campaigns()
    #expect(campaigns["evacuation"]?.priority == 1000)
    #expect(campaigns["drain"]?.priority == 100)
    #expect(campaigns["own-moves"]?.priority == 50 && campaigns["resize"]?.priority == 50)
    #expect(campaigns["rebalance"]?.priority == 20)
  }

  @Test("hosts and waves arrive") func hosts() throws {
    let upgrade = try drains("kernel-upgrade 2")
    var hosts = HostSelection()
    hosts.listed = [HostName(site: "east", number: 4)] + [3, 2, 1, 0].map { HostName(number: $0) }
    hosts.racks = [0, 5]
    (hosts.cpu, hosts.kernelBelow) = ("epyc-7713", KernelVersion("6.6"))
    #expect(upgrade.hosts == hosts)
    var waves = Waves()
    (waves.size, waves.canary) = (.faultDomain(racks: 2), 2)
    (waves.canaryPause, waves.gap) = (.days(1), .hours(2))
    #expect(upgrade.waves == waves)
    #expect(upgrade.kernel == KernelVersion("6.6"))
    #expect(try drains("decommission").waves?.size == .listed([1, 2]))
  }

  @Test("each kind is what it says") func kinds() throws {
    let reboot = try drains("xsa")
    #expect(reboot.isInPlace && reboot.work == .minutes(5))
    #expect(try campaigns()["xsa"]?.deadline == CampaignDeadline(after: .days(10), then: .goOn))
    let decommission = try drains("decommission")
    #expect(decommission.after == .retire && !decommission.cordons)
    let evacuation = try drains("evacuation")
    #expect(evacuation.after == .retire && evacuation.emergency?.hostOut == 9)
    #expect(evacuation.emergency?.diesAfter == (try .uniform(from: 600, to: 7200)))
    #expect(evacuation.emergency?.rebuild?.source == .image)
    #expect(evacuation.maxUnavailable == 10_000_000)
    #expect(try campaigns()["evacuation"]?.isEmergency == true)
    var rebalance = Rebalance()
    (rebalance.site, rebalance.spread, rebalance.start, rebalance.every) = ("east", 0.2, .days(1), .hours(2))
    (rebalance.movesAtOnce, rebalance.end) = (3, .days(60))
    #expect(try campaigns()["rebalance"]?.kind == .guests(GuestMoves(rebalance)))
    var own = OwnMoves()
    (own.perSecond, own.start) = (4.0 / 86_400, .days(2))
    #expect(try campaigns()["own-moves"]?.kind == .guests(GuestMoves(own)))
    var batch = ResizeBatch()
    (batch.guests, batch.up, batch.start, batch.end) = (6, 0.5, .days(3), .days(8))
    #expect(try campaigns()["resize-batch"]?.kind == .guests(GuestMoves(batch)))
  }

  @Test("a site exit empties the one site into the other") func exit() throws {
    let text = FullScenario.bare
    let file = ScenarioFile(text: text, name: "bare.yaml")
    #expect(!file.hasProblems, "\(file.problems)")
    let campaign = try #require(file.scenarios.first?.campaigns.first { $0.name == "site-exit" })
    guard case .drains(let drains) = campaign.kind else {
      Issue.record("an exit empties hosts")
      return
    }
    #expect(drains.site == "there" && drains.targetSite == "here")
    #expect(drains.after == .retire && drains.cordons)
  }

  @Test("a security reboot with a chain empties hosts first") func chain() throws {
    let file = ScenarioFile(text: FullScenario.bare, name: "bare.yaml")
    let campaign = try #require(file.scenarios.first?.campaigns.first { $0.name == "security-reboot" })
    guard case .drains(let drains) = campaign.kind else {
      Issue.record("a reboot is of hosts")
      return
    }
    #expect(!drains.isInPlace && campaign.deadline?.then == .force)
  }
}
