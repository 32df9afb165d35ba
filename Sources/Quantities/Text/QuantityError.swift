/// Why a text is not the quantity that was expected, for the person who wrote it.
public struct QuantityError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, with the offending text: "'200 G' is ambiguous".
  public let message: String
  /// What to write instead: "write GB (10^9) or GiB (2^30)".
  public let hint: String

  public init(_ message: String, hint: String) {
    self.message = message
    self.hint = hint
  }

  public var description: String { "\(message): \(hint)" }
}
