/// One metric of one group of moves, before and after.
public struct CheckFinding: Codable, Hashable, Sendable {
  /// All moves, or those of a class, of a campaign.
  public var group: CheckGroup
  public var metric: CheckMetric
  public var before: Double
  public var after: Double
  /// After minus before, over pairs of replications, with its 95 % interval.
  public var difference: Estimate
  /// The probability of such a difference if there were none, raised by Holm's procedure for all that were looked at;
  /// `nil` with a single pair.
  public var probability: Double?
  public var verdict: CheckVerdict

  /// The difference as a part of what it was before; `nil` of nothing.
  public var relative: Double? { before == 0 ? nil : difference.mean / abs(before) }
}

/// A group of moves that is looked at by itself.
public struct CheckGroup: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Hashable, Sendable {
    case all
    case vmClass = "class"
    case campaign
  }

  public var kind: Kind
  /// Empty for all moves.
  public var name: String

  public var words: String { kind == .all ? "all VMs" : name }
}

/// What a difference means for a merge.
public enum CheckVerdict: String, Codable, Hashable, Sendable {
  /// Each replication came to the very same.
  case equal
  /// It may be chance.
  case unclear
  case better
  /// Surely worse, and by no more than is tolerated.
  case tolerated
  case worse
}
