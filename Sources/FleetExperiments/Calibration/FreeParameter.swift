internal import Foundation
internal import Quantities

/// A figure of a scenario that is to be found between two ends: `mechanics.stream-rate.lognormal.median=300..800 MB/s`.
public struct FreeParameter: Hashable, Sendable {
  public let path: String
  public let range: SweepRange

  /// Reads `PATH=LOW..HIGH`.
  public init(parsing text: String) throws(SweepError) {
    let factor: SweepFactor
    do throws(SweepError) { factor = try SweepFactor(parsing: text) } catch {
      throw SweepError(
        error.message, remedy: "write it like mechanics.stream-rate.lognormal.median=300..800 MB/s")
    }
    guard case .range(let range) = factor.levels, range.steps == nil else {
      throw SweepError(
        "'\(factor.path)' is given values one by one, and a fit needs all between two ends",
        remedy: "write \(factor.path)=LOW..HIGH; which of some values suits best, `fleetshift sweep` shows")
    }
    guard !range.isWhole else {
      let (low, high) = (range.text(range.low), range.text(range.high))
      throw SweepError(
        "'\(factor.path)' from \(low) to \(high) has whole numbers only, between which nothing can be fitted",
        remedy:
          "`fleetshift sweep --over \(factor.path)=\(low)..\(high)` tries each; if it is no count, write \(low).0..\(high).0"
      )
    }
    path = factor.path
    self.range = range
  }

  /// Whether it is looked for by factors and not by steps: where its ends are ten times apart or more.
  var isLogarithmic: Bool { range.low > 0 && range.high >= 10 * range.low }

  /// The value at a place between the ends, from 0 to 1.
  func value(at share: Double) -> Double {
    isLogarithmic
      ? range.low * exp(share * log(range.high / range.low)) : range.low + share * (range.high - range.low)
  }

  /// The place of a value.
  func share(of value: Double) -> Double {
    isLogarithmic
      ? log(value / range.low) / log(range.high / range.low) : (value - range.low) / (range.high - range.low)
  }

  /// How fast the value rises with its place.
  func slope(at share: Double) -> Double {
    isLogarithmic ? value(at: share) * log(range.high / range.low) : range.high - range.low
  }

  /// What a figure of the scenario is in the unit of the range; `nil` where it is of another kind.
  public func start(_ text: String) -> Double? {
    let (number, unit, _) = SweepRange.split(text)
    if unit == range.unit { return number }
    if range.unit == "%", unit.isEmpty { return number.map { $0 * 100 } }
    if range.unit.isEmpty, unit == "%" { return number.map { $0 / 100 } }
    let kinds: [(String) -> Double?] = [
      { try? Bytes(parsing: $0).value }, { try? ByteRate(parsing: $0).bytesPerSecond },
      { try? Duration(parsing: $0).seconds }, { try? EventRate(parsing: $0).perSecond },
    ]
    return kinds.lazy.compactMap { kind -> Double? in
      guard let value = kind(text), let one = kind("1 \(range.unit)"), one > 0 else { return nil }
      return value / one
    }.first
  }
}
