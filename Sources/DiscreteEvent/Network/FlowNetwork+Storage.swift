internal import Quantities

extension FlowNetwork {
  struct Resource: BitwiseCopyable, Sendable {
    /// Bytes per second.
    var capacity: Double
    /// Bytes that flows had carried over it when each was last settled.
    var carried = 0.0
    /// The first hop of the chain of flows on it, or -1.
    var firstHop: Int32 = -1
    /// The number of hops in the chain.
    var hopCount: Int32 = 0
    /// Whether it is on the solver's list of changes.
    var isTouched = false
  }

  struct Flow: BitwiseCopyable, Sendable {
    /// Bytes.
    var amount: Double
    /// Bytes still to pass at `settled`.
    var remaining: Double
    /// Bytes per second since `settled`.
    var rate = 0.0
    var cap: Double
    var weight: Double
    var settled: Instant
    var serial: UInt64
    var owner: Int32
    var generation: UInt32
    var hopCount: Int32
    var isActive = true
    /// Whether it is on the solver's list of changes.
    var isTouched = false

    init(
      amount: Bytes, cap: Double, weight: Double, started: Instant, owner: Int32, serial: UInt64,
      generation: UInt32, hopCount: Int32
    ) {
      self.amount = amount.value
      remaining = amount.value
      self.cap = cap
      self.weight = weight
      settled = started
      self.owner = owner
      self.serial = serial
      self.generation = generation
      self.hopCount = hopCount
    }
  }

  /// A flow's place in the doubly linked chain of a resource; its index is `slot * FlowPath.limit + step`.
  struct Hop: BitwiseCopyable, Sendable {
    var resource: Int32 = -1
    var next: Int32 = -1
    var previous: Int32 = -1
  }

  // MARK: - Slots and chains

  mutating func newSlot() -> Int {
    if !freeFlows.isEmpty { return Int(freeFlows.removeLast()) }
    let slot = completions.addSlot()
    let blank = Flow(
      amount: .zero, cap: 0, weight: 1, started: now, owner: -1, serial: 0, generation: 0, hopCount: 0)
    flows.append(blank)
    for _ in 0..<FlowPath.limit { hops.append(Hop()) }
    return slot
  }

  func id(ofSlot slot: Int) -> FlowID { FlowID(slot: Int32(slot), generation: flows[slot].generation) }

  func slot(of flow: FlowID) -> Int {
    precondition(isActive(flow), "the flow has completed or been cancelled")
    return Int(flow.slot)
  }

  mutating func link(_ slot: Int, _ step: Int, to resource: Int) {
    precondition(resource >= 0 && resource < resources.count, "there is no resource \(resource)")
    let hop = slot * FlowPath.limit + step
    let head = resources[resource].firstHop
    hops[hop] = Hop(resource: Int32(resource), next: head, previous: -1)
    if head >= 0 { hops[Int(head)].previous = Int32(hop) }
    resources[resource].firstHop = Int32(hop)
    resources[resource].hopCount += 1
  }

  mutating func unlink(_ hop: Int) {
    let link = hops[hop]
    if link.previous >= 0 {
      hops[Int(link.previous)].next = link.next
    } else {
      resources[Int(link.resource)].firstHop = link.next
    }
    if link.next >= 0 { hops[Int(link.next)].previous = link.previous }
    resources[Int(link.resource)].hopCount -= 1
  }

  /// Takes a settled flow out of everything and gives its slot back.
  mutating func remove(_ slot: Int) {
    for step in 0..<Int(flows[slot].hopCount) {
      let hop = slot * FlowPath.limit + step
      touch(resource: Int(hops[hop].resource))
      unlink(hop)
    }
    if completions.contains(slot: slot) { completions.remove(slot: slot) }
    flows[slot].isActive = false
    flows[slot].generation &+= 1
    freeFlows.append(Int32(slot))
    count -= 1
  }

  // MARK: - Time

  /// Moves on to `time`, with the rates that hold until then worked out.
  mutating func advance(to time: Instant) {
    precondition(time >= now, "time does not go back")
    guard time > now else { return }
    solve()
    precondition(
      completions.count == 0 || TimedHeap.time(of: completions.least) >= time,
      "a flow completed earlier than this and has not been taken out")
    now = time
  }

  /// Books what the flow has carried since it was last settled.
  mutating func settle(_ slot: Int) {
    let moved = moved(slot, by: now)
    flows[slot].settled = now
    guard moved > 0 else { return }
    flows[slot].remaining -= moved
    for step in 0..<Int(flows[slot].hopCount) {
      resources[Int(hops[slot * FlowPath.limit + step].resource)].carried += moved
    }
  }

  /// The bytes that have passed between the last settlement and `time`, at most what was left.
  func moved(_ slot: Int, by time: Instant) -> Double {
    let flow = flows[slot]
    // A completed flow has passed whole, whatever rounding says.
    if completions.contains(slot: slot), completions.time(ofSlot: slot) <= time { return flow.remaining }
    return min(flow.rate * (time - flow.settled).seconds, flow.remaining)
  }

  /// Files the flow, settled now, under the instant at which it will complete; unfiles it if that is never.
  mutating func file(_ slot: Int) {
    let flow = flows[slot]
    let end =
      flow.remaining <= 0 ? now : now + Duration(roundingUpSeconds: flow.remaining / flow.rate)
    // Rate zero, or too slow for the range of time: never.
    if end < .distantFuture {
      file(slot, at: end)
    } else if completions.contains(slot: slot) {
      completions.remove(slot: slot)
    }
  }

  mutating func file(_ slot: Int, at time: Instant) {
    let key = TimedHeap.key(time, serial: flows[slot].serial, slot: slot)
    if completions.contains(slot: slot) {
      completions.move(slot: slot, to: key)
    } else {
      completions.insert(key)
    }
  }
}
