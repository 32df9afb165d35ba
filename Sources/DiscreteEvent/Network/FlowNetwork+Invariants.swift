extension FlowNetwork {
  /// What is wrong with the solution at hand, or nil: the definition of weighted max-min fairness (Bertsekas and Gallager
  /// 1992, section 6.5.2) checked flow by flow, conservation resource by resource, and the solver's books against each
  /// other. O(all hops); for tests.
  package mutating func firstFault(tolerance: Double = 1e-9) -> String? {
    solve()
    for resource in 0..<resources.count {
      if let fault = fault(of: resource, tolerance) { return "resource \(resource): \(fault)" }
    }
    for slot in 0..<flows.count where flows[slot].isActive {
      if let fault = fault(ofFlow: slot, tolerance) { return "flow slot \(slot): \(fault)" }
    }
    return nil
  }

  /// Solutions so far that were filled from scratch because the ripple did not settle in time.
  package var fillings: Int { ripple.fillings }

  /// Resources looked at so far.
  package var looks: Int { ripple.looks }

  /// Never lets the ripple settle, so that each solution is filled from scratch.
  package mutating func alwaysFill() { ripple.patience = 0 }

  private func fault(of resource: Int, _ tolerance: Double) -> String? {
    let capacity = resources[resource].capacity
    let guardLevel = capacity / totalWeight(on: resource)
    var (load, own) = (0.0, 0)
    for member in members.elements(resource) {
      let flow = flows[member.slot]
      guard member.bottleneck == flow.bottleneck, member.weight == flow.weight else {
        return "a member is stale"
      }
      load += rate(ofSlot: member.slot)
      guard Int(flow.bottleneck) == resource else {
        let level = flow.bottleneck >= 0 ? levels[Int(flow.bottleneck)] : flow.capLevel
        if level > levels[resource] * (1 + tolerance) { return "a flow is above the level" }
        if heat[resource] & FlowNetwork.hot == 0, capacity < .infinity, level > guardLevel * (1 + tolerance) {
          return "it is cold, but a flow is above its guard"
        }
        continue
      }
      own += 1
    }
    guard capacity < .infinity else { return own > 0 ? "it holds flows back, but has no limit" : nil }
    if load > capacity * (1 + tolerance) + tolerance { return "it carries \(load) of \(capacity)" }
    if own > 0, load < capacity * (1 - tolerance) - tolerance {
      return "a bottleneck carries \(load) of \(capacity)"
    }
    if (own > 0) != (levels[resource] < .infinity) {
      return "its level is \(levels[resource]), with \(own) flows"
    }
    if own == 0, groups.count(resource) > 0 { return "its group should be empty" }
    for index in 0..<groups.count(resource) {
      let entry = groups[resource, index]
      let flow = flows[Int(entry.slot)]
      guard flow.isActive, Int(flow.position) == index, Int(flow.bottleneck) == resource,
        flow.standing == .grouped, flow.finish == entry.finish
      else { return "entry \(index) of its group is stale" }
      if index > 0, entry < groups[resource, (index - 1) >> 2] {
        return "entry \(index) of its group is out of order"
      }
    }
    return nil
  }

  private func totalWeight(on resource: Int) -> Double {
    var sum = 0.0
    for member in members.elements(resource) { sum += member.weight }
    return sum
  }

  private func fault(ofFlow slot: Int, _ tolerance: Double) -> String? {
    let flow = flows[slot]
    let rate = rate(ofSlot: slot)
    if rate > flow.cap * (1 + tolerance) { return "its rate \(rate) is above its cap \(flow.cap)" }
    var crosses = flow.bottleneck < 0
    for step in 0..<Int(flow.hopCount) {
      let hop = hops[slot * FlowPath.limit + step]
      if hop.resource == flow.bottleneck { crosses = true }
      guard Int(members[Int(hop.resource), Int(hop.position)].hop) == slot * FlowPath.limit + step else {
        return "its membership \(step) is stale"
      }
    }
    if !crosses { return "its bottleneck is not on its path" }
    switch flow.standing {
    case .loose: return "it has not been placed"
    case .grouped:
      let resource = Int(flow.bottleneck)
      guard resource >= 0, Int(groups[resource, Int(flow.position)].slot) == slot else {
        return "it is in no group"
      }
    case .single: if flow.bottleneck >= 0 { return "it is filed by itself, but has a bottleneck" }
    case .done: if !singles.contains(slot: slot) { return "it is done, but not filed" }
    }
    return nil
  }
}
