internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Hosts that open, and the moves that have waited for it.

extension Simulation {
  /// Tells the index what a host has free, and whether it may take guests in; to be called after each change of these.
  mutating func refile(_ host: Int) {
    file(host, as: standing(of: host))
    watch.see(host, fleet.hosts[host], isIn: hosts[host].mayReceive, isOut: hosts[host].isOut)
    if isOpen(host), waitingForSlot > 0 { opened.append(Int32(host)) }
    if !desk.isPlain, !desk.isServing { desk.isDue = true }
  }

  /// Keeps a host out of a search, until `show`.
  mutating func hide(_ host: Int) { file(host, as: .closed) }

  /// Puts it back where it was. Nobody is told, for it has not opened: whoever waits for a slot and wants another host
  /// than this one would be asked, look, find none, be asked again, and so on without end.
  mutating func show(_ host: Int) { file(host, as: standing(of: host)) }

  private mutating func file(_ host: Int, as standing: HostIndex.Standing) {
    index.file(
      host, standing, freeMemory: fleet.hosts[host].freeMemory, freeDisk: fleet.hosts[host].freeDisk,
      key: key(of: host))
  }

  private func standing(of host: Int) -> HostIndex.Standing {
    !hosts[host].mayReceive ? .closed : isOpen(host) ? .open : .busy
  }

  /// There is room, but only on hosts that take in as many as they may: gets in line for the first slot.
  ///
  /// The host it counts on may fill up or fail instead, so it also looks again by itself, as seldom as one without room.
  mutating func waitForSlot(_ slot: Int32, _ kind: SlotLines.Kind) {
    moves[slot].wait = .slot(ticket: slotLines.append(slot, kind))
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
    if desk.isDue { serveDesk() }
  }

  private func isOpen(_ host: Int) -> Bool {
    hosts[host].mayReceive && hosts[host].into < hostInLimit
  }

  private mutating func nextWaiting(for host: Int, before limit: UInt64) -> Int32? {
    let (candidate, key) = (fleet.hosts[host], key(of: host))
    return slotLines.popFirst(before: limit) { kind in
      kind.site == candidate.site && candidate.fits(memory: kind.memory, disk: kind.disk)
        && book.mayTake(kind.passenger, on: key)
    } stillWaits: { waiter in
      moves.contains(waiter.move) && moves[waiter.move].wait == .slot(ticket: waiter.ticket)
    }
  }
}
