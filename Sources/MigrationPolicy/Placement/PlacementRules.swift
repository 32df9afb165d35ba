/// What besides `PlacementScore` decides where guests go. As it stands it asks for nothing.
public struct PlacementRules: Sendable {
  /// Take the place of `PlacementScore`; empty: they don't.
  public var scores: [WeightedScore] = []
  /// Whether hosts with the newest kernel of their site come before all others (oVirt's `InClusterUpgrade`).
  public var prefersUpgraded = false
  /// The site must keep as much memory free as its so many largest hosts have, or the guest is not placed; an emergency
  /// may use it up.
  public var headroom = 0

  public init() {}

  /// Whether hosts differ by more than what memory they have free.
  public var looksAtHosts: Bool { prefersUpgraded || !scores.isEmpty }
}
