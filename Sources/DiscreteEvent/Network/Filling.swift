/// The working memory of progressive filling; see ``FlowNetwork/fill()``.
struct Filling: ~Copyable, Sendable {
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
    /// The sum of the weights of the members whose flow has no rate yet.
    var weight = 0.0
    /// The number of such members.
    var open: Int32 = 0
    var epoch: UInt32 = 0
    /// The level at which it filled up.
    var level = Double.infinity
  }

  struct FlowState: BitwiseCopyable, Sendable {
    /// The new bottleneck (-1: the flow's cap); `open` until it is known.
    var bottleneck = FlowState.open
    var epoch: UInt32 = 0

    static var open: Int32 { -2 }
  }
}

// Progressive filling from scratch (Bertsekas and Gallager 1992, section 6.5.2) over everything that is connected with
// a change: the slow way, for changes that would keep the ripple busy for longer than this takes.
//
// The level of all flows without a rate rises together. Where it first meets the level at which a resource is full,
// that resource becomes the bottleneck of its flows; where it first meets a flow's cap, the flow stays there. The rest
// rises on. A resource's own level, capacity left / weight left, never falls while others get their rates, so stale
// entries of the heap of levels are too low at worst: they are renewed when they come up.
extension FlowNetwork {
  mutating func fill() {
    ripple.fillings += 1
    gatherComponent()
    setUpLevels()
    raiseLevels()
    apply()
  }

  // MARK: - Component

  private mutating func gatherComponent() {
    filling.epoch &+= 1
    filling.resources.removeAll()
    filling.flows.removeAll()
    while filling.resourceStates.count < resources.count { filling.resourceStates.append(.init()) }
    while filling.flowStates.count < flows.count { filling.flowStates.append(.init()) }
    while !ripple.queue.isEmpty {
      let resource = Int(ripple.queue.removeLeast().id)
      heat[resource] &= ~FlowNetwork.queued
      visit(resource: resource, evenIfInfinite: true)
    }
    var next = 0
    while next < filling.resources.count {
      let resource = Int(filling.resources[next])
      for index in 0..<members.count(resource) { visit(flow: members[resource, index].slot) }
      next += 1
    }
  }

  /// A resource without limit connects nothing, unless its capacity is what changed.
  private mutating func visit(resource: Int, evenIfInfinite: Bool) {
    guard filling.resourceStates[resource].epoch != filling.epoch else { return }
    let capacity = resources[resource].capacity
    guard evenIfInfinite || capacity.isFinite else { return }
    filling.resourceStates[resource] = .init(left: capacity, epoch: filling.epoch)
    filling.resources.append(Int32(resource))
  }

  private mutating func visit(flow slot: Int) {
    guard filling.flowStates[slot].epoch != filling.epoch else { return }
    filling.flowStates[slot] = .init(epoch: filling.epoch)
    filling.flows.append(Int32(slot))
    for step in 0..<Int(flows[slot].hopCount) {
      visit(resource: Int(hops[slot * FlowPath.limit + step].resource), evenIfInfinite: false)
    }
  }

  // MARK: - Filling

  private mutating func setUpLevels() {
    filling.levels.removeAll()
    for index in 0..<filling.flows.count {
      let slot = Int(filling.flows[index])
      let cap = flows[slot].capLevel
      if cap.isFinite { filling.levels.insert(Level(height: cap, id: ~Int32(slot))) }
    }
    for index in 0..<filling.resources.count {
      let resource = Int(filling.resources[index])
      var weight = 0.0
      for member in members.elements(resource) { weight += member.weight }
      filling.resourceStates[resource].weight = weight
      filling.resourceStates[resource].open = Int32(members.count(resource))
      let capacity = resources[resource].capacity
      if weight > 0, capacity.isFinite {
        filling.levels.insert(Level(height: capacity / weight, id: Int32(resource)))
      }
    }
  }

  private mutating func raiseLevels() {
    while let level = filling.levels.least {
      if level.id < 0 {
        filling.levels.removeLeast()
        let slot = Int(~level.id)
        if filling.flowStates[slot].bottleneck == Filling.FlowState.open {
          fix(slot, to: -1, at: level.height)
        }
        continue
      }
      let resource = Int(level.id)
      let state = filling.resourceStates[resource]
      guard state.open > 0 else {
        filling.levels.removeLeast()
        continue
      }
      let height = max(state.left, 0) / state.weight
      if height > level.height {
        filling.levels.replaceLeast(Level(height: height, id: level.id))
        continue
      }
      filling.levels.removeLeast()
      filling.resourceStates[resource].level = height
      for index in 0..<members.count(resource) {
        let slot = members[resource, index].slot
        if filling.flowStates[slot].bottleneck == Filling.FlowState.open {
          fix(slot, to: level.id, at: height)
        }
      }
    }
  }

  /// Gives a flow its bottleneck and takes it out of the resources that it crosses.
  private mutating func fix(_ slot: Int, to bottleneck: Int32, at level: Double) {
    filling.flowStates[slot].bottleneck = bottleneck
    let weight = flows[slot].weight
    for step in 0..<Int(flows[slot].hopCount) {
      let resource = Int(hops[slot * FlowPath.limit + step].resource)
      filling.resourceStates[resource].left -= level * weight
      filling.resourceStates[resource].weight -= weight
      filling.resourceStates[resource].open -= 1
    }
  }

  // MARK: - Result

  private mutating func apply() {
    for index in 0..<filling.flows.count {
      let slot = Int(filling.flows[index])
      let bottleneck = max(filling.flowStates[slot].bottleneck, -1)
      guard bottleneck != flows[slot].bottleneck else { continue }
      free(slot)
      assign(slot, to: bottleneck)
    }
    for index in 0..<filling.resources.count {
      let resource = Int(filling.resources[index])
      let level = filling.resourceStates[resource].level
      if level != levels[resource] { setLevel(level, of: resource) }
      // All of them are watched from here on; those that need no watching cool down when they are next looked at.
      let isFinite = resources[resource].capacity.isFinite
      heat[resource] = isFinite ? FlowNetwork.hot : 0
      guards[resource] = .infinity
      resources[resource].ceiling = .infinity
    }
    for index in 0..<filling.flows.count {
      let slot = Int(filling.flows[index])
      let bottleneck = Int(flows[slot].bottleneck)
      guard bottleneck >= 0 else { continue }
      resources[bottleneck].ceiling = min(resources[bottleneck].ceiling, flows[slot].capLevel)
    }
  }
}
