/// Which of the hosts that have room takes the guest.
public enum PlacementScore: String, Hashable, Sendable, CaseIterable {
  /// The one with most free memory.
  case spread
  /// The one with least free memory.
  case pack

  /// The higher, the better; `freeShare` is the free share of the host's memory.
  @inlinable public func score(freeShare: Double) -> Double {
    switch self {
    case .spread: freeShare
    case .pack: -freeShare
    }
  }
}
