public import Quantities

/// The time average of a value that jumps from one level to another, such as a number of migrations under way.
public struct TimeWeighted: Hashable, Sendable, Codable {
  /// The level since the last change.
  public private(set) var value: Double
  private var since: Instant
  private var summary: TimeAverage

  /// Starts at `time` with the level `value`.
  public init(_ value: Double, at time: Instant) {
    self.value = value
    since = time
    summary = TimeAverage(duration: .zero, integral: 0, max: value)
  }

  /// Jumps to another level at `time`, which must not lie before the last change.
  public mutating func set(_ newValue: Double, at time: Instant) {
    summary = summary(until: time)
    since = time
    value = newValue
    summary.max = max(summary.max, newValue)
  }

  /// Jumps by `change` at `time`.
  public mutating func add(_ change: Double, at time: Instant) { set(value + change, at: time) }

  /// Average, integral and maximum from the start until `time`.
  public func summary(until time: Instant) -> TimeAverage {
    precondition(time >= since, "time does not go back")
    var result = summary
    result.duration = result.duration + (time - since)
    result.integral += value * (time - since).seconds
    return result
  }
}

/// What a ``TimeWeighted`` value amounted to over some time; two of them merge as if one had followed the other.
public struct TimeAverage: Hashable, Sendable, Codable {
  public var duration: Duration
  /// The value times seconds.
  public var integral: Double
  public var max: Double

  public init(duration: Duration, integral: Double, max: Double) {
    self.duration = duration
    self.integral = integral
    self.max = max
  }

  /// The average over the time; nil if none has passed.
  public var mean: Double? { duration > .zero ? integral / duration.seconds : nil }

  public mutating func merge(_ other: TimeAverage) {
    duration = duration + other.duration
    integral += other.integral
    max = Swift.max(max, other.max)
  }
}
