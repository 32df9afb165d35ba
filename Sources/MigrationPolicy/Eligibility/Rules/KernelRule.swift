internal import CutoverCore
internal import FleetModel

extension KernelPolicy: EligibilityRule {
  public var name: String { "kernels" }

  public var looksAtHosts: Bool {
    rows.contains { !$0.hypervisors.isEmpty || $0.sourceKernel != nil || $0.targetKernel != nil }
  }

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    guard let row = row(for: candidate) else { return .allowed }
    return row.effect == .refuse || row.detected == .before ? .refused(.kernel) : .risky(row)
  }

  public func remedy(for candidate: Candidate) -> String? {
    row(for: candidate).flatMap { $0.remedy.isEmpty ? nil : $0.remedy }
  }

  /// The first row that speaks of this guest, these hosts and this way of moving.
  func row(for candidate: Candidate) -> KernelPolicyRow? { rows.first { $0.speaks(of: candidate) } }
}

extension KernelPolicyRow {
  func speaks(of candidate: Candidate) -> Bool {
    guard modes.cover(candidate.plan) else { return false }
    if !guests.isEmpty { guard candidate.traits.os.map(guests.contains) == true else { return false } }
    if !affected.isEmpty || !speaksOfMoreThanKernels {
      guard let kernel = candidate.guestKernel, affected.contains(where: { $0.contains(kernel) }) else {
        return false
      }
    }
    if !hypervisors.isEmpty {
      guard candidate.target?.hypervisor.map(hypervisors.contains) == true else { return false }
    }
    if let sourceKernel {
      guard candidate.source?.kernel.map(sourceKernel.contains) == true else { return false }
    }
    if let targetKernel {
      guard candidate.target?.kernel.map(targetKernel.contains) == true else { return false }
    }
    return true
  }

  /// Whether anything else narrows it down, so that a row without kernels does not mean everybody.
  public var speaksOfMoreThanKernels: Bool {
    !guests.isEmpty || !hypervisors.isEmpty || sourceKernel != nil || targetKernel != nil
  }
}
