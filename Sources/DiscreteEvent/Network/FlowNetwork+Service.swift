internal import Quantities

// Progress. The flows with one bottleneck form a group; they are all at its level, so that one number, the service that
// a unit of weight has got, tells the progress of each: a flow that joins at service S with B bytes to go completes at
// S + B / weight, whatever the level does in between (Demers, Keshav and Shenker 1989: fair queueing's virtual time).

extension FlowNetwork {
  // MARK: - Groups

  /// The service of a group at `time`, which must not lie before its latest change of level.
  @inline(__always) func service(of resource: Int, at time: Instant) -> Double {
    let group = resources[resource]
    let elapsed = time - group.since
    guard elapsed.nanoseconds > 0, levels[resource] < .infinity else { return group.service }
    return group.service + levels[resource] * elapsed.seconds
  }

  /// Gives a group another level from ``now`` on.
  mutating func setLevel(_ level: Double, of resource: Int) {
    resources[resource].service = service(of: resource, at: now)
    resources[resource].since = now
    levels[resource] = level
    if resources[resource].service > FlowNetwork.serviceLimit { rebase(resource) }
    markChanged(resource)
  }

  /// Beyond this service (4 TB per unit of weight) less than a thousandth of a byte would be resolved.
  private static var serviceLimit: Double { 0x1p42 }

  /// Counts a group's service from zero again.
  private mutating func rebase(_ resource: Int) {
    let base = resources[resource].service
    resources[resource].service = 0
    for index in 0..<groups.count(resource) {
      groups[resource, index].finish -= base
      flows[Int(groups[resource, index].slot)].finish -= base
    }
  }

  @inline(__always) mutating func markChanged(_ resource: Int) {
    guard !resources[resource].isChanged else { return }
    resources[resource].isChanged = true
    ripple.changed.append(Int32(resource))
  }

  /// The instant at which a group reaches a service, seen from its latest change of level.
  func end(ofService finish: Double, in resource: Int) -> Instant {
    let group = resources[resource]
    let left = finish - group.service
    return left <= 0 ? group.since : group.since + Duration(roundingUpSeconds: left / levels[resource])
  }

  /// Files the group under its next completion; unfiles it if there is none.
  mutating func file(group resource: Int) {
    guard groups.count(resource) > 0 else { return unfile(group: resource) }
    let first = groups[resource, 0]
    let end = end(ofService: first.finish, in: resource)
    // Level zero, or too slow for the range of time: never.
    guard end < .distantFuture else { return unfile(group: resource) }
    // Among those that complete within the same nanosecond the one that was started first.
    var best = first
    let reach = first.finish + levels[resource] * 1.001e-9
    for child in 1..<max(min(5, groups.count(resource)), 1) where groups[resource, child].finish <= reach {
      best = firstStarted(in: resource, from: child, by: end, reach: reach, best: best)
    }
    resources[resource].next = best.slot
    let key = TimedHeap.key(end, serial: best.serial, slot: resource)
    if filed.contains(slot: resource) { filed.move(slot: resource, to: key) } else { filed.insert(key) }
  }

  private func firstStarted(in resource: Int, from index: Int, by end: Instant, reach: Double, best: Entry)
    -> Entry
  {
    let entry = groups[resource, index]
    guard entry.finish <= reach, self.end(ofService: entry.finish, in: resource) <= end else { return best }
    var best = entry.serial < best.serial ? entry : best
    let first = index << 2 + 1
    for child in first..<max(min(first + 4, groups.count(resource)), first) {
      best = firstStarted(in: resource, from: child, by: end, reach: reach, best: best)
    }
    return best
  }

  private mutating func unfile(group resource: Int) {
    if filed.contains(slot: resource) { filed.remove(slot: resource) }
  }

  // MARK: - Flows

