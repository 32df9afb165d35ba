public import Quantities

extension FlowNetwork {
  /// The flow's rate at ``now``; the flow must be under way.
  public mutating func rate(of flow: FlowID) -> ByteRate {
    let slot = slot(of: flow)
    solve()
    return ByteRate(bytesPerSecond: rate(ofSlot: slot))
  }

  /// What has not yet passed at `time`, in whole bytes rounded up; the flow must be under way, and `time` must lie
  /// between ``now`` and the next completion.
  public mutating func remaining(of flow: FlowID, at time: Instant) -> Bytes {
    let slot = slot(of: flow)
    solve()
    return Bytes(rounding: left(slot, at: time).rounded(.up))
  }

  /// What has passed by `time`: the flow's amount less ``remaining(of:at:)``.
  public mutating func transferred(of flow: FlowID, at time: Instant) -> Bytes {
    Bytes(rounding: flows[slot(of: flow)].amount) - remaining(of: flow, at: time)
  }

  /// The number that the caller gave the flow.
  public func owner(of flow: FlowID) -> Int32 { flows[slot(of: flow)].owner }

  /// The sum of the rates over a resource at ``now``; O(flows on it).
  public mutating func load(of resource: ResourceID) -> ByteRate {
    solve()
    var sum = 0.0
    for member in members.elements(Int(resource.index)) { sum += rate(ofSlot: member.slot) }
    return ByteRate(bytesPerSecond: sum)
  }

  /// All that flows have carried over a resource by ``now``, in bytes. O(flows on it).
  public mutating func carried(over resource: ResourceID) -> Double {
    solve()
    var sum = resources[Int(resource.index)].carried
    for member in members.elements(Int(resource.index)) {
      sum += flows[member.slot].amount - left(member.slot, at: now)
    }
    return sum
  }

  /// A flow's rate by the solution at hand.
  func rate(ofSlot slot: Int) -> Double {
    let flow = flows[slot]
    return flow.bottleneck >= 0 ? levels[Int(flow.bottleneck)] * flow.weight : flow.cap
  }
}
