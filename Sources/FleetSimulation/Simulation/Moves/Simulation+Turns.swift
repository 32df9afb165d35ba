// The line of each host: moves that wait for their turn to leave, first come first served.
//
// Linked through the moves themselves: twenty thousand hosts that each grow an array of their own, once they are drained,
// would be most of what a run allocates.

extension Simulation {
  mutating func appendTurn(_ slot: Int32, _ host: Int) {
    moves[slot].next = -1
    if hosts[host].lastTurn >= 0 {
      moves[hosts[host].lastTurn].next = slot
    } else {
      hosts[host].firstTurn = slot
    }
    hosts[host].lastTurn = slot
  }

  /// Takes the first move out of a line that is not empty.
  mutating func takeTurn(_ host: Int) -> Int32 {
    let slot = hosts[host].firstTurn
    hosts[host].firstTurn = moves[slot].next
    if hosts[host].firstTurn < 0 { hosts[host].lastTurn = -1 }
    return slot
  }

  /// Takes a move out of the middle; O(moves in line).
  mutating func removeTurn(_ slot: Int32, _ host: Int) {
    guard hosts[host].firstTurn != slot else {
      _ = takeTurn(host)
      return
    }
    var before = hosts[host].firstTurn
    while before >= 0, moves[before].next != slot { before = moves[before].next }
    guard before >= 0 else { return }
    moves[before].next = moves[slot].next
    if hosts[host].lastTurn == slot { hosts[host].lastTurn = before }
  }
}
