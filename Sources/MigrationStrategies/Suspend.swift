public import CutoverCore
public import Quantities

/// Suspend, move, resume: the guest is frozen while its memory, and a local disk, travel; it goes on where it stood.
public struct Suspend: MigrationStrategy {
  public let name = "suspend"
  public var looksAtGuest: Bool { false }
  /// How long the guest may stand still before it is let go on where it was.
  public var timeout: Duration

  public init(timeout: Duration = .hours(24)) { self.timeout = timeout }

  public func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
    guard request.resizeTo == nil else { throw Refusal(.notPossible) }
    var deadlines = CutoverDeadlines()
    deadlines.outage = timeout
    return CutoverPlan(
      strategy: name, media: request.disk == .local ? [.disk, .memory] : [.memory],
      notBefore: request.notBefore, stop: .pause, start: .resume, deadlines: deadlines)
  }
}
