/// A finite choice of values with their probabilities.
struct DiscreteMix: Hashable, Sendable {
  /// Ascending, each once, each with some weight.
  let values: [Double]
  /// The probability of at most the value at the same index; the last is exactly 1.
  let cumulative: [Double]

  init(_ choices: [(value: Double, weight: Double)]) throws(DistributionError) {
    for choice in choices {
      try Check.finite(choice.value, "value", of: "discrete")
      try Check.notNegative(choice.weight, "weight", of: "discrete")
    }
    // Stable for equal values: weights are added in the order written.
    let sorted = choices.enumerated().filter { $0.element.weight > 0 }
      .sorted { ($0.element.value, $0.offset) < ($1.element.value, $1.offset) }.map(\.element)
    let total = sorted.reduce(0) { $0 + $1.weight }
    guard total > 0, total.isFinite else {
      throw DistributionError("discrete: there must be at least one value with a weight above zero")
    }
    var values: [Double] = []
    var cumulative: [Double] = []
    var sum = 0.0
    for (value, weight) in sorted {
      sum += weight
      if value == values.last { cumulative.removeLast() } else { values.append(value) }
      cumulative.append(sum / total)
    }
    cumulative[cumulative.count - 1] = 1
    self.values = values
    self.cumulative = cumulative
  }

  /// The same choice among the values of a range, or nil if it holds none.
  func restricted(_ low: Double, _ high: Double) -> DiscreteMix? {
    let kept = values.indices.filter { values[$0] >= low && values[$0] <= high }
    return try? DiscreteMix(kept.map { (values[$0], probability($0)) })
  }

  func quantile(_ p: Double) -> Double { values[firstIndex(in: cumulative) { $0 >= p }] }

  func cdf(_ x: Double) -> Double {
    let above = firstIndex(in: values) { $0 > x }
    return above == 0 ? 0 : cumulative[above - 1]
  }

  var mean: Double { values.indices.reduce(0) { $0 + values[$1] * probability($1) } }

  private func probability(_ index: Int) -> Double {
    index == 0 ? cumulative[0] : cumulative[index] - cumulative[index - 1]
  }
}

/// The first index whose element satisfies a test that fails below some index and holds from there on; the count if it
/// never holds. O(log n).
func firstIndex(in elements: [Double], where holds: (Double) -> Bool) -> Int {
  var (low, high) = (0, elements.count)
  while low < high {
    let middle = (low + high) / 2
    if holds(elements[middle]) { high = middle } else { low = middle + 1 }
  }
  return low
}
