internal import CutoverCore
internal import FleetModel

/// A running guest does not go to a host whose kernel and hypervisor are older than its own host's. Hosts of which no
/// version is known are taken as they are.
public struct VersionRule: EligibilityRule {
  public let name = "not-older"
  public let looksAtHosts = true
  public init() {}

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    guard candidate.plan.carriesRunningState, let from = candidate.source?.kernel,
      let to = candidate.target?.kernel, to < from
    else { return .allowed }
    return .refused(.version)
  }

  public func finding(on candidate: Candidate) -> String? {
    guard let from = candidate.source?.kernel, let to = candidate.target?.kernel else { return nil }
    return "runs on hypervisor \(from), and the host has \(to)"
  }

  public func remedy(for candidate: Candidate) -> String? {
    "targets that have been upgraded, or a way to move that boots it"
  }
}

/// The other host or its site must offer all that the guest needs: a VLAN, huge pages, a kind of GPU.
public struct FeatureRule: EligibilityRule {
  public let name = "features"
  public let looksAtHosts = true
  public init() {}

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    guard let target = candidate.target else { return .allowed }
    return candidate.traits.needs.allSatisfy(target.features.contains) ? .allowed : .refused(.features)
  }

  public func finding(on candidate: Candidate) -> String? {
    guard let target = candidate.target else { return nil }
    let missing = candidate.traits.needs.filter { !target.features.contains($0) }
    return "needs \(missing.joined(separator: ", ")), which the host does not offer"
  }

  public func remedy(for candidate: Candidate) -> String? {
    "hosts that offer \(candidate.traits.needs.joined(separator: ", "))"
  }
}

/// A disk stays where it is: only hosts that reach it may take the guest.
public struct SharedStorageRule: EligibilityRule {
  public let name = "shared-storage"
  public var modes: [PlanMode] = [.running]
  public init() {}

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    modes.cover(candidate.plan) && candidate.plan.media.contains(.disk) ? .refused(.storage) : .allowed
  }

  public func finding(on candidate: Candidate) -> String? { "its disk would have to travel" }
  public func remedy(for candidate: Candidate) -> String? { "hosts that share storage with its own" }
}
