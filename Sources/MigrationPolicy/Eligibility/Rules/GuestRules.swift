internal import CutoverCore
internal import FleetModel

/// The guest must have an agent that answers.
public struct AgentRule: EligibilityRule {
  public let name = "agent"
  public var modes: [PlanMode] = [.any]
  public init() {}

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    modes.cover(candidate.plan) && !candidate.traits.hasAgent ? .refused(.guest) : .allowed
  }

  public func finding(on candidate: Candidate) -> String? { "has no agent" }
  public func remedy(for candidate: Candidate) -> String? { "an agent in the guest" }
}

/// A guest without ACPI cannot be asked to shut down, so no plan may count on that.
public struct ACPIRule: EligibilityRule {
  public let name = "acpi"
  public init() {}

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    guard case .shutDown = candidate.plan.stop, !candidate.traits.hasACPI else { return .allowed }
    return .refused(.guest)
  }

  public func finding(on candidate: Candidate) -> String? {
    "does not heed ACPI, and would be asked to shut down"
  }
  public func remedy(for candidate: Candidate) -> String? { "a way to move that does not shut it down" }
}

/// A guest is left alone while it is being backed up.
public struct BusyRule: EligibilityRule {
  public let name = "busy"
  public var modes: [PlanMode] = [.any]
  public init() {}

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    candidate.isBackingUp && !candidate.isEmergency && modes.cover(candidate.plan) ? .later(.busy) : .allowed
  }

  public func finding(on candidate: Candidate) -> String? { "is being backed up" }
  public func remedy(for candidate: Candidate) -> String? { "another time: its backup ends by itself" }
}
