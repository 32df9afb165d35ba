internal import CutoverCore
internal import FleetModel

/// An owner may forbid that his guest is moved in ways that it would notice nothing of, or at all.
public struct OptOutRule: EligibilityRule {
  public let name = "opt-out"
  public var modes: [PlanMode] = [.running]
  /// Tenants all of whose guests have opted out, besides the guests whose owners have.
  public var tenants: [String] = []
  public var isOverriddenByEmergency = true

  public init() {}

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    guard modes.cover(candidate.plan), !(candidate.isEmergency && isOverriddenByEmergency) else {
      return .allowed
    }
    let isOut = candidate.forbidsLive || candidate.traits.tenant.map(tenants.contains) == true
    return isOut ? .refused(.optedOut) : .allowed
  }

  public func finding(on candidate: Candidate) -> String? {
    candidate.forbidsLive ? "its owner forbids it" : candidate.traits.tenant.map { "tenant \($0) forbids it" }
  }

  public func remedy(for candidate: Candidate) -> String? {
    "a way to move that its owner has not forbidden, such as reboot with a ticket"
  }
}

/// A customer may forbid that his guest is moved while it runs.
public struct RespectOptOut: EligibilityRule {
  public let name = "respect-opt-out"
  public init() {}

  public func verdict(on candidate: Candidate) -> EligibilityVerdict { OptOutRule().verdict(on: candidate) }

  public func finding(on candidate: Candidate) -> String? { OptOutRule().finding(on: candidate) }
  public func remedy(for candidate: Candidate) -> String? { OptOutRule().remedy(for: candidate) }
}
