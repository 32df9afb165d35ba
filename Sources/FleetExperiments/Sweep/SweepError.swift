/// Why a sweep cannot be made as it was asked for, for the person who asked.
public struct SweepError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong: "'limits.host-out' has no values".
  public let message: String
  /// What to write instead.
  public let remedy: String

  public init(_ message: String, remedy: String) {
    self.message = message
    self.remedy = remedy
  }

  public var description: String { "\(message): \(remedy)" }
}
