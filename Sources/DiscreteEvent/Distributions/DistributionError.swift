/// Why the parameters of a ``Distribution`` make no sense, in a sentence for the person who wrote them.
public struct DistributionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, with the offending value: "exponential: the mean is -3, but must be above zero".
  public let message: String

  init(_ message: String) { self.message = message }

  public var description: String { message }
}

/// Checks of parameters; each throws a sentence that names the distribution, the parameter and its value.
enum Check {
  static func positive(_ value: Double, _ name: String, of family: String) throws(DistributionError) {
    try finite(value, name, of: family)
    guard value > 0 else {
      throw DistributionError("\(family): the \(name) is \(value), but must be above zero")
    }
  }

  static func notNegative(_ value: Double, _ name: String, of family: String) throws(DistributionError) {
    try finite(value, name, of: family)
    guard value >= 0 else {
      throw DistributionError("\(family): the \(name) is \(value), but must not be negative")
    }
  }

  static func finite(_ value: Double, _ name: String, of family: String) throws(DistributionError) {
    guard value.isFinite else {
      throw DistributionError("\(family): the \(name) is \(value), but must be a finite number")
    }
  }
}
