public import Quantities

/// Recurring times at which the guest may be stopped, and a last date. Within them it is stopped as soon as it can be;
/// outside it runs on, and the copy is brought up to date when the next one opens.
public struct CutoverWindows: Hashable, Codable, Sendable {
  /// A part of each week.
  public struct Range: Hashable, Codable, Sendable {
    /// Since the week of the clock's zero began.
    public var from: Duration
    public var length: Duration

    public init(from: Duration, length: Duration) {
      self.from = from
      self.length = length
    }
  }

  /// A time at which no guest is stopped, whatever the week says.
  public struct Blackout: Hashable, Codable, Sendable {
    public var from: Instant
    public var until: Instant

    public init(from: Instant, until: Instant) {
      self.from = from
      self.until = until
    }
  }

  /// Every week.
  public var weekly: [Range]
  public var blackouts: [Blackout]
  /// Nobody waits longer for one to open.
  public var until: Instant

  public init(weekly: [Range], blackouts: [Blackout] = [], until: Instant) {
    self.weekly = weekly
    self.blackouts = blackouts
    self.until = until
  }

  private static let week = Duration.days(7)

  /// A time since the clock's zero as one of its week, from zero up to seven days.
  public static func inWeek(_ time: Duration) -> Duration {
    let rest = time.nanoseconds % week.nanoseconds
    return Duration(nanoseconds: rest < 0 ? rest + week.nanoseconds : rest)
  }

  /// The first time from `now` on at which the guest may be stopped; `nil` if there is none before the last date.
  ///
  /// Complexity: O(ranges + blackouts) for each blackout that is in the way.
  public func opening(from now: Instant) -> Instant? {
    var time = now
    while time < until {
      guard let wait = weekly.compactMap({ CutoverWindows.wait(for: $0, from: time) }).min() else {
        return nil
      }
      time = time + wait
      guard time < until else { return nil }
      guard let blackout = blackouts.first(where: { $0.from <= time && time < $0.until }) else { return time }
      time = blackout.until
    }
    return nil
  }

  /// Nothing inside the range.
  private static func wait(for range: Range, from time: Instant) -> Duration? {
    guard range.length > .zero else { return nil }
    if range.length >= week { return .zero }
    let since = inWeek((time - .zero) - range.from)
    return since < range.length ? .zero : week - since
  }

  func validate() throws(PlanError) {
    if weekly.isEmpty { throw PlanError("a guest that may only be stopped in windows needs one") }
    if weekly.contains(where: { $0.from < .zero }) { throw PlanError("a window begins before its week") }
    if until >= .distantFuture { throw PlanError("a wait for a window needs a last date") }
  }
}

/// A stop that somebody else decides on.
public struct CutoverGate: Hashable, Codable, Sendable {
  public var kind: GateKind
  /// From when the copy is ready.
  public var within: Duration
  public var otherwise: GateExpiry

  public init(_ kind: GateKind, within: Duration, otherwise: GateExpiry = .goAhead) {
    self.kind = kind
    self.within = within
    self.otherwise = otherwise
  }
}

/// Who opens the gate.
public enum GateKind: String, Hashable, Codable, Sendable, CaseIterable {
  /// An operator. The driver says `timeReached` when he does.
  case byHand = "by-hand"
  /// The customer, who reboots his guest: that is its stop, and it comes up at the other end (Rackspace's move from
  /// first to next generation, 2015). The driver says `guestStopped` when it has gone down.
  case onCustomerReboot = "on-customer-reboot"
}

/// What is done when nobody has opened the gate in time.
public enum GateExpiry: String, Hashable, Codable, Sendable, CaseIterable {
  case goAhead = "go-ahead"
  case giveUp = "give-up"
}

/// What a wait of the machine is for.
enum CutoverWait: String, Hashable, Codable, Sendable {
  case agreed, window, gate
}
