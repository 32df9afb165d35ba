import CutoverCore
import FleetModel
import MigrationPolicy
import Quantities
import Testing

/// Makes candidates: a live migration with its disk of a guest that nothing is wrong with, unless a test says so.
struct Scene {
  static let live = CutoverPlan(
    strategy: "live", media: [.disk, .memory],
    replication: [ReplicationStage(.memory, ConvergenceRules(until: .passes(1)))], stop: .pause,
    start: .resume)
  static let liveShared = CutoverPlan(
    strategy: "live", media: [.memory],
    replication: [ReplicationStage(.memory, ConvergenceRules(until: .passes(1)))], stop: .pause,
    start: .resume)
  static let suspend = CutoverPlan(strategy: "suspend", media: [.memory], stop: .pause, start: .resume)
  static let cold = CutoverPlan(
    strategy: "cold", media: [.disk], stop: .shutDown(patience: .seconds(1), ifIgnored: .fail), start: .boot)

  static func facts(_ cpu: String, _ edit: (inout HostFacts) -> Void = { _ in }) throws -> HostFacts {
    let cpu = try #require(CPUCatalog.facts(named: cpu))
    var facts = HostFacts(cpu: cpu, poolFeatures: cpu.features)
    edit(&facts)
    return facts
  }

  static func candidate(_ plan: CutoverPlan = live, _ edit: (inout Candidate) throws -> Void = { _ in })
    throws
    -> Candidate
  {
    var candidate = Candidate(
      plan: plan, guestCPU: try #require(CPUCatalog.facts(named: "haswell")),
      guestKernel: KernelVersion("5.10"), forbidsLive: false)
    candidate.source = try facts("haswell")
    candidate.target = try facts("haswell")
    try edit(&candidate)
    return candidate
  }
}

@Suite struct RuleTests {
  func version(_ text: String) throws -> KernelVersion { try #require(KernelVersion(text)) }

  @Test func `modes tell apart how a guest travels`() {
    func modes(_ plan: CutoverPlan) -> [PlanMode] { PlanMode.allCases.filter { $0.covers(plan) } }
    #expect(modes(Scene.live) == [.running, .live, .withDisk, .any])
    #expect(modes(Scene.liveShared) == [.running, .live, .any])
    #expect(modes(Scene.suspend) == [.running, .suspend, .any])
    #expect(modes(Scene.cold) == [.boot, .any])
  }

  @Test func `an opt-out counts by owner or tenant, for its modes, and not in an emergency`() throws {
    var rule = OptOutRule()
    #expect(try rule.verdict(on: Scene.candidate { $0.forbidsLive = true }) == .refused(.optedOut))
    #expect(try rule.verdict(on: Scene.candidate(Scene.cold) { $0.forbidsLive = true }) == .allowed)
    rule.tenants = ["acme"]
    #expect(try rule.verdict(on: Scene.candidate { $0.traits.tenant = "acme" }) == .refused(.optedOut))
    #expect(try rule.verdict(on: Scene.candidate { $0.traits.tenant = "other" }) == .allowed)
    let urgent = try Scene.candidate {
      $0.forbidsLive = true
      $0.isEmergency = true
    }
    #expect(rule.verdict(on: urgent) == .allowed)
    rule.isOverriddenByEmergency = false
    #expect(rule.verdict(on: urgent) == .refused(.optedOut))
    rule.modes = [.any]
    #expect(
      try rule.verdict(on: Scene.candidate(Scene.cold) { $0.forbidsLive = true }) == .refused(.optedOut))
  }

  @Test func `sizes are limits, and the limit itself is allowed`() throws {
    var rule = SizeRule()
    rule.memory = .gibibytes(8)
    rule.disk = .gigabytes(100)
    rule.chainLength = 30
    func verdict(_ memory: Int64, _ disk: Int64, _ chain: Int, _ plan: CutoverPlan = Scene.live) throws
      -> EligibilityVerdict
    {
      rule.verdict(
        on: try Scene.candidate(plan) {
          ($0.memory, $0.disk) = (.gibibytes(memory), .gigabytes(disk))
          $0.traits.chainLength = chain
        })
    }
    #expect(try verdict(8, 100, 30) == .allowed)
    #expect(try verdict(9, 100, 30) == .refused(.size))
    #expect(try verdict(8, 101, 30) == .refused(.size))
    #expect(try verdict(8, 100, 31) == .refused(.size))
    // What does not travel is not too large.
    #expect(try verdict(8, 101, 30, Scene.liveShared) == .allowed)
    #expect(try verdict(9, 101, 31, Scene.cold) == .allowed)
  }

