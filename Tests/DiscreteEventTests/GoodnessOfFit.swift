/// The greatest distance between the empirical distribution of a sample and a distribution function.
func kolmogorovSmirnov(_ sample: [Double], _ cdf: (Double) -> Double) -> Double {
  let sorted = sample.sorted()
  let n = Double(sorted.count)
  return sorted.enumerated().reduce(0) { worst, entry in
    let p = cdf(entry.element)
    return max(worst, p - Double(entry.offset) / n, Double(entry.offset + 1) / n - p)
  }
}

/// The distance that a sample of `n` exceeds once in a thousand (Kolmogorov's limit law: 1.95 / sqrt n).
func kolmogorovLimit(_ n: Int) -> Double { 1.9495 / Double(n).squareRoot() }

/// The integral of `f` over a finite interval by the composite Simpson rule.
func integral(_ low: Double, _ high: Double, steps: Int = 2000, _ f: (Double) -> Double) -> Double {
  let h = (high - low) / Double(steps)
  var sum = f(low) + f(high)
  for step in 1..<steps { sum += f(low + Double(step) * h) * (step % 2 == 1 ? 4 : 2) }
  return sum * h / 3
}
