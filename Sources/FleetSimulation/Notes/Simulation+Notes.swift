internal import CutoverCore
internal import FleetModel
internal import MigrationPhysics
internal import Quantities

// What happens, told to whoever listens.

extension Simulation {
  /// A note about a VM. Nothing is even put together where nobody listens.
  @inline(__always)
  func note(_ guest: Int32, _ event: @autoclosure () -> NoteEvent) {
    guard let noteSink else { return }
    noteSink(Note(at: now, guest: Int(guest), host: Int(fleet.guests[Int(guest)].host), event()))
  }

  /// A note about a host.
  @inline(__always)
  func note(host: Int, _ event: @autoclosure () -> NoteEvent) {
    guard let noteSink else { return }
    noteSink(Note(at: now, guest: -1, host: host, event()))
  }

  /// An attempt leaves an action behind: what it was, and which event ended it.
  @inline(__always)
  func noteEnd(of action: CutoverAction, by event: CutoverEvent, _ attempt: Int32) {
    guard noteSink != nil, event != .begin else { return }
    let guest = moves[attempts[attempt].move].guest
    note(guest, .acted(action, event, took: now - attempts[attempt].stepBegan))
  }

  /// How many are in line before the last one.
  func turnsAhead(on host: Int) -> Int {
    var (slot, count) = (hosts[host].firstTurn, 0)
    while slot >= 0, slot != hosts[host].lastTurn { (slot, count) = (moves[slot].next, count + 1) }
    return count
  }
}

extension NoteCosts {
  init(_ row: AttemptRow) {
    time = row.totalTime
    transferred = row.transferred
    pause = row.downtimes.pause
    downtime = row.downtimes.seenByClients
  }
}
