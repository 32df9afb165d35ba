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

  public func finding(on candidate: Candidate) -> String? { row(for: candidate)?.finding(on: candidate) }

  public func remedy(for candidate: Candidate) -> String? {
    guard let row = row(for: candidate) else { return nil }
    return row.remedy.isEmpty ? row.newerKernel(than: candidate.guestKernel) : row.remedy
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

  /// All that made the row speak of the candidate.
  func finding(on candidate: Candidate) -> String? {
    var parts: [String] = []
    if !guests.isEmpty, let os = candidate.traits.os { parts.append("guest system \(os)") }
    if let kernel = candidate.guestKernel, let range = affected.first(where: { $0.contains(kernel) }) {
      parts.append("guest kernel \(kernel) is \(range.words)")
    }
    if !hypervisors.isEmpty, let family = candidate.target?.hypervisor {
      parts.append("the host runs \(family)")
    }
    if let range = sourceKernel, let kernel = candidate.source?.kernel {
      parts.append("its own host's kernel \(kernel) is \(range.words)")
    }
    if let range = targetKernel, let kernel = candidate.target?.kernel {
      parts.append("the host's kernel \(kernel) is \(range.words)")
    }
    let words = parts.joined(separator: ", ")
    return id.isEmpty ? words : "row \(id): \(words)"
  }

  /// The first kernel behind the range that a guest's is in, if none of the others holds that one.
  func newerKernel(than kernel: KernelVersion?) -> String? {
    guard let kernel, let end = affected.first(where: { $0.contains(kernel) })?.to,
      !affected.contains(where: { $0.contains(end) })
    else { return nil }
    return "a guest kernel of \(end) or newer"
  }

  /// Whether anything else narrows it down, so that a row without kernels does not mean everybody.
  public var speaksOfMoreThanKernels: Bool {
    !guests.isEmpty || !hypervisors.isEmpty || sourceKernel != nil || targetKernel != nil
  }

  /// Whether it speaks wherever another row would, so that the other one has nothing to say behind it.
  public func coversAll(of other: KernelPolicyRow) -> Bool {
    func includes(_ own: [String], _ others: [String]) -> Bool {
      own.isEmpty || (!others.isEmpty && others.allSatisfy(own.contains))
    }
    func includes(_ own: KernelRange?, _ others: KernelRange?) -> Bool {
      guard let own else { return true }
      return others.map(own.contains) ?? false
    }
    let ranges =
      affected.isEmpty
      || (!other.affected.isEmpty
        && other.affected.allSatisfy { range in affected.contains { $0.contains(range) } })
    return ranges && includes(guests, other.guests) && includes(hypervisors, other.hypervisors)
      && includes(sourceKernel, other.sourceKernel) && includes(targetKernel, other.targetKernel)
      && (modes.contains(.any) || other.modes.allSatisfy(modes.contains))
  }
}
