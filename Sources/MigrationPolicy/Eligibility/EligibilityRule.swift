public import CutoverCore
public import Quantities

/// A rule about who may be moved how. It looks at the plan and the facts, never at a strategy's name.
///
/// Whoever adds one to the house writes one type in one file, and one line in the grammar's table of rules; whoever
/// brings one along from outside hands it to the reader of scenarios (`PlugIns`).
///
/// ```swift
/// struct NoMoveOfOldKernels: EligibilityRule {
///   let name = "no-old-kernels"
///   func verdict(on candidate: Candidate) -> EligibilityVerdict {
///     candidate.guestKernel.map { $0 < oldest } == true ? .refused(.kernel) : .allowed
///   }
/// }
/// ```
public protocol EligibilityRule: Sendable {
  /// As scenarios write it.
  var name: String { get }
  /// Whether the verdict depends on the host that the guest leaves, or on the one that is to take it. Such a rule is
  /// asked about every kind of host that could be the target; the others once.
  var looksAtHosts: Bool { get }
  /// Asked again only when one of the facts has changed: the same facts must get the same verdict.
  func verdict(on candidate: Candidate) -> EligibilityVerdict
  /// The values that a refusal came from, side by side: `guest kernel 2.6.32 is below 3.0`. Asked only of what the rule
  /// has refused, and by whoever explains it; `nil`: there is nothing to compare.
  func finding(on candidate: Candidate) -> String?
  /// What would make a guest eligible that the rule has refused.
  func remedy(for candidate: Candidate) -> String?
}

extension EligibilityRule {
  public var looksAtHosts: Bool { false }
  public func finding(on candidate: Candidate) -> String? { nil }
  public func remedy(for candidate: Candidate) -> String? { nil }
}

/// What a rule says.
public enum EligibilityVerdict: Hashable, Sendable {
  case allowed
  case refused(RefusalReason)
  /// Not now; it may be asked again later.
  case later(RefusalReason)
  /// It may be tried, and may go wrong in a known way.
  case risky(KernelPolicyRow)
  /// It may be tried, and clients will miss the guest for so much longer.
  case slower(Duration)
}