  @Test func `devices are treated one by one`() throws {
    let rule = DeviceRule([
      (.passthrough, .refuse), (.vgpu, .shutdown), (.sriov, .unplug(.seconds(4))),
    ])
    func verdict(_ device: GuestDevice?, _ plan: CutoverPlan) throws -> EligibilityVerdict {
      rule.verdict(on: try Scene.candidate(plan) { $0.traits.device = device })
    }
    #expect(try verdict(.passthrough, Scene.cold) == .refused(.device))
    #expect(try verdict(.vgpu, Scene.live) == .refused(.device))
    #expect(try verdict(.vgpu, Scene.cold) == .allowed)
    #expect(try verdict(.sriov, Scene.live) == .slower(.seconds(4)))
    #expect(try verdict(.sriov, Scene.cold) == .allowed)
    #expect(try verdict(.usb, Scene.live) == .allowed)
    #expect(try verdict(nil, Scene.live) == .allowed)
  }

  @Test func `sealed memory, a missing agent or button, and a backup`() throws {
    func verdict(_ rule: any EligibilityRule, _ plan: CutoverPlan, _ edit: (inout Candidate) -> Void) throws
      -> EligibilityVerdict
    { rule.verdict(on: try Scene.candidate(plan, edit)) }
    #expect(
      try verdict(ConfidentialRule(), Scene.live) { $0.traits.confidential = .tdx } == .refused(.confidential)
    )
    #expect(try verdict(ConfidentialRule(), Scene.cold) { $0.traits.confidential = .tdx } == .allowed)
    #expect(try verdict(AgentRule(), Scene.cold) { $0.traits.hasAgent = false } == .refused(.guest))
    #expect(try verdict(ACPIRule(), Scene.cold) { $0.traits.hasACPI = false } == .refused(.guest))
    #expect(try verdict(ACPIRule(), Scene.live) { $0.traits.hasACPI = false } == .allowed)
    #expect(try verdict(BusyRule(), Scene.live) { $0.isBackingUp = true } == .later(.busy))
    let urgent = try Scene.candidate {
      $0.isBackingUp = true
      $0.isEmergency = true
    }
    #expect(BusyRule().verdict(on: urgent) == .allowed)
  }

  @Test func `hosts that are older, lack a feature, or do not reach the disk`() throws {
    func verdict(_ rule: any EligibilityRule, _ plan: CutoverPlan, _ edit: (inout Candidate) throws -> Void)
      throws -> EligibilityVerdict
    { rule.verdict(on: try Scene.candidate(plan, edit)) }
    func older(_ candidate: inout Candidate) throws {
      candidate.source?.kernel = try version("6.1")
      candidate.target?.kernel = try version("5.15")
    }
    #expect(try verdict(VersionRule(), Scene.live, older) == .refused(.version))
    #expect(try verdict(VersionRule(), Scene.cold, older) == .allowed)
    #expect(try verdict(VersionRule(), Scene.live) { $0.target?.kernel = try version("1.0") } == .allowed)
    func needs(_ candidate: inout Candidate) { candidate.traits.needs = ["vlan", "vpc"] }
    #expect(try verdict(FeatureRule(), Scene.cold, needs) == .refused(.features))
    let served = try Scene.candidate {
      needs(&$0)
      $0.target?.features = ["vpc", "vlan", "more"]
    }
    #expect(FeatureRule().verdict(on: served) == .allowed)
    #expect(try verdict(SharedStorageRule(), Scene.live) { _ in } == .refused(.storage))
    #expect(try verdict(SharedStorageRule(), Scene.liveShared) { _ in } == .allowed)
  }

  @Test(arguments: [
    // booted on, other host, superset of pool (alone), level, tier
    ("haswell", "broadwell", true, true, true), ("broadwell", "haswell", false, true, false),
    ("sandybridge", "ivybridge", true, true, true), ("haswell", "sandybridge", false, false, false),
    ("cascadelake", "icelake-server", false, true, false),
    ("epyc-rome", "skylake-server", false, false, false),
    ("cooperlake", "cascadelake", false, true, false), ("epyc-milan", "epyc-genoa", true, true, true),
    // The vectors are wider on the older one.
    ("neoverse-v1", "neoverse-n2", false, true, false), ("neoverse-n1", "neoverse-v2", true, true, true),
  ])
  func `CPU rules ask for levels, tiers and pools`(
    guest: String, host: String, pool: Bool, level: Bool, tier: Bool
  ) throws {
    for (rule, expected) in [(CPURule.supersetOfPool, pool), (.level, level), (.evcTier, tier)] {
      let candidate = try Scene.candidate {
        $0.guestCPU = try #require(CPUCatalog.facts(named: guest))
        $0.target = try Scene.facts(host)
      }
      #expect((rule.verdict(on: candidate) == .allowed) == expected, "\(rule)")
    }
  }

  @Test func `one weak host strands guests on an island`() throws {
    let candidate = try Scene.candidate {
      $0.target?.poolFeatures = try #require(CPUCatalog.facts(named: "nehalem")).features
    }
    #expect(CPURule.superset.verdict(on: candidate) == .allowed)
    #expect(CPURule.supersetOfPool.verdict(on: candidate) == .refused(.cpu))
  }

  @Test func `a kernel row is narrowed down by system, hypervisor, hosts and mode`() throws {
    var row = KernelPolicyRow()
    (row.id, row.effect) = ("pkru", .hang)
    func speaks(_ plan: CutoverPlan = Scene.live, _ edit: (inout Candidate) throws -> Void = { _ in }) throws
      -> Bool
    { KernelPolicy([row]).verdict(on: try Scene.candidate(plan, edit)) != .allowed }
    // Of nobody at all.
    #expect(try !speaks())
    row.guests = ["netbsd"]
    #expect(try speaks { $0.traits.os = "netbsd" })
    #expect(try !speaks { $0.traits.os = "rhel-8" })
    #expect(try !speaks())
    (row.guests, row.hypervisors) = ([], ["xen"])
    #expect(try speaks { $0.target?.hypervisor = "xen" })
    #expect(try !speaks { $0.target?.hypervisor = "kvm" })
    row.hypervisors = []
    row.sourceKernel = KernelRange(from: try version("5.15"), to: try version("5.16"))
    row.targetKernel = KernelRange(from: try version("6.2"), to: nil)
    func pair(_ source: String, _ target: String) throws -> Bool {
      try speaks {
        $0.source?.kernel = try version(source)
        $0.target?.kernel = try version(target)
      }
    }
    #expect(try pair("5.15.30", "6.2"))
    #expect(try !pair("5.16", "6.2") && !pair("5.15.30", "6.1"))
    row.modes = [.suspend]
    #expect(try !pair("5.15.30", "6.2"))
  }

  @Test func `what a check finds beforehand is refused`() throws {
    var row = KernelPolicyRow()
    row.affected = [KernelRange(from: nil, to: nil)]
    (row.effect, row.detected, row.remedy) = (.crash, .before, "a newer kernel")
    let policy = KernelPolicy([row])
    #expect(try policy.verdict(on: Scene.candidate()) == .refused(.kernel))
    let decision = EligibilityRules(cpu: .any, [policy]).decision(on: try Scene.candidate())
    #expect(decision.refusal?.remedy == "a newer kernel" && decision.refusal?.name == "kernels")
  }

  @Test func `rules are asked in order, and what they add is added up`() throws {
    var candidate = try Scene.candidate {
      $0.traits.device = .sriov
      $0.traits.confidential = .sev
      $0.forbidsLive = true
    }
    let unplug = DeviceRule([(.sriov, .unplug(.seconds(3)))])
    func decide(_ rules: (any EligibilityRule)...) -> EligibilityDecision {
      EligibilityRules(cpu: .any, rules).decision(on: candidate)
    }
    #expect(decide(unplug, ConfidentialRule(), OptOutRule()).refusal?.reason == .confidential)
    #expect(decide(unplug, OptOutRule(), ConfidentialRule()).refusal?.rule == 1)
    #expect(decide(unplug, unplug).delay == .seconds(6))
    candidate.target = nil
    // Nothing is said of hosts before there is one.
    #expect(decide(CPURule.sameFamily, VersionRule(), FeatureRule()).refusal == nil)
  }
}

