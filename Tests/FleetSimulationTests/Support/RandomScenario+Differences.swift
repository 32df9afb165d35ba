import CutoverCore
import FleetModel
import MigrationPolicy
import Quantities

@testable import FleetSimulation

extension RandomScenario {
  /// Makes hosts and guests differ in more than size, and has rules and placement ask for that.
  func differ(_ scenario: inout Scenario, _ random: inout Choices) {
    for site in scenario.fleet.sites.indices {
      if random.chance(0.5) { scenario.fleet.sites[site].features = ["vlan"] }
      for group in scenario.fleet.sites[site].hostGroups.indices {
        var hosts = scenario.fleet.sites[site].hostGroups[group]
        hosts.kernel = random.one(of: [nil, kernel("4.9.168"), kernel("5.15")])
        if random.chance(0.3) { hosts.level = random.one(of: [.pool, .microarchitecture(3)]) }
        if random.chance(0.5) { hosts.storage = random.one(of: ["san-1", "san-2"]) }
        if random.chance(0.5) { hosts.cores = random.int(4...32) }
        scenario.fleet.sites[site].hostGroups[group] = hosts
      }
    }
    if random.chance(0.5) { scenario.fleet.cpuUpdates = CPUUpdateCatalog.all }
    for group in scenario.fleet.guests.indices {
      var guests = scenario.fleet.guests[group]
      guests.devices = [Share(.vgpu, 0.1), Share(.sriov, 0.2), Share(.passthrough, 0.02)]
      guests.confidential = [Share(.sev, 0.1)]
      (guests.lacksAgent, guests.lacksACPI) = (0.1, 0.05)
      guests.disk.isShared = random.chance(0.5)
      if random.chance(0.3) { guests.backup = BackupWindow(every: .hours(24), lasts: .hours(2)) }
      if random.chance(0.5) {
        var set = GuestSet()
        set.size = random.int(2...4)
        set.relation = random.one(of: [.apart, .together])
        set.domain = random.one(of: [.host, .rack])
        set.isHard = random.chance(0.2)
        guests.sets = [set]
      }
      scenario.fleet.guests[group] = guests
    }
    let rules: [any EligibilityRule] = [
      OptOutRule(), ConfidentialRule(),
      DeviceRule([(.vgpu, .shutdown), (.sriov, .unplug(.seconds(5))), (.passthrough, .refuse)]), AgentRule(),
      ACPIRule(), BusyRule(), VersionRule(), FeatureRule(), SharedStorageRule(), CPURule.supersetOfPool,
      CPURule.evcTier,
    ]
    scenario.rules.rules += rules.filter { _ in random.chance(0.3) }
    scenario.placementRules.prefersUpgraded = random.chance(0.3)
    scenario.placementRules.headroom = random.one(of: [0, 0, 0, 1])
    if random.chance(0.4) {
      scenario.placementRules.scores = HostScores.shipped.map {
        WeightedScore($0, weight: random.number(-1...1))
      }
    }
    for index in scenario.campaigns.indices {
      guard case .drains(var drains) = scenario.campaigns[index].kind else { continue }
      drains.kernel = random.one(of: [nil, kernel("4.9.189-3"), kernel("6.2")])
      drains.microcode = random.one(of: [nil, 20_191_115])
      scenario.campaigns[index].kind = .drains(drains)
    }
  }
}
