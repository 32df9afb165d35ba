internal import CutoverCore
internal import FleetModel

extension CPURule: EligibilityRule {
  public var name: String { "cpu" }
  public var looksAtHosts: Bool { self != .any }

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    guard candidate.plan.carriesRunningState, let target = candidate.target else { return .allowed }
    let isAllowed =
      self == .supersetOfPool
      ? candidate.guestCPU.vendor == target.cpu.vendor
        && target.poolFeatures.isSuperset(of: candidate.guestCPU.features)
      : allows(candidate.guestCPU, on: target.cpu)
    return isAllowed ? .allowed : .refused(.cpu)
  }

  public func remedy(for candidate: Candidate) -> String? {
    "a reboot: it then has the CPU features of the host that it boots on"
  }
}
