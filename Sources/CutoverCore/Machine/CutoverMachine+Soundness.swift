// Machines that come from a file.

extension CutoverMachine {
  /// Whether it can be gone on with: its plan does not contradict itself, and it is at a place that the plan has.
  ///
  /// `Decodable` takes any numbers; a driver that decodes a machine from what somebody may have written asks.
  public var isSound: Bool {
    guard (try? plan.validate()) != nil else { return false }
    switch phase {
    case .replicating(let stage, _): return plan.replication.indices.contains(stage)
    // All media, the device state, the resize, the proof.
    case .inOutage(let index): return (0...plan.media.count + 2).contains(index)
    default: return true
    }
  }
}
