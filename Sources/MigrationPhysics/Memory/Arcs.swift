/// The part of a circle of circumference 1 that is marked, as sorted, disjoint arcs.
///
/// A guest that sweeps its working set marks it from one end, and the stream takes marks away in order of address:
/// what is left over lies in a few arcs, and whether the guest writes it again depends on where both are. O(arcs) each.
struct Arcs: Hashable, Sendable {
  private var arcs: [Arc] = []

  private struct Arc: Hashable, Sendable {
    var from: Double
    var to: Double
  }

  /// The marked part, 0 to 1.
  var total: Double {
    var sum = 0.0
    for arc in arcs { sum += arc.to - arc.from }
    return min(1, sum)
  }

  /// Marks `length` from `position` on, over the end and on from the start if need be.
  mutating func mark(from position: Double, length: Double) {
    guard length > 0 else { return }
    guard length < 1 else {
      arcs.removeAll(keepingCapacity: true)
      arcs.append(Arc(from: 0, to: 1))
      return
    }
    let end = position + length
    insert(Arc(from: position, to: min(1, end)))
    if end > 1 { insert(Arc(from: 0, to: end - 1)) }
  }

  private mutating func insert(_ new: Arc) {
    var merged = new
    var index = 0
    while index < arcs.count, arcs[index].to < new.from { index += 1 }
    while index < arcs.count, arcs[index].from <= merged.to {
      merged.from = min(merged.from, arcs[index].from)
      merged.to = max(merged.to, arcs[index].to)
      arcs.remove(at: index)
    }
    arcs.insert(merged, at: index)
  }

  /// Takes `amount` of what is marked away, in order from `position` on.
  ///
  /// - Returns: where it ended.
  mutating func take(_ amount: Double, from position: Double) -> Double {
    var (left, here) = (amount, position)
    // Twice round at most: the arc that `position` lies in may be met again from its start.
    var isSecondRound = false
    while left > 1e-15, !arcs.isEmpty {
      guard let index = arcs.firstIndex(where: { $0.to > here }) else {
        if isSecondRound { break }
        isSecondRound = true
        here = 0
        continue
      }
      let start = max(here, arcs[index].from)
      let piece = min(left, arcs[index].to - start)
      let whole = arcs[index]
      arcs.remove(at: index)
      if start + piece < whole.to { arcs.insert(Arc(from: start + piece, to: whole.to), at: index) }
      if whole.from < start { arcs.insert(Arc(from: whole.from, to: start), at: index) }
      left -= piece
      here = start + piece
    }
    return here >= 1 ? 0 : here
  }
}
