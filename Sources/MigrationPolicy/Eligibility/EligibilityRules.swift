public import CutoverCore
public import Quantities

/// Rules in order: the first that refuses names the reason; if none does, the first that knows of a risk names that.
public struct EligibilityRules: Sendable {
  public var rules: [any EligibilityRule]
  /// The rule about the other host's CPU that stands behind all others.
  public var cpu: CPURule

  public init(cpu: CPURule, _ rules: [any EligibilityRule]) {
    self.cpu = cpu
    self.rules = rules
  }

  /// Whether more must be known of the hosts than what the CPUs of two of them can do.
  public var looksAtHosts: Bool { cpu == .supersetOfPool || rules.contains { $0.looksAtHosts } }

  /// All rules that look at the guest alone; of the others nothing is said.
  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    let decision = decision(on: candidate)
    if let refusal = decision.refusal {
      return refusal.isFinal ? .refused(refusal.reason) : .later(refusal.reason)
    }
    return decision.risk.map(EligibilityVerdict.risky) ?? .allowed
  }

  /// What all rules together say. Without a target those that look at hosts are left out.
  public func decision(on candidate: Candidate) -> EligibilityDecision {
    var decision = EligibilityDecision()
    for (number, rule) in ordered.enumerated() where candidate.target != nil || !rule.looksAtHosts {
      switch rule.verdict(on: candidate) {
      case .allowed: continue
      case .refused(let reason):
        decision.refusal = RuleRefusal(
          rule: number, name: rule.name, reason: reason, isFinal: true, remedy: rule.remedy(for: candidate))
        return decision
      case .later(let reason):
        decision.refusal = RuleRefusal(
          rule: number, name: rule.name, reason: reason, isFinal: false, remedy: rule.remedy(for: candidate))
        return decision
      // A risk that one rule would take does not overrule another one's refusal.
      case .risky(let row): decision.risk = decision.risk ?? row
      case .slower(let time): decision.delay = decision.delay + time
      }
    }
    return decision
  }

  /// All the rules that stand in the way, in order, with what they compared: for people. Without a target those that
  /// look at hosts are left out.
  public func findings(on candidate: Candidate) -> [RuleFinding] {
    ordered.enumerated().compactMap { number, rule in
      guard candidate.target != nil || !rule.looksAtHosts else { return nil }
      let (reason, isFinal): (RefusalReason, Bool)
      switch rule.verdict(on: candidate) {
      case .allowed, .risky, .slower: return nil
      case .refused(let why): (reason, isFinal) = (why, true)
      case .later(let why): (reason, isFinal) = (why, false)
      }
      return RuleFinding(
        refusal: RuleRefusal(
          rule: number, name: rule.name, reason: reason, isFinal: isFinal,
          remedy: rule.remedy(for: candidate)),
        words: rule.finding(on: candidate), looksAtHosts: rule.looksAtHosts)
    }
  }

  private var ordered: [any EligibilityRule] { rules + [cpu] }
}

/// What the rules say of an attempt.
public struct EligibilityDecision: Hashable, Sendable {
  public var refusal: RuleRefusal?
  public var risk: KernelPolicyRow?
  /// Added to the time until clients reach the guest again.
  public var delay = Duration.zero

  public init() {}
}

/// The rule that stands in the way.
public struct RuleRefusal: Hashable, Sendable {
  /// Its place in the order.
  public var rule: Int
  public var name: String
  public var reason: RefusalReason
  /// Whether it is of no use to ask again later.
  public var isFinal: Bool
  /// What would help.
  public var remedy: String?
}

/// A refusal with the values that it came from.
public struct RuleFinding: Hashable, Sendable {
  public var refusal: RuleRefusal
  /// The values, side by side.
  public var words: String?
  /// Whether another host might do.
  public var looksAtHosts: Bool
}
