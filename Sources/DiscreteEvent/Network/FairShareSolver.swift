/// The working memory of progressive filling; see ``FlowNetwork/solve()``.
struct FairShareSolver: ~Copyable, Sendable {
  /// What has changed since the rates were last worked out.
  var touchedResources = Slab<Int32>()
  var touchedFlows = Slab<Int32>()

  /// The connected component under work.
  var resources = Slab<Int32>()
  var flows = Slab<Int32>()
  var levels = LevelHeap()

  /// Per resource and per flow slot; valid for those whose `epoch` is the current one.
  var resourceStates = Slab<ResourceState>()
  var flowStates = Slab<FlowState>()
  var epoch: UInt32 = 0

  struct ResourceState: BitwiseCopyable, Sendable {
    /// Capacity not yet given out.
    var left = 0.0
    /// The sum of the weights of the hops whose flow has no rate yet.
    var weight = 0.0
    /// The number of such hops.
    var open: Int32 = 0
    var epoch: UInt32 = 0
  }

  struct FlowState: BitwiseCopyable, Sendable {
    /// The new rate; negative until it is known.
    var rate = 0.0
    var epoch: UInt32 = 0
  }

  /// A level at which a resource (`id` >= 0) fills up or flow `~id` reaches its cap.
  struct Level: BitwiseCopyable, Sendable {
    var height: Double
    var id: Int32

    static func < (a: Level, b: Level) -> Bool {
      a.height < b.height || (a.height == b.height && a.id < b.id)
    }
  }
}

extension FlowNetwork {
  mutating func touch(resource: Int) {
    guard !resources[resource].isTouched else { return }
    resources[resource].isTouched = true
    solver.touchedResources.append(Int32(resource))
  }

  mutating func touch(flow slot: Int) {
    guard !flows[slot].isTouched else { return }
    flows[slot].isTouched = true
    solver.touchedFlows.append(Int32(slot))
  }

  /// Works out the rates that changes at ``now`` have made stale: progressive filling (Bertsekas and Gallager 1992,
  /// section 6.5.2) over everything that is connected with a change.
  ///
  /// The level of all flows without a rate rises together. Where it first meets the level at which a resource is full,
  /// that resource's flows get weight times level; where it first meets a flow's cap, that flow gets its cap. The rest
  /// rises on. A resource's own level, capacity left / weight left, never falls while others get their rates, so
  /// stale entries of the heap of levels are too low at worst: they are renewed when they come up.
  mutating func solve() {
    guard !solver.touchedResources.isEmpty || !solver.touchedFlows.isEmpty else { return }
    gatherComponent()
    setUpLevels()
    fill()
    apply()
  }

  // MARK: - Component

  private mutating func gatherComponent() {
    solver.epoch &+= 1
    solver.resources.removeAll()
    solver.flows.removeAll()
    while solver.resourceStates.count < resources.count { solver.resourceStates.append(.init()) }
    while solver.flowStates.count < flows.count { solver.flowStates.append(.init()) }
    while !solver.touchedResources.isEmpty {
      let resource = Int(solver.touchedResources.removeLast())
      resources[resource].isTouched = false
      visit(resource: resource, evenIfInfinite: true)
    }
    while !solver.touchedFlows.isEmpty {
      let slot = Int(solver.touchedFlows.removeLast())
      flows[slot].isTouched = false
      if flows[slot].isActive { visit(flow: slot) }
    }
    var next = 0
    while next < solver.resources.count {
      var hop = resources[Int(solver.resources[next])].firstHop
      while hop >= 0 {
        visit(flow: Int(hop) / FlowPath.limit)
        hop = hops[Int(hop)].next
      }
      next += 1
    }
  }

  /// A resource without limit connects nothing, unless its capacity is what changed.
  private mutating func visit(resource: Int, evenIfInfinite: Bool) {
    guard solver.resourceStates[resource].epoch != solver.epoch else { return }
    let capacity = resources[resource].capacity
    guard evenIfInfinite || capacity.isFinite else { return }
    solver.resourceStates[resource] = .init(left: capacity, epoch: solver.epoch)
    solver.resources.append(Int32(resource))
  }

  private mutating func visit(flow slot: Int) {
    guard solver.flowStates[slot].epoch != solver.epoch else { return }
    solver.flowStates[slot] = .init(rate: -1, epoch: solver.epoch)
    solver.flows.append(Int32(slot))
    for step in 0..<Int(flows[slot].hopCount) {
      visit(resource: Int(hops[slot * FlowPath.limit + step].resource), evenIfInfinite: false)
    }
  }

  // MARK: - Filling

  private mutating func setUpLevels() {
    solver.levels.removeAll()
    for index in 0..<solver.flows.count {
      let slot = Int(solver.flows[index])
      let flow = flows[slot]
      for step in 0..<Int(flow.hopCount) {
        let resource = Int(hops[slot * FlowPath.limit + step].resource)
        solver.resourceStates[resource].weight += flow.weight
        solver.resourceStates[resource].open += 1
      }
      if flow.cap.isFinite { solver.levels.append(.init(height: flow.cap / flow.weight, id: ~Int32(slot))) }
    }
    for index in 0..<solver.resources.count {
      let resource = solver.resources[index]
      let state = solver.resourceStates[Int(resource)]
      if state.open > 0, state.left.isFinite {
        solver.levels.append(.init(height: state.left / state.weight, id: resource))
      }
    }
    solver.levels.order()
  }

  private mutating func fill() {
    while let level = solver.levels.least {
      if level.id < 0 {
        solver.levels.removeLeast()
        let slot = Int(~level.id)
        if solver.flowStates[slot].rate < 0 { fix(slot, at: flows[slot].cap) }
        continue
      }
      let resource = Int(level.id)
      let state = solver.resourceStates[resource]
      guard state.open > 0 else {
        solver.levels.removeLeast()
        continue
      }
      let height = max(state.left, 0) / state.weight
      if height > level.height {
        solver.levels.replaceLeast(.init(height: height, id: level.id))
        continue
      }
      solver.levels.removeLeast()
      var hop = resources[resource].firstHop
      while hop >= 0 {
        let slot = Int(hop) / FlowPath.limit
        if solver.flowStates[slot].rate < 0 {
          fix(slot, at: min(height * flows[slot].weight, flows[slot].cap))
        }
        hop = hops[Int(hop)].next
      }
    }
  }

  /// Gives a flow its rate and takes it out of the resources that it crosses.
  private mutating func fix(_ slot: Int, at rate: Double) {
    solver.flowStates[slot].rate = rate
    let weight = flows[slot].weight
    for step in 0..<Int(flows[slot].hopCount) {
      let resource = Int(hops[slot * FlowPath.limit + step].resource)
      solver.resourceStates[resource].left -= rate
      solver.resourceStates[resource].weight -= weight
      solver.resourceStates[resource].open -= 1
    }
  }

  /// Settles and refiles the flows whose rate has really changed.
  private mutating func apply() {
    for index in 0..<solver.flows.count {
      let slot = Int(solver.flows[index])
      let rate = solver.flowStates[slot].rate
      // Nothing holds this flow back.
      let newRate = rate < 0 ? Double.infinity : rate
      guard newRate != flows[slot].rate else { continue }
      settle(slot)
      flows[slot].rate = newRate
      file(slot)
    }
  }
}
