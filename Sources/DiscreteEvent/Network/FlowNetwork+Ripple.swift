// The rates. Each flow has a bottleneck: a resource, or its own cap. Rates are the weighted max-min ones exactly if
//
//   (1) a resource that is some flow's bottleneck gives out its whole capacity, and no flow on it has a higher level;
//   (2) no other resource has to give out more than its capacity;
//   (3) no flow has a level above its cap.
//
// A resource whose flows, or their levels, have changed is looked at again: its own level follows from what the flows
// with another bottleneck leave, and a flow with a higher level than that is claimed. What thereby changes is to be
// looked at in turn, lowest level first, until nothing changes any more: then (1) to (3) hold everywhere. The lowest
// level of all depends on no other, the next on that one only, and so on, so that this comes to an end (the argument
// of Charny, Clark and Jain 1995 for their distributed algorithm); rounding is kept from prolonging it by a tolerance,
// and a bound on the number of looks by filling from scratch.
//
// Most resources are nobody's bottleneck, most of the time. Such a resource is cold while none of its flows is above
// its guard, capacity / weight of all its flows: then (2) holds, whatever the flows do below it. Groups know the least
// guard that they have to mind (`ceiling`), and leave cold resources alone.

extension FlowNetwork {
  /// Bits of `heat`.
  static var hot: UInt8 { 1 }
  static var queued: UInt8 { 2 }

  /// Has the resource looked at when rates are next needed.
  @inline(__always) mutating func touch(_ resource: Int) {
    guard heat[resource] & FlowNetwork.queued == 0 else { return }
    heat[resource] |= FlowNetwork.queued
    ripple.queue.insert(Level(height: levels[resource], id: Int32(truncatingIfNeeded: resource)))
  }

  /// Works out the rates that changes at ``now`` have made stale.
  mutating func solve() {
    guard !ripple.queue.isEmpty || !ripple.loose.isEmpty || !ripple.changed.isEmpty else { return }
    let limit = ripple.looks + ripple.patience * (resources.count + 8)
    while !ripple.queue.isEmpty {
      if ripple.looks >= limit {
        fill()
        break
      }
      ripple.looks += 1
      let resource = Int(ripple.queue.removeLeast().id)
      heat[resource] &= ~FlowNetwork.queued
      look(at: resource)
    }
    while !ripple.loose.isEmpty {
      let flow = ripple.loose.removeLast()
      if isActive(flow) { place(Int(flow.slot)) }
    }
    while !ripple.changed.isEmpty {
      let resource = Int(ripple.changed.removeLast())
      resources[resource].isChanged = false
      file(group: resource)
    }
  }

  // MARK: - One resource

  /// What the flows on a resource ask for.
  private struct Demand {
    /// The weight of those whose bottleneck it is.
    var own = 0.0
    /// The weight of the others.
    var foreign = 0.0
    /// The rates of the others, and their highest level.
    var load = 0.0
    var highest = 0.0
  }

  @inline(__always) private func level(_ member: Member) -> Double {
    member.bottleneck >= 0 ? levels[Int(member.bottleneck)] : flows[member.slot].capLevel
  }

  private func demand(on resource: Int) -> Demand {
    var demand = Demand()
    let own = Int32(truncatingIfNeeded: resource)
    // Without branches: whose a flow is can't be foretold.
    for member in members.elements(resource) {
      let isOwn = member.bottleneck == own
      let level = level(member)
      demand.own += isOwn ? member.weight : 0
      demand.foreign += isOwn ? 0 : member.weight
      demand.load += isOwn ? 0 : member.weight * level
      let other = isOwn ? 0 : level
      demand.highest = other > demand.highest ? other : demand.highest
    }
    return demand
  }

  private mutating func look(at resource: Int) {
    let demand = demand(on: resource)
    let capacity = resources[resource].capacity
    guard capacity < .infinity else { return release(resource) }
    let weight = demand.own + demand.foreign
    guards[resource] = weight > 0 ? capacity / weight : .infinity
    var level = guards[resource]
    if demand.own > 0, demand.load < capacity {
      level = (capacity - demand.load) / demand.own
      if demand.highest <= level * (1 + Ripple.tolerance) {
        return settle(resource, at: level, hasClaims: false)
      }
    } else if demand.own == 0, demand.load <= capacity * (1 + Ripple.tolerance) {
      return relax(resource, highest: demand.highest)
    }
    guard let level = claimLevel(of: resource, from: level) else {
      return relax(resource, highest: demand.highest)
    }
    settle(resource, at: level, hasClaims: true)
  }

  /// The level at which the resource is full if it holds back every flow that is above it: Newton's method from below
  /// on a concave function, exact after finitely many steps.
  private func claimLevel(of resource: Int, from start: Double) -> Double? {
    let capacity = resources[resource].capacity
    let own = Int32(truncatingIfNeeded: resource)
    var level = start
    var before = -1
    while true {
      let limit = level * (1 + Ripple.tolerance)
      var (held, load, count) = (0.0, 0.0, 0)
      for member in members.elements(resource) {
        let other = member.bottleneck == own ? .infinity : self.level(member)
        if other > limit {
          held += member.weight
          count += 1
        } else {
          load += member.weight * other
        }
      }
      if count == 0 { return nil }
      if count == before { return level }
      before = count
      level = max(capacity - load, 0) / held
    }
  }

