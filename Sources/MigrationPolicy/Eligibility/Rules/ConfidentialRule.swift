internal import CutoverCore
internal import FleetModel

/// Memory that the CPU of its host has sealed (SEV, TDX) cannot be read, and so cannot be copied.
public struct ConfidentialRule: EligibilityRule {
  public let name = "confidential"
  public init() {}

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    candidate.traits.confidential != nil && candidate.plan.carriesRunningState
      ? .refused(.confidential) : .allowed
  }

  public func finding(on candidate: Candidate) -> String? {
    candidate.traits.confidential.map { "its memory is sealed by \($0.rawValue)" }
  }

  public func remedy(for candidate: Candidate) -> String? { "a way to move that shuts it down" }
}
