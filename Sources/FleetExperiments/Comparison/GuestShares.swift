internal import FleetSimulation

/// Shares, 0 to 1, of the guests that were moved in both variants, by what a move cost them on average. A guest that
/// one variant did not move has paid nothing there yet, which is no merit of the variant.
public struct GuestShares: Codable, Hashable, Sendable {
  public var better: Estimate
  public var equal: Estimate
  public var worse: Estimate
}

extension GuestShares {
  /// A difference of downtime below this many seconds counts as none: nobody could tell.
  private static let indistinguishable: Float = 0.001

  /// Of pairs of replications, those that know their guests one by one.
  init(_ first: [Ledger], _ second: [Ledger]) {
    let shares = zip(first, second).map { GuestShares.shares($0, $1) }
    better = Estimate(shares.map(\.better))
    equal = Estimate(shares.map(\.equal))
    worse = Estimate(shares.map(\.worse))
  }

  private static func shares(_ first: Ledger, _ second: Ledger) -> (
    better: Double, equal: Double, worse: Double
  ) {
    var (better, equal, worse) = (0.0, 0.0, 0.0)
    for guest in first.guestDowntime.indices {
      let (moves, otherMoves) = (first.guestMoves[guest], second.guestMoves[guest])
      guard moves > 0, otherMoves > 0 else { continue }
      let a = first.guestDowntime[guest] / Float(moves)
      let b = second.guestDowntime[guest] / Float(otherMoves)
      if abs(a - b) < indistinguishable { equal += 1 } else if b < a { better += 1 } else { worse += 1 }
    }
    let all = max(1, better + equal + worse)
    return (better / all, equal / all, worse / all)
  }
}
