public import CutoverCore

/// One attempt that somebody would like to make, as the rules see it.
public struct Candidate: Sendable {
  public var plan: CutoverPlan
  public var guestCPU: CPUFacts
  public var guestKernel: KernelVersion?
  public var forbidsLive: Bool

  public init(plan: CutoverPlan, guestCPU: CPUFacts, guestKernel: KernelVersion?, forbidsLive: Bool) {
    self.plan = plan
    self.guestCPU = guestCPU
    self.guestKernel = guestKernel
    self.forbidsLive = forbidsLive
  }
}

/// What a rule says.
public enum EligibilityVerdict: Hashable, Sendable {
  case allowed
  case refused(RefusalReason)
  /// It may be tried, and may go wrong in a known way.
  case risky(KernelPolicyRow)
}

/// A rule about who may be moved how. It looks at the plan and the facts, never at a strategy's name.
public protocol EligibilityRule: Sendable {
  func verdict(on candidate: Candidate) -> EligibilityVerdict
}

/// Rules in order: the first that refuses names the reason; if none does, the first that knows of a risk names that.
public struct EligibilityRules: Sendable {
  public var rules: [any EligibilityRule]
  /// The rule about the other host's CPU. It stands apart because it is asked of every host that could be the target.
  public var cpu: CPURule

  public init(cpu: CPURule, _ rules: [any EligibilityRule]) {
    self.cpu = cpu
    self.rules = rules
  }

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    var risk = EligibilityVerdict.allowed
    for rule in rules {
      switch rule.verdict(on: candidate) {
      case .allowed: continue
      case .refused(let reason): return .refused(reason)
      // A risk that one rule would take does not overrule another one's refusal.
      case .risky(let row): if risk == .allowed { risk = .risky(row) }
      }
    }
    return risk
  }
}

/// A customer may forbid that his guest is moved while it runs.
public struct RespectOptOut: EligibilityRule {
  public init() {}

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    candidate.forbidsLive && candidate.plan.carriesRunningState ? .refused(.optedOut) : .allowed
  }
}

extension KernelPolicy: EligibilityRule {
  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    guard candidate.plan.carriesRunningState, let kernel = candidate.guestKernel, let row = row(for: kernel)
    else { return .allowed }
    return row.effect == .refuse ? .refused(.kernel) : .risky(row)
  }
}
