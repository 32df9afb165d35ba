import CutoverCore
import FleetModel
import MigrationPolicy
import Quantities
import Testing

@Suite struct CPURuleTests {
  func cpu(_ name: String) throws -> CPUFacts { try #require(CPUCatalog.facts(named: name)) }

  @Test(arguments: [
    // guest booted on, other host, same family, superset, same vendor
    ("cascadelake", "cascadelake", true, true, true), ("cascadelake", "skylake-server", false, false, true),
    ("skylake-server", "cascadelake", false, true, true), ("cascadelake", "epyc-milan", false, false, false),
    // The newer one lacks TSX, which the older one has.
    ("cascadelake", "icelake-server", false, false, true), ("epyc-rome", "epyc-milan", false, true, true),
  ])
  func `each rule asks what it says`(guest: String, host: String, same: Bool, superset: Bool, vendor: Bool) throws {
    let (a, b) = try (cpu(guest), cpu(host))
    #expect(CPURule.sameFamily.allows(a, on: b) == same)
    #expect(CPURule.superset.allows(a, on: b) == superset)
    #expect(CPURule.sameVendor.allows(a, on: b) == vendor)
    #expect(CPURule.any.allows(a, on: b))
  }
}

@Suite struct KernelPolicyTests {
  func version(_ text: String) throws -> KernelVersion { try #require(KernelVersion(text)) }

  func range(_ from: String?, _ to: String?) throws -> KernelRange {
    KernelRange(from: try from.map(version), to: try to.map(version))
  }

  @Test func `a range holds its lower end, and not its upper`() throws {
    let range = try range("4.11", "5.0")
    for inside in ["4.11", "4.11.1", "4.14.200", "4.99"] { #expect(try range.contains(version(inside))) }
    for outside in ["4.10.99", "5.0", "5.0.1", "3.2"] { #expect(try !range.contains(version(outside))) }
    #expect(try self.range(nil, "3.0").contains(version("2.6.32")))
    #expect(try self.range("3.0", nil).contains(version("9")))
    #expect(try self.range(nil, nil).contains(version("1.0")))
  }

  @Test func `the first row that speaks of a kernel counts, in any of its ranges`() throws {
    var (first, second) = (KernelPolicyRow(), KernelPolicyRow())
    first.id = "branches"
    first.affected = try [range("4.11", "4.14.97"), range("4.15", "4.19.17")]
    second.id = "all"
    second.affected = try [range(nil, "5.0")]
    let policy = KernelPolicy([first, second])
    #expect(try policy.row(for: version("4.12"))?.id == "branches")
    #expect(try policy.row(for: version("4.14.97"))?.id == "all")
    #expect(try policy.row(for: version("4.19.16"))?.id == "branches")
    #expect(try policy.row(for: version("5.1")) == nil)
  }
}

@Suite struct EligibilityRulesTests {
  func candidate(carriesState: Bool = true, kernel: String? = "4.12", forbidsLive: Bool = false) throws
    -> Candidate
  {
    let plan =
      carriesState
      ? CutoverPlan(strategy: "s", media: [.memory], stop: .pause, start: .resume)
      : CutoverPlan(
        strategy: "s", media: [], stop: .shutDown(patience: .seconds(1), ifIgnored: .fail), start: .boot)
    return Candidate(
      plan: plan, guestCPU: try #require(CPUCatalog.facts(named: "nehalem")),
      guestKernel: kernel.flatMap { KernelVersion($0) }, forbidsLive: forbidsLive)
  }

  func policy(_ effect: KernelEffect) -> KernelPolicy {
    var row = KernelPolicyRow()
    row.affected = [KernelRange(from: nil, to: nil)]
    row.effect = effect
    return KernelPolicy([row])
  }

  @Test func `an owner's wish binds only what carries a running guest`() throws {
    #expect(try RespectOptOut().verdict(on: candidate(forbidsLive: true)) == .refused(.optedOut))
    #expect(try RespectOptOut().verdict(on: candidate()) == .allowed)
    #expect(try RespectOptOut().verdict(on: candidate(carriesState: false, forbidsLive: true)) == .allowed)
  }

  @Test func `a kernel is refused, risky, or nobody's business`() throws {
    #expect(try policy(.refuse).verdict(on: candidate()) == .refused(.kernel))
    #expect(try policy(.hang).verdict(on: candidate()) == .risky(policy(.hang).rows[0]))
    #expect(try policy(.refuse).verdict(on: candidate(carriesState: false)) == .allowed)
    #expect(try policy(.refuse).verdict(on: candidate(kernel: nil)) == .allowed)
    #expect(try KernelPolicy().verdict(on: candidate()) == .allowed)
  }

  @Test func `no order of the rules turns a refusal into a risk`() throws {
    let both: [any EligibilityRule] = [policy(.hang), RespectOptOut()]
    for rules in [both, both.reversed()] {
      let verdict = try EligibilityRules(cpu: .any, rules).verdict(on: candidate(forbidsLive: true))
      #expect(verdict == .refused(.optedOut))
    }
  }

  @Test func `the first refusal and the first risk name the reason`() throws {
    var other = policy(.hang)
    other.rows[0].id = "second"
    let risk = try EligibilityRules(cpu: .any, [policy(.hang), other]).verdict(on: candidate())
    #expect(risk == .risky(policy(.hang).rows[0]))
    let refusal = try EligibilityRules(cpu: .any, [policy(.refuse), RespectOptOut()])
      .verdict(on: candidate(forbidsLive: true))
    #expect(refusal == .refused(.kernel))
    #expect(try EligibilityRules(cpu: .any, []).verdict(on: candidate()) == .allowed)
  }
}

@Suite struct PlacementScoreTests {
  @Test func `spreading wants the emptier host, packing the fuller`() {
    #expect(PlacementScore.spread.score(freeShare: 0.7) > PlacementScore.spread.score(freeShare: 0.2))
    #expect(PlacementScore.pack.score(freeShare: 0.7) < PlacementScore.pack.score(freeShare: 0.2))
  }
}
