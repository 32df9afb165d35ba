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

  public func finding(on candidate: Candidate) -> String? {
    guard let host = candidate.target else { return nil }
    let guest = candidate.guestCPU
    if guest.vendor != host.cpu.vendor {
      return
        "booted on \(guest.model) (\(guest.vendor.rawValue)), and \(host.cpu.model) is \(host.cpu.vendor.rawValue)"
    }
    if self == .level {
      let (needed, offered) = (
        CPUMicroarchitecture.level(of: guest.features), CPUMicroarchitecture.level(of: host.cpu.features)
      )
      return "booted with x86-64-v\(needed), and \(host.cpu.model) offers x86-64-v\(offered)"
    }
    if self == .sameFamily, guest.model != host.cpu.model {
      return "booted on \(guest.model), and the host is \(host.cpu.model)"
    }
    let offered = self == .supersetOfPool ? host.poolFeatures : host.cpu.features
    let missing = CPUFeatureTable.names(in: guest.features.subtracting(offered))
    guard missing.isEmpty else {
      let lacking = self == .supersetOfPool ? "the pool of \(host.cpu.model)" : host.cpu.model
      return "booted with \(CPURule.listed(missing)), which \(lacking) lacks"
    }
    return "booted on \(guest.model), and \(host.cpu.model) is an older generation"
  }

  /// The first names of a list that may be long.
  private static func listed(_ names: [String]) -> String {
    let shown = 4
    guard names.count > shown + 1 else { return names.joined(separator: ", ") }
    return names.prefix(shown).joined(separator: ", ") + " and \(names.count - shown) more features"
  }

  public func remedy(for candidate: Candidate) -> String? {
    "a reboot: it then has the CPU features of the host that it boots on"
  }
}
