public import CutoverCore
public import Quantities

/// What is known to happen to guest kernels that are moved while they run: a table, read from the top.
///
/// Probabilities that nobody has published are inputs of the scenario, never built in.
public struct KernelPolicy: Hashable, Sendable {
  public var rows: [KernelPolicyRow]

  public init(_ rows: [KernelPolicyRow] = []) { self.rows = rows }

  /// The first row that speaks of this kernel.
  public func row(for kernel: KernelVersion) -> KernelPolicyRow? {
    rows.first { row in row.affected.contains { $0.contains(kernel) } }
  }
}

/// From this version on, up to but not including that one.
public struct KernelRange: Hashable, Sendable {
  public var from: KernelVersion?
  public var to: KernelVersion?

  public init(from: KernelVersion?, to: KernelVersion?) {
    self.from = from
    self.to = to
  }

  public func contains(_ version: KernelVersion) -> Bool {
    if let from, version < from { return false }
    if let to, version >= to { return false }
    return true
  }

  /// Whether all of another range lies in it.
  func contains(_ other: KernelRange) -> Bool {
    if let from { guard let start = other.from, start >= from else { return false } }
    if let to { guard let end = other.to, end <= to else { return false } }
    return true
  }

  /// `below 3.0`, `from 4.11 on and below 4.14.97`, `4.11 or newer`.
  var words: String {
    switch (from, to) {
    case (let from?, let to?): "from \(from) on and below \(to)"
    case (let from?, nil): "\(from) or newer"
    case (nil, let to?): "below \(to)"
    case (nil, nil): "any"
    }
  }
}

/// One thing known of some kernels.
public struct KernelPolicyRow: Hashable, Sendable {
  public var id = ""
  /// Kernels of the guest; several ranges where branches were fixed one by one. None: all, if anything else is said.
  public var affected: [KernelRange] = []
  /// Operating systems of the guest; none: all.
  public var guests: [String] = []
  /// Families of hypervisors; none: all.
  public var hypervisors: [String] = []
  /// Kernels of the host that the guest leaves, and of the one that takes it.
  public var sourceKernel: KernelRange?
  public var targetKernel: KernelRange?
  public var modes: [PlanMode] = [.running]
  public var effect = KernelEffect.refuse
  /// Of the effect, per attempt.
  public var probability = 1.0
  public var detected = KernelFaultDetection.during
  /// From the fault until somebody notices; the guest serves nobody meanwhile.
  public var detectionDelay = Duration.minutes(2)
  /// What helps, in words.
  public var remedy = ""

  public init() {}
}

/// What a kernel does when it is moved.
public enum KernelEffect: String, Hashable, Sendable, CaseIterable {
  /// It is known beforehand: not even tried.
  case refuse
  /// It stops answering, until somebody notices.
  case hang
  /// It dies at once, and its hypervisor sees that.
  case crash
  /// It goes on with a wrong clock: counted as an incident, but clients reach it all the time.
  case clock
  /// It goes on, and nobody reaches it until somebody notices; then its network is plugged in anew.
  case netLoss = "net-loss"

  /// Whether the guest does not go on.
  public var stopsGuest: Bool { self == .hang || self == .crash }
}

/// When a fault of the guest's kernel comes to light.
public enum KernelFaultDetection: String, Hashable, Sendable, CaseIterable {
  /// By a check before anything is done: it is refused.
  case before
  /// While memory is copied: the attempt is called off and the guest booted where it was.
  case during
  /// When it does not come back at the destination: rolled back, with nothing lost.
  case atResume = "at-resume"
  /// After success was reported: an incident, ended by a reboot at the destination.
  case afterwards
}
