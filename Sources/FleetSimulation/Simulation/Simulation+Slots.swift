internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Hosts that open, and the moves that have waited for it.

extension Simulation {
  /// Tells the index what a host has free, and whether it may take guests in; to be called after each change of these.
  mutating func refile(_ host: Int) {
    let duty = hosts[host]
    let standing: HostIndex.Standing =
      !duty.mayReceive ? .closed : duty.into < scenario.limits.hostIn ? .open : .busy
    index.file(
      host, standing, freeMemory: fleet.hosts[host].freeMemory, freeDisk: fleet.hosts[host].freeDisk)
    watch.see(host, fleet.hosts[host], isIn: duty.mayReceive, isOut: duty.isOut)
    if standing == .open, waitingForSlot > 0 { opened.append(Int32(host)) }
  }

  /// What a move needs of its target, and where.
  func kind(of move: Move, from source: Int, _ plan: CutoverPlan) -> SlotLines.Kind {
    let (memory, disk) = needs(of: move)
    return SlotLines.Kind(
      site: move.targetSite >= 0 ? move.targetSite : fleet.hosts[source].site,
      cpu: plan.carriesRunningState ? fleet.guests[Int(move.guest)].bootCPU : -1, memory: memory, disk: disk)
  }

  /// There is room, but only on hosts that take in as many as they may: gets in line for the first slot.
  ///
  /// The host it counts on may fill up or fail instead, so it also looks again by itself, as seldom as one without room.
  mutating func waitForSlot(_ slot: Int32, from source: Int, _ plan: CutoverPlan) {
    moves[slot].wait = .slot(ticket: slotLines.append(slot, kind(of: moves[slot], from: source, plan)))
    moves[slot].timer = queue.schedule(at: now + Simulation.lookAgainAfter, .retry(move: slot))
    waitingForSlot += 1
  }

  /// Ends the wait for a slot, by whichever way.
  mutating func leaveSlotLine(_ slot: Int32) {
    guard case .slot = moves[slot].wait else { return }
    waitingForSlot -= 1
    _ = queue.cancel(moves[slot].timer)
    moves[slot].wait = .nothing
  }

  /// Offers hosts that have opened to those who have waited longest for such a one.
  mutating func serveWaiting() {
    while let host = opened.popFirst() {
      // Whoever gets in line again in the course of this has had his chance of this host.
      let limit = slotLines.nextTicket
      while isOpen(Int(host)), waitingForSlot > 0, let slot = nextWaiting(for: Int(host), before: limit) {
        leaveSlotLine(slot)
        enterQueue(slot)
      }
    }
  }

  private func isOpen(_ host: Int) -> Bool {
    hosts[host].mayReceive && hosts[host].into < scenario.limits.hostIn
  }

  private mutating func nextWaiting(for host: Int, before limit: UInt64) -> Int32? {
    let candidate = fleet.hosts[host]
    return slotLines.popFirst(before: limit) { kind in
      kind.site == candidate.site && candidate.fits(memory: kind.memory, disk: kind.disk)
        && cpuFit.allows(kind.cpu, on: candidate.cpu)
    } stillWaits: { waiter in
      moves.contains(waiter.move) && moves[waiter.move].wait == .slot(ticket: waiter.ticket)
    }
  }
}
