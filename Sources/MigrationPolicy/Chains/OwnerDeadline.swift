public import Quantities

/// Somebody's patience with a move: Watcher's 900 s around Nova's own limit, a maintenance plan's embargo.
///
/// Deadlines of several owners run side by side, each from its own begin; whichever passes first acts.
public struct OwnerDeadline: Hashable, Sendable {
  public var owner = ""
  public var scope = DeadlineScope.move
  /// Since the begin of the attempt, the step or the move.
  public var after: Duration?
  /// Since the begin of the simulation.
  public var at: Duration?
  public var then = OverdueAction.stop

  public init() {}
}

/// What a deadline is of.
public enum DeadlineScope: String, Hashable, Sendable, CaseIterable {
  case attempt, step, move
}

/// What an owner does when his deadline passes.
public enum OverdueAction: String, Hashable, Sendable, CaseIterable {
  /// The attempt is called off, and the chain goes on with the next step.
  case next
  /// The attempt is called off, and the move ends.
  case stop
  /// He looks away: the attempt goes on by itself, and takes no more of any limit (Watcher's failed action).
  case abandon
}
