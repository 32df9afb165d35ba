/// Why a run folder cannot be used, for the person who named it.
public struct RunStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is, which decides the program's exit code.
  public enum Kind: Hashable, Sendable {
    /// There is no such folder, or no run in it.
    case missing
    /// What lies there is damaged, or no run.
    case damaged
    /// It is another run, or another version's.
    case incomparable
    /// Shards are missing.
    case incomplete
    /// It is done, and what it came to is not to be lost.
    case finished
    case io
  }

  public let kind: Kind
  /// What is wrong.
  public let message: String
  /// What to do about it.
  public let remedy: String

  public init(_ kind: Kind, _ message: String, remedy: String) {
    (self.kind, self.message, self.remedy) = (kind, message, remedy)
  }

  public var description: String { "\(message): \(remedy)" }
}
