import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPolicy
import MigrationStrategies
import Quantities

@testable import FleetSimulation

/// A fleet so small that each figure can be worked out by hand: hosts of one CPU without limits but their NICs, and
/// guests of one flavor that shut down in 4 s, boot in 30 s and write nothing.
struct Fixture {
  var scenario = Scenario()
  var host = HostGroup()
  var guests = GuestGroup()
  var flavor = Flavor(name: "small", vcpus: 1, memory: .gibibytes(1), disk: .gigabytes(10))

  static let day = 86_400.0

  init(hosts: Int = 2, guests count: Int = 1) {
    host.count = hosts
    // Only the first host is none: all guests start there.
    host.spares = max(0, hosts - 1)
    host.nic = ByteRate(bytesPerSecond: 100e6)
    host.memory = .gibibytes(64)
    guests.count = count
    guests.shutdown = constant(4)
    guests.boot = constant(30)
    scenario.horizon = .days(30)
    scenario.strategies = .standard
    scenario.rules = EligibilityRules(cpu: .superset, [RespectOptOut()])
  }

  /// What happens on the way.
  struct Run {
    var ledger: Ledger
    var rows: [AttemptRow]
  }

  func build() -> Scenario {
    var scenario = scenario
    if scenario.fleet.sites.isEmpty {
      var site = SiteBlueprint()
      site.name = "here"
      site.hostGroups = [host]
      scenario.fleet.sites = [site]
    }
    if scenario.fleet.guests.isEmpty {
      var group = guests
      if group.flavors.isEmpty { group.flavors = Mix(all: flavor) }
      scenario.fleet.guests = [group]
    }
    return scenario
  }

  func run(_ replication: Int = 0) throws -> Run {
    var simulation = try Simulation(build(), replication: replication)
    let rows = Box<[AttemptRow]>([])
    simulation.attemptSink = { rows.value.append($0) }
    simulation.run()
    return Run(ledger: simulation.finished(), rows: rows.value)
  }

  // MARK: - Demand

  /// The first host is emptied at once.
  mutating func drainFirstHost(_ chain: [ChainStep], giveUpAfter: Duration = .days(20)) {
    var drains = HostDrains()
    // So long at work that no other host has its turn.
    drains.work = .days(300)
    drains.giveUpAfter = giveUpAfter
    add("drain", chain, .drains(drains))
  }

  mutating func drainFirstHost(_ strategies: String...) { drainFirstHost(strategies.map(ChainStep.init)) }

  mutating func add(_ name: String, _ chain: [ChainStep], _ kind: CampaignKind) {
    scenario.campaigns.append(Campaign(name: name, chain: FallbackChain(chain), kind: kind))
  }

  /// A kernel that all guests run, and the one thing that is known of it.
  mutating func knowKernel(_ edit: (inout KernelPolicyRow) -> Void) {
    let version = kernel("4.12")
    guests.kernels = [KernelBand(upToAge: .max, kernels: Mix(all: version))]
    var row = KernelPolicyRow()
    row.id = "xen-4.11"
    row.affected = [KernelRange(from: kernel("4.11"), to: kernel("5.0"))]
    row.effect = .hang
    edit(&row)
    scenario.rules.rules.append(KernelPolicy([row]))
  }
}

/// Carries a value out of a closure that outlives its scope.
final class Box<Value> {
  var value: Value
  init(_ value: Value) { self.value = value }
}

func constant(_ value: Double) -> Distribution {
  guard let distribution = try? Distribution.constant(value) else { preconditionFailure("\(value) is finite") }
  return distribution
}

func kernel(_ text: String) -> KernelVersion {
  guard let version = KernelVersion(text) else { preconditionFailure("'\(text)' is no version") }
  return version
}

/// A strategy that a test makes up.
struct Improvised: MigrationStrategy {
  let name: String
  var make: @Sendable (MigrationRequest) -> CutoverPlan
  func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan { make(request) }
}
