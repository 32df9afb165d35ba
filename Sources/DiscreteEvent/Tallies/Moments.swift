/// Count, mean, variance and range of numbers that pass by once.
///
/// Welford's recurrence (1962) keeps the variance exact where the textbook sum of squares cancels; two tallies merge by
/// Chan, Golub and LeVeque (1983). Merging gives the same as adding all numbers to one tally up to rounding, so merge in
/// a fixed order (that of the replications) where results must agree to the last bit.
public struct Moments: Hashable, Sendable, Codable {
  public private(set) var count = 0
  /// The arithmetic mean; zero while nothing has been added.
  public private(set) var mean = 0.0
  public private(set) var sum = 0.0
  private var least = 0.0
  private var greatest = 0.0
  /// The sum of the squared distances from the mean.
  private var squares = 0.0

  public init() {}

  /// Adds one number, which must be finite; O(1).
  public mutating func add(_ value: Double) {
    precondition(value.isFinite, "\(value) has no place in a mean")
    count += 1
    let distance = value - mean
    mean += distance / Double(count)
    squares += distance * (value - mean)
    sum += value
    least = count == 1 ? value : Swift.min(least, value)
    greatest = count == 1 ? value : Swift.max(greatest, value)
  }

  /// Adds all that `other` has seen.
  public mutating func merge(_ other: Moments) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      self = other
      return
    }
    let total = Double(count + other.count)
    let distance = other.mean - mean
    mean += distance * Double(other.count) / total
    squares += other.squares + distance * distance * Double(count) * Double(other.count) / total
    count += other.count
    sum += other.sum
    least = Swift.min(least, other.least)
    greatest = Swift.max(greatest, other.greatest)
  }

  /// The least number; nil while there are none.
  public var min: Double? { count == 0 ? nil : least }

  /// The greatest number; nil while there are none.
  public var max: Double? { count == 0 ? nil : greatest }

  /// The unbiased sample variance (divided by n - 1); nil below two numbers.
  public var variance: Double? { count < 2 ? nil : squares / Double(count - 1) }

  public var standardDeviation: Double? { variance?.squareRoot() }
}
