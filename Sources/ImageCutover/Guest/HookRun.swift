/// One run of a guest's hook, as it stands in the report.
public struct HookRun: Hashable, Codable, Sendable {
  /// What it was asked to do: `FLEETSHIFT_ACTION`.
  public var action: String
  public var command: [String]
  /// The exit code; `nil` if it was ended by a signal, or could not be started.
  public var status: Int32?
  public var timedOut: Bool
  public var seconds: Double
  /// What it said, the first 64 KiB of each.
  public var output: String
  public var errors: String

  /// Whether it did what it was asked to. One that ends with 0 because it was told to end says that it has ended, and no
  /// more.
  public var isDone: Bool { status == 0 && !timedOut }

  /// Whether there was a program at all: the shortest takes some time.
  var didStart: Bool { seconds > 0 }

  enum CodingKeys: String, CodingKey {
    case action, command, status, seconds, output, errors
    case timedOut = "timed_out"
  }
}
