import CutoverCore
import DiscreteEvent
import FleetModel
internal import MigrationPhysics
import MigrationPolicy
import Quantities
import Testing

@testable import FleetSimulation

/// Rules about who may be moved how, in a fleet that runs.
@Suite struct EligibilityInTheFleetTests {
  func codes(_ ledger: Ledger) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: ledger.failures(of: ledger.total).map { ($0.code, $0.count) })
  }

  func completed(_ ledger: Ledger) -> [String: Int] {
    var counts: [String: Int] = [:]
    for (name, cell) in zip(ledger.strategies, ledger.byStrategy) where cell.completed > 0 {
      counts[name] = cell.completed
    }
    return counts
  }

  /// Runs a fixture, watched at every step, and gives the fleet it ends with.
  func run(_ fixture: Fixture) throws -> (ledger: Ledger, fleet: Fleet, rows: [AttemptRow]) {
    var simulation = try Simulation(fixture.build(), replication: 0)
    let rows = Box<[AttemptRow]>([])
    simulation.attemptSink = { rows.value.append($0) }
    while simulation.step() {
      let faults = StateAudit.faults(of: simulation)
      guard faults.isEmpty else {
        Issue.record("\(faults)")
        break
      }
    }
    let fleet = simulation.fleet
    return (simulation.finished(), fleet, rows.value)
  }

  /// Two hosts: all guests start on the first.
  func fixture(guests: Int = 1, _ rules: any EligibilityRule...) -> Fixture {
    var fixture = Fixture(guests: guests)
    fixture.scenario.rules = EligibilityRules(cpu: .any, rules)
    fixture.drainFirstHost("live", "cold")
    return fixture
  }

  // MARK: - Rules about guests

  @Test func `what a rule refuses goes on to the next step, under the rule's name`() throws {
    var fixture = fixture(ConfidentialRule(), DeviceRule([(.vgpu, .shutdown)]))
    fixture.guests.devices = [Share(.vgpu, 1)]
    #expect(codes(try run(fixture).ledger) == ["device": 1])
    fixture.guests.confidential = [Share(.sev, 1)]
    let ledger = try run(fixture).ledger
    #expect(codes(ledger) == ["confidential": 1])
    #expect(completed(ledger) == ["cold": 1])
  }

  @Test func `a device that is unplugged is missed for as long as that takes`() throws {
    let plain = try run(fixture()).rows[0].downtimes.networkGap
    var fixture = fixture(DeviceRule([(.sriov, .unplug(.seconds(4)))]))
    fixture.guests.devices = [Share(.sriov, 1)]
    let row = try run(fixture).rows[0]
    #expect(row.outcome == "completed")
    #expect(row.downtimes.networkGap - plain == .seconds(4))
  }

  @Test func `a guest tied to its host stays, and its drain gives up`() throws {
    var fixture = fixture(DeviceRule([(.passthrough, .refuse)]))
    fixture.guests.devices = [Share(.passthrough, 1)]
    let ledger = try run(fixture).ledger
    #expect(codes(ledger) == ["device": 2])
    #expect(ledger.drains.gaveUp == 1 && ledger.drains.guestsLeft == 1)
  }

  @Test func `a backup is waited for`() throws {
    var fixture = fixture(BusyRule())
    fixture.guests.backup = BackupWindow(every: .days(2), lasts: .hours(30))
    fixture.guests.count = 6
    fixture.scenario.limits.patience = .days(3)
    let ledger = try run(fixture).ledger
    #expect(completed(ledger) == ["live": 6] && codes(ledger).isEmpty)
    fixture.scenario.limits.patience = .minutes(10)
    #expect(codes(try run(fixture).ledger)["busy", default: 0] > 0)
  }

  @Test(arguments: [
    (KernelEffect.hang, 120.0 + 30, true), (.crash, 30, true), (.clock, 0, false), (.netLoss, 120, false),
  ])
  func `what shows afterwards is an incident of its own length`(
    effect: KernelEffect, seconds: Double, boots: Bool
  ) throws {
    var fixture = Fixture()
    fixture.host.cpus = Mix(all: "cascadelake")
    fixture.host.level = .microarchitecture(2)
    fixture.knowKernel {
      $0.effect = effect
      $0.detected = .afterwards
    }
    fixture.drainFirstHost("live")
    let (ledger, _, rows) = try run(fixture)
    #expect(ledger.incidents == 1 && completed(ledger) == ["live": 1])
    let seen = ledger.total.downtimeSeconds - rows[0].downtimes.seenByClients.seconds
    #expect(abs(seen - seconds) < 1e-6)
  }

  @Test func `a crash is seen at once, a hang when somebody looks`() throws {
    func gap(_ effect: KernelEffect) throws -> Double {
      var fixture = Fixture()
      fixture.knowKernel { $0.effect = effect }
      fixture.drainFirstHost("live", "cold")
      let rows = try run(fixture).rows
      #expect(rows[0].outcome == "crashed")
      return rows[0].downtimes.serviceGap.seconds
    }
    #expect(try abs(gap(.hang) - gap(.crash) - 120) < 1e-6)
  }

  // MARK: - Rules about hosts

  /// One host, and another that an edit makes different.
  func pair(_ rules: EligibilityRules, _ edit: (inout HostGroup, inout HostGroup) -> Void) -> Fixture {
    var fixture = Fixture()
    (fixture.host.count, fixture.host.spares) = (1, 0)
    var (site, other) = (SiteBlueprint(), fixture.host)
    other.spares = 1
    edit(&fixture.host, &other)
    site.name = "here"
    site.hostGroups = [fixture.host, other]
    fixture.scenario.fleet.sites = [site]
    fixture.scenario.rules = rules
    fixture.drainFirstHost("live", "cold")
    return fixture
  }

  @Test func `the rule after which no host is left names the reason`() throws {
    func reason(_ rules: any EligibilityRule..., needs: [String] = ["gpu"]) throws -> [String: Int] {
      var fixture = pair(EligibilityRules(cpu: .any, rules)) { here, other in
        (here.kernel, other.kernel) = (kernel("6.1"), kernel("5.10"))
        here.features = ["gpu"]
        (here.cpus, other.cpus) = (Mix(all: "cascadelake"), Mix(all: "haswell"))
      }
      fixture.guests.needs = needs
      return codes(try run(fixture).ledger)
    }
    #expect(try reason(VersionRule(), CPURule.superset, needs: []) == ["version": 1])
    #expect(try reason(CPURule.superset, VersionRule(), needs: []) == ["cpu": 1])
    #expect(try reason(FeatureRule()) == ["features": 2])
    #expect(try reason(CPURule.sameVendor) == [:])
    // One that looks at the guest alone stands in the same order.
    #expect(try reason(CPURule.superset, SharedStorageRule(), needs: []) == ["cpu": 1])
    #expect(try reason(SharedStorageRule(), CPURule.superset, needs: []) == ["storage": 1])
  }

  @Test func `a row about a pair of hosts strikes between these only`() throws {
    func incidents(_ target: String) throws -> Int {
      var row = KernelPolicyRow()
      (row.id, row.effect, row.detected) = ("kvm-pkru", .hang, .afterwards)
      row.sourceKernel = KernelRange(from: kernel("5.15"), to: kernel("5.16"))
      row.targetKernel = KernelRange(from: kernel("6.2"), to: nil)
      let fixture = pair(EligibilityRules(cpu: .any, [KernelPolicy([row])])) {
        ($0.kernel, $1.kernel) = (kernel("5.15"), kernel(target))
      }
      return try run(fixture).ledger.incidents
    }
    #expect(try incidents("6.2") == 1)
    #expect(try incidents("6.1") == 0)
  }

  @Test func `a rolling upgrade that takes a feature away strands guests until they boot`() throws {
    var fixture = Fixture(hosts: 3, guests: 4)
    fixture.host.cpus = Mix(all: "cascadelake")
    fixture.host.kernel = kernel("4.9.168")
    fixture.scenario.fleet.cpuUpdates = CPUUpdateCatalog.all.filter { $0.name == "tsx-off-kernel" }
    var site = SiteBlueprint()
    site.name = "here"
    site.hostGroups = [fixture.host]
    fixture.scenario.fleet.sites = [site]
    var drains = HostDrains()
    drains.kernel = kernel("4.9.189-3")
    fixture.add("upgrade", [ChainStep(strategy: "live"), ChainStep(strategy: "cold")], .drains(drains))
    let (ledger, fleet, _) = try run(fixture)
    #expect(ledger.drains.finished == 3)
    // The first host's guests find hosts as old as theirs; where these are upgraded too, they have to boot.
    #expect(completed(ledger)["live", default: 0] >= 4)
    #expect(codes(ledger)["cpu", default: 0] == completed(ledger)["cold", default: 0])
    #expect(completed(ledger)["cold", default: 0] >= 4)
    #expect(fleet.guests.allSatisfy { $0.bootCPU == fleet.hosts[Int($0.host)].cpu })
  }

  @Test func `a disk on shared storage does not travel, and goes along where nobody reaches it`() throws {
    func sent(_ storage: String?, _ edit: (inout Fixture) -> Void = { _ in }) throws -> (
      Double, [String: Int]
    ) {
      var fixture = pair(EligibilityRules(cpu: .any, [])) {
        ($0.storage, $1.storage) = ("san-1", storage)
        $0.pool.capacity = .gigabytes(1)
      }
      fixture.guests.disk.isShared = true
      edit(&fixture)
      let (ledger, _, rows) = try run(fixture)
      return (rows.reduce(0) { $0 + $1.transferred.value }, codes(ledger))
    }
    #expect(try sent("san-1").0 < 2e9)
    #expect(try sent("san-2").0 > 10e9)
    #expect(try sent(nil).0 > 10e9)
    let refused = try sent(nil) { $0.scenario.rules.rules = [SharedStorageRule()] }
    #expect(refused.1 == ["storage": 1])
  }

  @Test func `guests levelled with their pool move to its weaker hosts, and others do not`() throws {
    func reasons(_ level: CPULevel?) throws -> [String: Int] {
      let fixture = pair(EligibilityRules(cpu: .any, [CPURule.supersetOfPool])) {
        ($0.cpus, $1.cpus) = (Mix(all: "cascadelake"), Mix(all: "haswell"))
        ($0.level, $1.level) = (level, level)
      }
      return codes(try run(fixture).ledger)
    }
    #expect(try reasons(nil) == ["cpu": 1])
    #expect(try reasons(.pool) == [:])
  }

  // MARK: - Chains of two ways

  @Test func `an answer about one guest is not taken for another's`() throws {
    // This strategy looks at the guest, so no plan of it is kept.
    struct Own: MigrationStrategy {
      let name = "own"
      func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
        CutoverPlan(strategy: name, media: [.disk, .memory], stop: .pause, start: .resume)
      }
    }
    var fixture = Fixture(guests: 8)
    fixture.scenario.strategies = StrategyCatalog([Own(), fixture.scenario.strategies["cold"] ?? Own()])
    fixture.scenario.rules = EligibilityRules(cpu: .any, [VersionRule(), ConfidentialRule()])
    fixture.guests.confidential = [Share(.tdx, 0.5)]
    (fixture.scenario.limits.hostIn, fixture.scenario.limits.hostOut) = (1, 4)
    fixture.drainFirstHost("own", "cold")
    let ledger = try run(fixture).ledger
    #expect(ledger.total.completed == 8)
    #expect(codes(ledger)["confidential"] == completed(ledger)["cold"])
  }
}
