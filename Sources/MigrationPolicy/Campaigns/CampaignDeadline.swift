public import Quantities

/// When a campaign is to be over: a deadline of its own, or an embargo.
public struct CampaignDeadline: Hashable, Sendable {
  /// From the start of the simulation.
  public var after: Duration
  public var then: Action

  public enum Action: String, Hashable, Sendable, CaseIterable {
    /// It goes on, late.
    case goOn = "go-on"
    /// Nothing new is begun; what is under way comes to its end.
    case stop
    /// What is not done is done by force: hosts are worked on with their guests on them, who are down meanwhile.
    case force
  }

  public init(after: Duration, then: Action = .goOn) {
    self.after = after
    self.then = then
  }
}

/// What makes a campaign pause: nothing new is begun then, and what is under way comes to its end.
public struct StopCondition: Hashable, Sendable, CustomStringConvertible {
  public var measure: Measure
  public var limit: Limit

  public enum Measure: String, Hashable, Sendable, CaseIterable {
    /// Attempts that were made and failed.
    case failures
    /// Moves that ended with the guest where it was.
    case abandoned
    /// Guests whose host died before they were out.
    case lost
    /// What the clients of one guest saw in one move.
    case downtime
    /// What the clients of all of them saw.
    case totalDowntime = "total-downtime"
  }

  public enum Limit: Hashable, Sendable {
    case count(Int)
    /// Of attempts (failures) or of moves (abandoned, lost). Not judged by fewer than a single failure would break.
    case share(Double)
    case time(Duration)
  }

  public init(_ measure: Measure, over limit: Limit) {
    self.measure = measure
    self.limit = limit
  }

  public var description: String {
    let words =
      switch limit {
      case .count(let count): "\(count)"
      case .share(let share): "\((share * 10_000).rounded() / 100) %".replacing(".0 %", with: " %")
      case .time(let time): "\(time)"
      }
    return "\(measure.rawValue) > \(words)"
  }

  /// Whether it is reached.
  ///
  /// - Parameters:
  ///   - count: of what the measure counts.
  ///   - whole: what that is a part of.
  ///   - seconds: of a measure of time.
  public func isReached(count: Int, of whole: Int, seconds: Double) -> Bool {
    switch limit {
    case .count(let limit): count > limit
    case .share(let limit): Double(whole) * limit >= 1 && Double(count) > limit * Double(whole)
    case .time(let limit): seconds > limit.seconds
    }
  }
}