  /// Puts a resource at a level and has everything looked at that its flows' new rates may change.
  private mutating func settle(_ resource: Int, at level: Double, hasClaims: Bool) {
    heat[resource] |= FlowNetwork.hot
    let old = levels[resource]
    var moves = hasClaims ? claim(resource, above: level * (1 + Ripple.tolerance)) : false
    if old == .infinity || abs(level - old) > old * (Ripple.tolerance / 8) {
      setLevel(level, of: resource)
      moves = true
    }
    guard moves else { return }
    if level > resources[resource].ceiling { raise(resource) }
    spread(resource)
  }

  /// Makes the resource the bottleneck of every flow on it that is above `limit`.
  private mutating func claim(_ resource: Int, above limit: Double) -> Bool {
    var any = false
    for index in 0..<members.count(resource) {
      let member = members[resource, index]
      guard Int(member.bottleneck) != resource, level(member) > limit else { continue }
      any = true
      let slot = member.slot
      free(slot)
      if flows[slot].bottleneck >= 0 { touch(Int(flows[slot].bottleneck)) }
      assign(slot, to: Int32(truncatingIfNeeded: resource))
      resources[resource].ceiling = min(resources[resource].ceiling, ceiling(of: slot))
    }
    return any
  }

  /// The level above which the flow meets its cap or the guard of a cold resource.
  private func ceiling(of slot: Int) -> Double {
    var ceiling = flows[slot].capLevel
    for step in 0..<Int(flows[slot].hopCount) {
      let resource = Int(hops[slot * FlowPath.limit + step].resource)
      if heat[resource] & FlowNetwork.hot == 0 { ceiling = min(ceiling, guards[resource]) }
    }
    return ceiling
  }

  /// Has the hot resources looked at that the flows of a group cross.
  private mutating func spread(_ resource: Int) {
    let own = Int32(truncatingIfNeeded: resource)
    for index in 0..<members.count(resource) {
      let member = members[resource, index]
      guard member.bottleneck == own else { continue }
      let first = member.slot * FlowPath.limit
      for hop in first..<first + FlowPath.limit {
        let other = Int(hops[hop].resource)
        // The end of the path.
        if other < 0 { break }
        if other != resource, heat[other] == FlowNetwork.hot { touch(other) }
      }
    }
  }

  // MARK: - Rising

  /// A group has risen above its ceiling: flows that are above their caps leave it, cold resources whose guard has been
  /// passed become hot.
  private mutating func raise(_ resource: Int) {
    var ceiling = Double.infinity
    for index in 0..<members.count(resource) {
      let member = members[resource, index]
      guard Int(member.bottleneck) == resource else { continue }
      if flows[member.slot].capLevel < levels[resource] {
        capFlow(member.slot)
        touch(resource)
      } else {
        heat(member.slot, above: levels[resource])
        ceiling = min(ceiling, self.ceiling(of: member.slot))
      }
    }
    resources[resource].ceiling = ceiling
  }

  /// Leaves a flow to its own cap, and to those whom that concerns.
  mutating func capFlow(_ slot: Int) {
    free(slot)
    if flows[slot].bottleneck >= 0 { touch(Int(flows[slot].bottleneck)) }
    assign(slot, to: -1)
    alert(slot)
  }

  /// Has the hot resources looked at that a flow crosses, and the cold ones whose guard it is above.
  mutating func alert(_ slot: Int) {
    heat(slot, above: flows[slot].capLevel)
    for step in 0..<Int(flows[slot].hopCount) {
      let other = Int(hops[slot * FlowPath.limit + step].resource)
      if heat[other] == FlowNetwork.hot { touch(other) }
    }
  }

  private mutating func heat(_ slot: Int, above level: Double) {
    for step in 0..<Int(flows[slot].hopCount) {
      let other = Int(hops[slot * FlowPath.limit + step].resource)
      guard heat[other] & FlowNetwork.hot == 0, level > guards[other] else { continue }
      heat[other] |= FlowNetwork.hot
      touch(other)
    }
  }

  // MARK: - Resting

  /// The resource is nobody's bottleneck.
  private mutating func relax(_ resource: Int, highest: Double) {
    if levels[resource] < .infinity { setLevel(.infinity, of: resource) }
    resources[resource].ceiling = .infinity
    let level = guards[resource]
    // With a margin, so that it does not go hot and cold with each change.
    guard highest <= (heat[resource] & FlowNetwork.hot == 0 ? level : 0.75 * level) else {
      heat[resource] |= FlowNetwork.hot
      return
    }
    heat[resource] &= ~FlowNetwork.hot
    for member in members.elements(resource) where member.bottleneck >= 0 {
      let group = Int(member.bottleneck)
      if level < resources[group].ceiling { resources[group].ceiling = level }
    }
  }

  /// The resource has no limit: it lets go of all its flows.
  private mutating func release(_ resource: Int) {
    heat[resource] &= ~FlowNetwork.hot
    guards[resource] = .infinity
    for index in 0..<members.count(resource) where Int(members[resource, index].bottleneck) == resource {
      capFlow(members[resource, index].slot)
    }
    if levels[resource] < .infinity { setLevel(.infinity, of: resource) }
    resources[resource].ceiling = .infinity
  }
}
