internal import Quantities

/// Moves for which there is room, but on hosts that take in as many as they may: they wait in line until one of these has
/// a slot free.
///
/// Those that ask for the same (a kind) stand in one line, first come first served, so that a host with a slot finds the
/// longest waiting move that it can serve in O(kinds), however many wait. A move that has gone elsewhere meanwhile is
/// not looked for in its line; whoever takes it out sees by its ticket that it no longer waits.
struct SlotLines {
  /// What a host must have to serve a move.
  struct Kind: Hashable {
    var site: Int32
    /// The CPU that the guest booted with, or its number in the book of rules; -1: any host will do.
    var passenger: Int32
    var memory: Bytes
    var disk: Bytes
  }

  /// A place in a line.
  struct Waiter {
    var move: Int32
    /// Ascending in the order of arrival.
    var ticket: UInt64
  }

  private var kinds: ContiguousArray<Kind> = []
  private var lines: ContiguousArray<Line<Waiter>> = []
  private var numbers: [Kind: Int] = [:]
  /// The next one to be given out.
  private(set) var nextTicket: UInt64 = 1

  /// Gets a move in line; the ticket says whether it still waits there.
  mutating func append(_ move: Int32, _ kind: Kind) -> UInt64 {
    let ticket = nextTicket
    nextTicket += 1
    if let number = numbers[kind] {
      lines[number].append(Waiter(move: move, ticket: ticket))
    } else {
      numbers[kind] = kinds.count
      kinds.append(kind)
      lines.append(Line())
      lines[kinds.count - 1].append(Waiter(move: move, ticket: ticket))
    }
    return ticket
  }

  /// Takes out the longest waiting move that came before the ticket `limit` and whose kind is `served`.
  ///
  /// - Parameter waits: whether the one in front still waits.
  mutating func popFirst(
    before limit: UInt64, servedBy serves: (Kind) -> Bool, stillWaits: (Waiter) -> Bool
  ) -> Int32? {
    var (best, bestTicket) = (-1, limit)
    for number in lines.indices {
      while let front = lines[number].first, !stillWaits(front) { _ = lines[number].popFirst() }
      guard let front = lines[number].first, front.ticket < bestTicket, serves(kinds[number]) else {
        continue
      }
      (best, bestTicket) = (number, front.ticket)
    }
    return best < 0 ? nil : lines[best].popFirst()?.move
  }
}
