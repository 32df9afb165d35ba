public import DiscreteEvent

/// Named shares: 60 % of this, 40 % of that. Weights need not add up to one.
public struct Mix<Value: Hashable & Sendable>: Hashable, Sendable {
  public struct Part: Hashable, Sendable {
    public var value: Value
    public var weight: Double
  }

  public var parts: [Part]

  public init(_ parts: [(value: Value, weight: Double)]) {
    self.parts = parts.map { Part(value: $0.value, weight: $0.weight) }
  }

  public init(all value: Value) { parts = [Part(value: value, weight: 1)] }

  public var isEmpty: Bool { parts.isEmpty }

  /// The index of the part that `uniform` (0 to 1) falls into.
  public func index(at uniform: Double) -> Int {
    var rest = uniform * parts.reduce(0) { $0 + $1.weight }
    for (index, part) in parts.enumerated() {
      rest -= part.weight
      if rest < 0 { return index }
    }
    return parts.count - 1
  }

  /// `count` indices of parts in exact proportion (largest remainders, ties to the earlier part), in random order.
  ///
  /// A fleet that is said to be 60 % EPYC is 60 % EPYC in each replication: drawing each host by itself would add a
  /// noise of composition that the scenario does not mean.
  public func indices(count: Int, shuffledBy stream: inout RandomStream) -> [Int] {
    guard !parts.isEmpty else { return [] }
    let total = parts.reduce(0) { $0 + $1.weight }
    precondition(total > 0 && total.isFinite, "the weights of a mix must add up to something")
    let exact = parts.map { $0.weight / total * Double(count) }
    var counts = exact.map { Int($0.rounded(.down)) }
    let missing = max(0, count - counts.reduce(0, +))
    let byRemainder = exact.indices.sorted { a, b in
      let (ra, rb) = (exact[a] - exact[a].rounded(.down), exact[b] - exact[b].rounded(.down))
      return ra == rb ? a < b : ra > rb
    }
    for index in byRemainder.prefix(missing) { counts[index] += 1 }
    var indices: [Int] = []
    indices.reserveCapacity(count)
    for (index, count) in counts.enumerated() {
      indices.append(contentsOf: repeatElement(index, count: count))
    }
    for i in stride(from: indices.count - 1, to: 0, by: -1) { indices.swapAt(i, stream.index(below: i + 1)) }
    return indices
  }
}
