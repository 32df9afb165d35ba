/// How surprising the differences between several treatments would be if there were none, where each was tried in every
/// block: the F test of a randomised block design, one observation a cell (Fisher 1935, chapter 4).
///
/// Blocks are replications that share their chance (common random numbers): what makes a replication good or bad at all
/// points alike is taken out, as in a paired t-test, whose square this is for two treatments. Replications need not
/// agree by the same amount on all pairs of treatments (sphericity). The degrees of freedom are lowered for that by
/// Huynh and Feldt's estimate (Journal of Educational Statistics 1 (1976), 69-82) of Box's epsilon (Annals of
/// Mathematical Statistics 25 (1954), 290-302 and 484-498), which keeps the level where treatments have different
/// variances and more or less of their chance in common. Two blocks cannot estimate it: the lowest value is taken.
public struct BlockTest: Sendable {
  /// The mean square between treatments over that of what is left; infinite where nothing is left.
  public let statistic: Double
  /// Degrees of freedom between treatments and of what is left, lowered.
  public let degrees: (between: Double, within: Double)
  /// The probability of differences at least as large, were there none.
  public let probability: Double

  /// Beyond rounding: what is left below this part of the largest value's square is nothing.
  private static let rounding = 1e-24

  /// - Parameter values: treatment by treatment, a number per block; all as many, and finite. O(treatments · blocks ·
  ///   the lesser of both).
  /// - Returns: `nil` below two treatments or two blocks.
  public init?(_ values: [[Double]]) {
    let (treatments, blocks) = (values.count, values.first?.count ?? 0)
    guard treatments > 1, blocks > 1, values.allSatisfy({ $0.count == blocks }) else { return nil }
    let rows = values.map { $0.reduce(0, +) / Double(blocks) }
    let columns = (0..<blocks).map { block in
      values.reduce(0) { $0 + $1[block] } / Double(treatments)
    }
    let all = rows.reduce(0, +) / Double(treatments)
    let residuals = zip(values, rows).map { row, mean in
      zip(row, columns).map { value, column in value - mean - column + all }
    }
    let between = Double(blocks) * rows.reduce(0) { $0 + ($1 - all) * ($1 - all) }
    let within = residuals.reduce(0) { sum, row in row.reduce(sum) { $0 + $1 * $1 } }
    let size = values.joined().map(abs).max() ?? 0
    let least = BlockTest.rounding * size * size * Double(treatments * blocks)
    let (above, below) = (Double(treatments - 1), Double((treatments - 1) * (blocks - 1)))
    guard within > least else {
      degrees = (above, below)
      statistic = between > least ? .infinity : 0
      probability = between > least ? 0 : 1
      return
    }
    let epsilon = BlockTest.epsilon(residuals, treatments, blocks)
    degrees = (above * epsilon, below * epsilon)
    statistic = (between / above) / (within / below)
    probability = GSL.fisherTail(statistic, above: degrees.between, below: degrees.within)
  }

  /// From 1 / (treatments - 1) to 1: how far the degrees of freedom go down.
  private static func epsilon(_ residuals: [[Double]], _ treatments: Int, _ blocks: Int) -> Double {
    let (k, n) = (Double(treatments - 1), Double(blocks))
    guard blocks > 2 else { return 1 / k }
    let box = min(1, traceRatio(residuals, treatments, blocks) / k)
    let below = k * (n - 1 - k * box)
    // As many treatments as blocks or more can use up all there is to estimate by: then nothing speaks against 1.
    guard below > 1e-9 * k else { return 1 }
    return min(1, max(box, (n * k * box - 2) / below))
  }

  /// The square of the trace of the residuals' covariances over the trace of their square. Either product of the matrix
  /// with itself has both; the smaller is taken.
  private static func traceRatio(_ residuals: [[Double]], _ treatments: Int, _ blocks: Int) -> Double {
    let vectors =
      treatments <= blocks ? residuals : (0..<blocks).map { block in residuals.map { $0[block] } }
    var (trace, square) = (0.0, 0.0)
    for (index, a) in vectors.enumerated() {
      for (other, b) in vectors[...index].enumerated() {
        let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        if index == other { trace += product }
        square += (index == other ? 1 : 2) * product * product
      }
    }
    return trace * trace / square
  }
}