/// A rule that nobody ships: what it takes is this type, and its name in a list of rules.
private struct EvenKernelsOnly: EligibilityRule {
  let name = "even-kernels-only"
  func verdict(on candidate: Candidate) -> EligibilityVerdict {
    candidate.guestKernel == KernelVersion("5.10") ? .allowed : .refused(RefusalReason(rawValue: "odd"))
  }
}

/// A score that nobody ships.
private struct Antipathy: HostScore {
  let name = "antipathy"
  func score(of host: HostOutlook) -> Double { host.isUpgraded ? -1 : 1 }
}

@Suite struct PlugInTests {
  @Test func `a rule of one's own is one type`() throws {
    let rules = EligibilityRules(cpu: .any, [EvenKernelsOnly()])
    #expect(try rules.verdict(on: Scene.candidate()) == .allowed)
    let odd = try Scene.candidate { $0.guestKernel = KernelVersion("5.11") }
    #expect(rules.verdict(on: odd) == .refused(RefusalReason(rawValue: "odd")))
  }

  @Test func `a score of one's own is one type`() {
    let host = HostOutlook(freeMemory: 0.5, freeDisk: 0.25, freeCores: -1, isUpgraded: true)
    #expect(WeightedScore(Antipathy(), weight: 2).score.score(of: host) == -1)
    #expect(HostScores.shipped.map { $0.score(of: host) } == [0.5, 0.25, -1, 1])
    #expect(Set(HostScores.shipped.map(\.name)).count == HostScores.shipped.count)
  }
}
