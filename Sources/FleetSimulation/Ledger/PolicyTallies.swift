/// How minimum notices were kept, for stops of strategies that need one.
public struct NoticeTally: Hashable, Codable, Sendable {
  public internal(set) var kept = 0
  /// Stopped sooner after the ticket than the customer was promised, or without one.
  public internal(set) var violated = 0
  /// Stopped in an emergency, which owes nobody a notice.
  public internal(set) var waived = 0

  public init() {}
}

/// Resizes that hold both ends until they are confirmed, and those that could not be.
public struct ResizeTally: Hashable, Codable, Sendable {
  /// Wishes for a smaller flavor whose disk the guest's data do not fit.
  public internal(set) var tooFull = 0
  /// Wishes for another size that hardly a guest could have: there is no such flavor.
  public internal(set) var unfit = 0
  public internal(set) var confirmed = 0
  /// Not confirmed at the horizon.
  public internal(set) var unconfirmed = 0
  /// The memory that these hold of their old hosts, in bytes.
  public internal(set) var heldBytes = 0.0

  public init() {}
}
