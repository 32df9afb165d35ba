import CutoverCore
import DiscreteEvent
import FleetModel
import FleetSimulation
import MigrationPhysics
import MigrationPolicy
import MigrationStrategies
import Quantities

/// One site, four hosts, eight guests; each host is emptied once, warm and else cold.
func tinyScenario(chain: [String] = ["warm", "cold"], hosts: Int = 4, guests: Int = 8) throws -> Scenario {
  var scenario = Scenario()
  scenario.name = "tiny"
  scenario.horizon = .days(2)
  scenario.seed = 7
  scenario.strategies = .standard
  var group = HostGroup()
  group.count = hosts
  group.pool.read = ByteRate(bytesPerSecond: 1e9)
  group.pool.write = ByteRate(bytesPerSecond: 5e8)
  var site = SiteBlueprint()
  site.name = "here"
  site.hostGroups = [group]
  var vms = GuestGroup()
  vms.count = guests
  vms.flavors = Mix([
    (Flavor(name: "small", vcpus: 1, memory: .gibibytes(4), disk: .gigabytes(80)), 1),
    (Flavor(name: "large", vcpus: 4, memory: .gibibytes(16), disk: .gigabytes(320)), 1),
  ])
  vms.disk.isThick = false
  vms.disk.fillTime = try .lognormal(median: 3 * 365 * 86_400, sigma: 0.5)
  vms.disk.writes = try .lognormal(median: 5300, sigma: 2)
  vms.age = try .weibull(scale: 2 * 365 * 86_400, shape: 0.9)
  vms.shutdown = try .lognormal(median: 8, sigma: 0.5)
  vms.boot = try .lognormal(median: 25, sigma: 0.4)
  vms.ignoresShutdown = 0.1
  vms.forbidsLive = 0.2
  scenario.fleet.sites = [site]
  scenario.fleet.guests = [vms]
  scenario.mechanics.prepare = try .constant(12)
  scenario.mechanics.rebootOverhead = try .constant(20)
  scenario.mechanics.networkGap = try .lognormal(median: 1.5, sigma: 0.3)
  scenario.mechanics.streamRate = try .lognormal(median: 2e8, sigma: 0.2)
  scenario.rules = EligibilityRules(cpu: .superset, [RespectOptOut()])
  var drains = HostDrains()
  drains.maxUnavailable = 1
  scenario.campaigns = [
    Campaign(name: "host-upgrade", chain: FallbackChain(chain.map(ChainStep.init)), kind: .drains(drains))
  ]
  return scenario
}
