public import Quantities

/// Fluid flows over shared resources at max-min fair rates, exact at every instant.
///
///     var network = FlowNetwork()
///     let link = network.addResource(capacity: .bitsPerSecond(10e9))
///     network.startFlow(.gibibytes(4), over: [link], owner: 7, at: .zero)
///     while let next = network.nextCompletion {
///       while let done = network.complete(at: next.at) { print(done.owner, next.at.seconds) }
///     }
///
/// **Fairness.** A flow's rate is its weight times a level; levels are as high as possible for those that have least
/// (weighted max-min, Bertsekas and Gallager 1992, section 6.5.2), under the capacities and each flow's own cap.
/// Between two changes rates are constant. Whenever something changes, the rates that this can alter are worked out
/// anew; changes at one instant are worked out together, when a rate is needed.
///
/// **Time.** Instants never go back, and none may pass the next completion: a driver goes from one to the next. A flow
/// completes at the first whole nanosecond at which all of it has passed.
///
/// **Cost.** Flows held back by one resource have one level and are kept as a group: another level costs O(1) for all
/// of them, and a scan of the flows on the resource to find it. A change costs that for each resource whose level it
/// alters, and O(log n) for each flow that goes over to another group; nothing for the rest of the network, whatever
/// its size. In the steady state nothing is allocated. The network owns raw memory, therefore it can't be copied.
public struct FlowNetwork: ~Copyable, Sendable {
  var resources = Slab<Resource>()
  /// Per resource, apart from `Resource` because the solver reads them in passing: the level of the flows whose
  /// bottleneck it is (infinite: there are none), the level below which it can't be one, and bits of state.
  var levels = Slab<Double>()
  var guards = Slab<Double>()
  var heat = Slab<UInt8>()
  /// The flows that cross a resource.
  var members = Rows(blank: Member(hop: -1, bottleneck: -1, weight: 0))
  /// The flows whose bottleneck a resource is, by completion.
  var groups = Rows(blank: Entry(finish: 0, serial: 0, slot: 0))
  var flows = Slab<Flow>()
  /// `FlowPath.limit` for each flow slot.
  var hops = Slab<Hop>()
  var freeFlows = Slab<Int32>()
  /// Groups under their next completion, and flows that are filed by themselves; serial numbers break ties.
  var filed = TimedHeap()
  var singles = TimedHeap()
  var ripple = Ripple()
  var filling = Filling()
  var serial: UInt64 = 0

  /// The instant of the latest change.
  public internal(set) var now = Instant.zero
  /// The number of flows under way.
  public internal(set) var count = 0

  public init() {}

  // MARK: - Resources

  /// Adds a resource; an infinite capacity never holds anything back.
  public mutating func addResource(capacity: ByteRate) -> ResourceID {
    FlowNetwork.check(capacity)
    resources.append(Resource(capacity: capacity.bytesPerSecond))
    levels.append(.infinity)
    guards.append(.infinity)
    heat.append(0)
    members.addRow()
    groups.addRow()
    _ = filed.addSlot()
    return ResourceID(Int32(resources.count - 1))
  }

  public func capacity(of resource: ResourceID) -> ByteRate {
    ByteRate(bytesPerSecond: resources[Int(resource.index)].capacity)
  }

  /// Changes a capacity from `time` on; zero is a failed link, on which flows wait.
  public mutating func setCapacity(_ capacity: ByteRate, of resource: ResourceID, at time: Instant) {
    FlowNetwork.check(capacity)
    advance(to: time)
    let index = Int(resource.index)
    guard resources[index].capacity != capacity.bytesPerSecond else { return }
    resources[index].capacity = capacity.bytesPerSecond
    touch(index)
  }

  // MARK: - Flows

  /// Starts a flow of `amount` over a path.
  ///
  /// - Parameters:
  ///   - amount: the bytes that are to pass, zero or more; a flow of none completes at `time`.
  ///   - path: the resources that the flow crosses; over none it is held back by its cap only.
  ///   - cap: the rate that this flow never exceeds.
  ///   - weight: the flow's share relative to others at a common bottleneck; above zero.
  ///   - owner: the caller's own number, handed back on completion.
  ///   - time: when the flow starts; the network's time does not go back.
  @discardableResult
  public mutating func startFlow(
    _ amount: Bytes, over path: FlowPath, cap: ByteRate = .unlimited, weight: Double = 1, owner: Int32 = -1,
    at time: Instant
  ) -> FlowID {
    precondition(amount.count >= 0, "a flow can't carry a negative amount")
    precondition(weight > 0 && weight.isFinite, "a flow's weight must be above zero and finite")
    FlowNetwork.check(cap)
    advance(to: time)
    let slot = newSlot(
      Flow(
        amount: amount, cap: cap.bytesPerSecond, weight: weight, started: time, owner: owner, serial: serial,
        hopCount: Int32(path.count)))
    precondition(serial < TimedHeap.serialLimit, "more than 2^40 flows started")
    serial += 1
    count += 1
    for index in 0..<path.count { link(slot, index, to: Int(path[index].index)) }
    if path.count < FlowPath.limit { hops[slot * FlowPath.limit + path.count] = Hop() }
    let flow = id(ofSlot: slot)
    if amount.count == 0 { finish(slot, at: time) } else { ripple.loose.append(flow) }
    return flow
  }

  /// Whether the flow is under way; false once it has completed or been cancelled.
  public func isActive(_ flow: FlowID) -> Bool {
    flow.slot >= 0 && Int(flow.slot) < flows.count && flows[Int(flow.slot)].generation == flow.generation
      && flows[Int(flow.slot)].isActive
  }

  /// Ends a flow early and returns what had not yet passed, in whole bytes rounded up; nil if the flow had already
  /// ended.
  @discardableResult
  public mutating func cancel(_ flow: FlowID, at time: Instant) -> Bytes? {
    guard isActive(flow) else { return nil }
    advance(to: time)
    let slot = Int(flow.slot)
    let left = left(slot, at: now)
    remove(slot)
    return Bytes(rounding: left.rounded(.up))
  }

  // MARK: - Completion

  /// The next flow to complete and when; nil if none is under way or all are stalled. Among flows that complete at the
  /// same instant, the one that was started first.
  public var nextCompletion: (at: Instant, flow: FlowID)? {
    mutating get {
      solve()
      guard filed.count > 0 else { return singles.count > 0 ? single(singles.least) : nil }
      guard singles.count == 0 || filed.least >> 24 < singles.least >> 24 else {
        return single(singles.least)
      }
      let slot = Int(resources[TimedHeap.slot(of: filed.least)].next)
      return (TimedHeap.time(of: filed.least), id(ofSlot: slot))
    }
  }

  private func single(_ key: UInt128) -> (at: Instant, flow: FlowID) {
    (TimedHeap.time(of: key), id(ofSlot: TimedHeap.slot(of: key)))
  }

  /// Takes out the next flow that has completed by `time`; nil when there is no more. Flows come out in the order of
  /// (completion, start).
  public mutating func complete(at time: Instant) -> CompletedFlow? {
    advance(to: time)
    collect()
    guard singles.count > 0, TimedHeap.time(of: singles.least) <= time else { return nil }
    let slot = TimedHeap.slot(of: singles.least)
    let done = CompletedFlow(flow: id(ofSlot: slot), owner: flows[slot].owner)
    remove(slot)
    return done
  }

  private static func check(_ rate: ByteRate) {
    precondition(rate.bytesPerSecond >= 0, "a rate can't be negative or not a number")
  }
}
