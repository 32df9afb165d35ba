internal import CutoverCore
internal import FleetModel
public import Quantities

/// What is too large to be moved so: old large servers that time out, disks beyond 2 TiB, chains of more than 30 images
/// (XAPI's storage motion).
public struct SizeRule: EligibilityRule {
  public let name = "size"
  public var memory: Bytes?
  /// Of the virtual disk.
  public var disk: Bytes?
  public var chainLength: Int?
  public var modes: [PlanMode] = [.running]

  public init() {}

  public func verdict(on candidate: Candidate) -> EligibilityVerdict {
    guard modes.cover(candidate.plan) else { return .allowed }
    if let memory, candidate.memory > memory { return .refused(.size) }
    if let disk, candidate.plan.media.contains(.disk), candidate.disk > disk { return .refused(.size) }
    if let chainLength, candidate.traits.chainLength > chainLength { return .refused(.size) }
    return .allowed
  }

  public func finding(on candidate: Candidate) -> String? {
    if let memory, candidate.memory > memory { return "\(candidate.memory) of RAM is more than \(memory)" }
    if let disk, candidate.plan.media.contains(.disk), candidate.disk > disk {
      return "a disk of \(candidate.disk) is more than \(disk)"
    }
    guard let chainLength, candidate.traits.chainLength > chainLength else { return nil }
    return "a chain of \(candidate.traits.chainLength) images is longer than \(chainLength)"
  }

  public func remedy(for candidate: Candidate) -> String? {
    "a way to move without this limit, a smaller flavor, or fewer snapshots"
  }
}
