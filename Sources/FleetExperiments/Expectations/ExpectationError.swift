/// Why an `expect:` clause cannot be read or judged, for the person who wrote it.
public struct ExpectationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// How many characters of the clause come before what is wrong; its length where something is missing at the end.
  public let position: Int
  /// What is wrong: "there is no metric called 'total-tme'".
  public let message: String
  /// What to write instead: "did you mean total-time?".
  public let remedy: String

  public init(position: Int, message: String, remedy: String) {
    self.position = position
    self.message = message
    self.remedy = remedy
  }

  public var description: String { "\(message): \(remedy)" }
}
