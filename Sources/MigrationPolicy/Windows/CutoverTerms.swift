public import CutoverCore
public import DiscreteEvent
public import Quantities

/// When a guest is stopped that has been copied as far as it can be.
public struct CutoverTerms: Hashable, Sendable {
  public var moment = CutoverMoment.asap
  /// The copy begins this long before the agreed date, and then keeps in step; `nil`: on the date.
  public var copyAhead: Duration?
  /// How long a move waits for its window before it has missed it.
  public var longestWait = Duration.days(90)

  public init() {}
}

/// What the stop waits for.
public enum CutoverMoment: Hashable, Sendable {
  case asap
  /// A window by name; without one, that of the guest's group, if it has any.
  case inWindow(String?)
  case gate(GateTerms)
}

/// Somebody other than the migration decides when: an operator, or the customer by his own reboot.
public struct GateTerms: Hashable, Sendable {
  public var kind = GateKind.byHand
  /// From when the copy is ready until it happens, in seconds.
  public var after = Distribution.zero
  /// The share of customers' reboots that are hard ones, which do not count (Rackspace: only a soft reboot does).
  public var hard = 0.0
  /// How long it is waited for.
  public var within = Duration.days(30)
  public var otherwise = GateExpiry.goAhead

  public init() {}
}
