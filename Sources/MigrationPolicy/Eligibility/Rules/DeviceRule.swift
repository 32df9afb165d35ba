internal import CutoverCore
public import FleetModel
public import Quantities

/// What is done about guests with devices that do not simply travel.
public struct DeviceRule: EligibilityRule {
  public enum Treatment: Hashable, Sendable {
    /// The guest is tied to its host.
    case refuse
    /// It can only be moved while it is down.
    case shutdown
    /// The device is taken out and put back; clients miss the guest for so much longer.
    case unplug(Duration)
  }

  public let name = "devices"
  /// Devices that are not named here travel as if they were none.
  public var treatments: [(device: GuestDevice, treatment: Treatment)]

  public init(_ treatments: [(device: GuestDevice, treatment: Treatment)]) { self.treatments = treatments }

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    guard let device = candidate.traits.device,
      let treatment = treatments.first(where: { $0.device == device })?.treatment
    else { return .allowed }
    switch treatment {
    case .refuse: return .refused(.device)
    case .shutdown: return candidate.plan.carriesRunningState ? .refused(.device) : .allowed
    case .unplug(let time): return candidate.plan.carriesRunningState ? .slower(time) : .allowed
    }
  }

  public func finding(on candidate: Candidate) -> String? {
    candidate.traits.device.map { "has a device of the kind \($0.rawValue)" }
  }

  public func remedy(for candidate: Candidate) -> String? {
    let treatment = treatments.first { $0.device == candidate.traits.device }?.treatment
    return treatment == .shutdown
      ? "a way to move that shuts it down, or its device removed" : "its device removed"
  }
}
