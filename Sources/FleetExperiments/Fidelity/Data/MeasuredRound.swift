/// The end of one pre-copy round of a measured migration.
public struct MeasuredRound: Sendable {
  public let id: String
  public let round: Int
  /// Since the command.
  public let seconds: Double
  /// Not yet sent when the round's dirty pages were counted.
  public let pendingBytes: Double?
  /// Sent until then.
  public let sentBytes: Double

  public init(id: String, round: Int, seconds: Double, pendingBytes: Double?, sentBytes: Double) {
    self.id = id
    self.round = round
    self.seconds = seconds
    self.pendingBytes = pendingBytes
    self.sentBytes = sentBytes
  }
}