  /// The bytes that have not passed by `time`.
  func left(_ slot: Int, at time: Instant) -> Double {
    let flow = flows[slot]
    switch flow.standing {
    case .done: return 0
    case .loose: return flow.remaining
    case .grouped:
      let resource = Int(flow.bottleneck)
      // A completed flow has passed whole, whatever rounding says.
      if end(ofService: flow.finish, in: resource) <= time { return 0 }
      return min(max((flow.finish - service(of: resource, at: time)) * flow.weight, 0), flow.remaining)
    case .single:
      if singles.contains(slot: slot), singles.time(ofSlot: slot) <= time { return 0 }
      let elapsed = (time - flow.settled).seconds
      return elapsed > 0 ? max(flow.remaining - flow.cap * elapsed, 0) : flow.remaining
    }
  }

  /// Books what has not passed by ``now``.
  mutating func settle(_ slot: Int) {
    flows[slot].remaining = left(slot, at: now)
    flows[slot].settled = now
  }

  /// Takes a settled flow out of whatever it was filed in.
  mutating func loosen(_ slot: Int) {
    switch flows[slot].standing {
    case .loose: break
    case .grouped:
      let resource = Int(flows[slot].bottleneck)
      let wasNext = flows[slot].position == 0 || Int(resources[resource].next) == slot
      removeEntry(at: Int(flows[slot].position), from: resource)
      if wasNext { markChanged(resource) }
    case .single, .done: if singles.contains(slot: slot) { singles.remove(slot: slot) }
    }
    flows[slot].standing = .loose
  }

  /// Settles a flow that is about to change its bottleneck, for ``place(_:)`` at the end of the solution. A flow that has
  /// completed stays filed.
  mutating func free(_ slot: Int) {
    guard flows[slot].standing == .grouped || flows[slot].standing == .single else { return }
    settle(slot)
    loosen(slot)
    ripple.loose.append(FlowID(slot: Int32(slot), generation: flows[slot].generation))
  }

  /// Files a loose flow where its bottleneck says.
  mutating func place(_ slot: Int) {
    let flow = flows[slot]
    guard flow.standing == .loose else { return }
    if flow.remaining <= 0 { return finish(slot, at: now) }
    guard flow.bottleneck >= 0 else {
      flows[slot].standing = .single
      let end = now + Duration(roundingUpSeconds: flow.remaining / flow.cap)
      if end < .distantFuture { singles.insert(TimedHeap.key(end, serial: flow.serial, slot: slot)) }
      return
    }
    let resource = Int(flow.bottleneck)
    if groups.count(resource) == 0 {
      resources[resource].service = 0
      resources[resource].since = now
    }
    let finish = service(of: resource, at: now) + flow.remaining / flow.weight
    flows[slot].finish = finish
    flows[slot].standing = .grouped
    insert(Entry(finish: finish, serial: flow.serial, slot: slot), into: resource)
    if flows[slot].position < 5 { markChanged(resource) }
  }

  /// Files a flow as completed at `time`.
  mutating func finish(_ slot: Int, at time: Instant) {
    flows[slot].standing = .done
    flows[slot].remaining = 0
    singles.insert(TimedHeap.key(time, serial: flows[slot].serial, slot: slot))
  }

  // MARK: - Time

  /// Moves on to `time`, with the rates that hold until then worked out.
  mutating func advance(to time: Instant) {
    precondition(time >= now, "time does not go back")
    guard time > now else { return }
    solve()
    precondition(
      (singles.count == 0 || TimedHeap.time(of: singles.least) >= time)
        && (filed.count == 0 || TimedHeap.time(of: filed.least) >= time),
      "a flow completed earlier than this and has not been taken out")
    now = time
    collect()
  }

  /// Files singly the flows of groups that have completed by ``now``, so that nothing can slow them any more.
  mutating func collect() {
    while filed.count > 0, TimedHeap.time(of: filed.least) <= now {
      let resource = TimedHeap.slot(of: filed.least)
      while groups.count(resource) > 0 {
        let first = groups[resource, 0]
        let end = end(ofService: first.finish, in: resource)
        guard end <= now else { break }
        let slot = Int(first.slot)
        removeEntry(at: 0, from: resource)
        finish(slot, at: end)
      }
      file(group: resource)
    }
  }
}
