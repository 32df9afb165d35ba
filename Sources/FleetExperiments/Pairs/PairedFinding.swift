package import DiscreteEvent

/// One metric of one group of moves, before and after, or in one variant and another.
public struct PairedFinding: Codable, Hashable, Sendable {
  /// All moves, or those of a class, of a campaign.
  public var group: PairedGroup
  public var metric: PairedMetric
  /// Means over the pairs of replications.
  public var before: Double
  public var after: Double
  /// After minus before, over pairs of replications, with its 95 % interval by Student's t.
  public var difference: Estimate
  /// The interval that asks for no shape of distribution; `nil` with a single pair, and of a gate, which needs none.
  public var bootstrap: BootstrapEnds?
  /// The probability of such a difference if there were none, raised by Holm's procedure for all that were looked at;
  /// `nil` with a single pair.
  public var probability: Double?
  public var verdict: PairedVerdict
  /// In how many of the pairs it differs for the better, for the worse, or not at all.
  public var pairs: PairCounts

  /// The difference as a part of what it was before; `nil` of nothing.
  public var relative: Double? { before == 0 ? nil : difference.mean / abs(before) }

  /// - Parameters:
  ///   - pairs: what it came to in each pair of replications; not empty.
  ///   - stream: all chance of the bootstrap; `nil` for none.
  ///   - isNeutral: whether neither more nor less of it is better this time.
  package init(
    _ group: PairedGroup, _ metric: PairedMetric, pairs: [(before: Double, after: Double)],
    stream: RandomStream?, isNeutral: Bool = false
  ) {
    let differences = pairs.map { $0.after - $0.before }
    self.group = group
    self.metric = metric
    before = Estimate(pairs.map(\.before)).mean
    after = Estimate(pairs.map(\.after)).mean
    difference = Estimate(differences)
    bootstrap = stream.flatMap { BootstrapInterval(differences, isExpanded: true, stream: $0) }
      .map { BootstrapEnds(low: $0.low, high: $0.high) }
    probability = PairedTest(differences)?.probability
    verdict = differences.allSatisfy { $0 == 0 } ? .equal : isNeutral ? .different : .unclear
    let (less, more) = (differences.count { $0 < 0 }, differences.count { $0 > 0 })
    self.pairs = PairCounts(
      better: metric.lessIsBetter ? less : more, equal: differences.count - less - more,
      worse: metric.lessIsBetter ? more : less)
  }
}

/// The ends of a 95 % interval by the bias-corrected and accelerated bootstrap, widened for few pairs.
public struct BootstrapEnds: Codable, Hashable, Sendable {
  public var low: Double
  public var high: Double
}

/// Pairs of replications, by which of the two did better.
public struct PairCounts: Codable, Hashable, Sendable {
  public var better: Int
  public var equal: Int
  public var worse: Int

  public var all: Int { better + equal + worse }
}

/// A group of moves that is looked at by itself.
public struct PairedGroup: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Hashable, Sendable {
    case all
    case vmClass = "class"
    case campaign
  }

  public var kind: Kind
  /// Empty for all moves.
  public var name: String

  public static let all = PairedGroup(kind: .all, name: "")

  public init(kind: Kind, name: String) { (self.kind, self.name) = (kind, name) }

  public var words: String { kind == .all ? "all VMs" : name }
}

/// What a difference means for whoever has to choose.
public enum PairedVerdict: String, Codable, Hashable, Sendable {
  /// Each replication came to the very same.
  case equal
  /// It may be chance.
  case unclear
  case better
  /// Surely worse, and by no more than is tolerated.
  case tolerated
  case worse
  /// Surely another number, of which neither is better: moves completed where both sides left as many undone, so that
  /// the rest are moves asked for again; and downtime, downtime saved, data, failures and brownout of unequally many
  /// moves, where a move by itself does not differ that way.
  case different
}
