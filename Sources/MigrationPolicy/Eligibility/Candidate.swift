public import CutoverCore
public import FleetModel
public import Quantities

/// One attempt that somebody would like to make, as the rules see it.
public struct Candidate: Sendable {
  public var plan: CutoverPlan
  public var guestCPU: CPUFacts
  public var guestKernel: KernelVersion?
  public var forbidsLive: Bool
  public var traits = GuestTraits()
  public var memory = Bytes.zero
  /// The virtual size of its disk.
  public var disk = Bytes.zero
  /// It has to leave a host that is about to fail, or a hole that is being exploited: wishes count for nothing.
  public var isEmergency = false
  public var isBackingUp = false
  /// The host it leaves, and the kind of host that is to take it; `nil` where only the guest itself is looked at.
  public var source: HostFacts?
  public var target: HostFacts?

  public init(plan: CutoverPlan, guestCPU: CPUFacts, guestKernel: KernelVersion?, forbidsLive: Bool) {
    self.plan = plan
    self.guestCPU = guestCPU
    self.guestKernel = guestKernel
    self.forbidsLive = forbidsLive
  }
}

/// Which plans a rule speaks of.
public enum PlanMode: String, Hashable, Sendable, CaseIterable {
  /// The guest goes on where it stood, however its memory travels.
  case running
  /// So, and its memory is copied while it runs.
  case live
  /// So, and its memory is copied while it stands still.
  case suspend
  /// So, and its disk travels too.
  case withDisk = "with-disk"
  /// The guest boots at the other end.
  case boot
  case any

  public func covers(_ plan: CutoverPlan) -> Bool {
    let copiesMemory = plan.replication.contains { $0.medium == .memory } || plan.postCopy != .never
    return switch self {
    case .running: plan.carriesRunningState
    case .live: plan.carriesRunningState && copiesMemory
    case .suspend: plan.carriesRunningState && !copiesMemory
    case .withDisk: plan.carriesRunningState && plan.media.contains(.disk)
    case .boot: plan.start == .boot
    case .any: true
    }
  }
}

extension [PlanMode] {
  /// Whether one of the modes covers the plan.
  public func cover(_ plan: CutoverPlan) -> Bool { contains { $0.covers(plan) } }
}
