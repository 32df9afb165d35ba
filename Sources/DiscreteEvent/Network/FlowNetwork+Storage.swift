internal import Quantities

extension FlowNetwork {
  /// What a resource is to the solver, besides its level.
  struct Resource: BitwiseCopyable, Sendable {
    /// Bytes per second.
    var capacity: Double
    /// What one unit of weight at this resource's level has been served, in bytes, up to `since`.
    var service = 0.0
    var since = Instant.zero
    /// No flow of this group may have a level above this one before it is looked at: a lower bound of the flows' caps
    /// and of the guards of the cold resources that they cross.
    var ceiling = Double.infinity
    /// Bytes that flows had carried over it by their end.
    var carried = 0.0
    /// The flow of the group that is filed as the next to complete, or -1.
    var next: Int32 = -1
    /// Whether its group is to be filed anew at the end of the solution.
    var isChanged = false
  }

  struct Flow: BitwiseCopyable, Sendable {
    /// Bytes.
    var amount: Double
    /// Bytes still to pass at `settled`; in a group, what counts is `finish`.
    var remaining: Double
    /// The group's service at which the flow completes.
    var finish = 0.0
    /// Bytes per second.
    var cap: Double
    /// The cap per unit of weight: the flow's level when nothing else holds it back.
    var capLevel: Double
    var weight: Double
    var settled: Instant
    var serial: UInt64
    var owner: Int32
    var generation: UInt32 = 0
    /// The resource whose level is the flow's; -1: its own cap.
    var bottleneck: Int32 = -1
    /// Where it is in its group's heap.
    var position: Int32 = -1
    var hopCount: Int32
    var standing = Standing.loose
    var isActive = true

    init(
      amount: Bytes, cap: Double, weight: Double, started: Instant, owner: Int32, serial: UInt64,
      hopCount: Int32
    ) {
      self.amount = amount.value
      remaining = amount.value
      self.cap = cap
      capLevel = cap / weight
      self.weight = weight
      settled = started
      self.owner = owner
      self.serial = serial
      self.hopCount = hopCount
    }
  }

  /// How a flow's progress is accounted.
  enum Standing: UInt8, BitwiseCopyable, Sendable {
    /// Settled now, waiting to be placed at the end of the solution.
    case loose
    /// In the heap of its bottleneck's group, by `finish`.
    case grouped
    /// At its own cap, filed by itself.
    case single
    /// All has passed; filed by itself under the instant of completion.
    case done
  }

  /// One crossing of a resource, as the flow sees it: index `slot * FlowPath.limit + step`. A short path ends with a
  /// crossing of resource -1.
  struct Hop: BitwiseCopyable, Sendable {
    var resource: Int32 = -1
    /// Where the crossing is among the resource's members.
    var position: Int32 = -1
  }

  /// One crossing, as the resource sees it.
  struct Member: BitwiseCopyable, Sendable {
    /// The index of the ``Hop``.
    var hop: Int32
    /// The flow's bottleneck, repeated here so that the solver reads members in a row.
    var bottleneck: Int32
    var weight: Double

    @inline(__always) var slot: Int { Int(UInt32(bitPattern: hop) / UInt32(FlowPath.limit)) }
  }

  // MARK: - Slots

  mutating func newSlot(_ flow: Flow) -> Int {
    if !freeFlows.isEmpty {
      let slot = Int(freeFlows.removeLast())
      let generation = flows[slot].generation
      flows[slot] = flow
      flows[slot].generation = generation
      return slot
    }
    let slot = singles.addSlot()
    flows.append(flow)
    for _ in 0..<FlowPath.limit { hops.append(Hop()) }
    return slot
  }

  func id(ofSlot slot: Int) -> FlowID { FlowID(slot: Int32(slot), generation: flows[slot].generation) }

  func slot(of flow: FlowID) -> Int {
    precondition(isActive(flow), "the flow has completed or been cancelled")
    return Int(flow.slot)
  }

  // MARK: - Membership

  mutating func link(_ slot: Int, _ step: Int, to resource: Int) {
    precondition(resource >= 0 && resource < resources.count, "there is no resource \(resource)")
    let hop = slot * FlowPath.limit + step
    hops[hop] = Hop(resource: Int32(resource), position: Int32(members.count(resource)))
    members.append(
      Member(hop: Int32(hop), bottleneck: flows[slot].bottleneck, weight: flows[slot].weight), to: resource)
    touch(resource)
  }

  private mutating func unlink(_ hop: Int) {
    let place = hops[hop]
    let resource = Int(place.resource)
    let last = members.removeLast(of: resource)
    if Int(last.hop) != hop {
      members[resource, Int(place.position)] = last
      hops[Int(last.hop)].position = place.position
    }
    // A cold resource stays cold with one flow less.
    if heat[resource] != 0 { touch(resource) }
  }

  /// Makes `bottleneck` the resource (or -1, the cap) whose level is the flow's.
  @inline(__always) mutating func assign(_ slot: Int, to bottleneck: Int32) {
    flows[slot].bottleneck = bottleneck
    for step in 0..<Int(flows[slot].hopCount) {
      let place = hops[slot * FlowPath.limit + step]
      members[Int(place.resource), Int(place.position)].bottleneck = bottleneck
    }
  }

  /// Takes a flow out of everything, books what it carried and gives its slot back.
  mutating func remove(_ slot: Int) {
    settle(slot)
    loosen(slot)
    let passed = flows[slot].amount - flows[slot].remaining
    for step in 0..<Int(flows[slot].hopCount) {
      let hop = slot * FlowPath.limit + step
      resources[Int(hops[hop].resource)].carried += passed
      unlink(hop)
    }
    flows[slot].isActive = false
    flows[slot].generation &+= 1
    freeFlows.append(Int32(slot))
    count -= 1
  }
}
