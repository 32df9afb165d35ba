public import CutoverCore
public import Quantities

/// Times of the week at which guests may be stopped, and dates at which they may not.
public struct MaintenanceWindow: Hashable, Sendable {
  public var name = ""
  /// Since the week began, in the window's own time zone; the simulation begins on a Monday at midnight UTC.
  public var weekly: [WeeklyRange] = []
  /// What its clocks show is this much later than UTC.
  public var utcOffset = Duration.zero
  /// Since the simulation began.
  public var blackouts: [DateRange] = []
  /// The groups of guests that it is the window of.
  public var groups: [String] = []
  /// A stop is not begun with less than this left of the window.
  public var leaves = Duration.zero

  public init() {}

  /// The same in the machine's own terms: a move that is still waiting at `until` has missed it.
  public func schedule(until: Instant) -> CutoverWindows {
    CutoverWindows(
      weekly: weekly.map { range in
        CutoverWindows.Range(
          from: CutoverWindows.inWeek(range.from - utcOffset), length: range.length - leaves)
      }, blackouts: blackouts.map { CutoverWindows.Blackout(from: .zero + $0.from, until: .zero + $0.until) },
      until: until)
  }
}

/// A part of each week.
public struct WeeklyRange: Hashable, Sendable {
  /// Since Monday, midnight.
  public var from = Duration.zero
  public var length = Duration.days(7)

  public init() {}
}

/// From one date to another, since the simulation began.
public struct DateRange: Hashable, Sendable {
  public var from = Duration.zero
  public var until = Duration.zero

  public init() {}
}
