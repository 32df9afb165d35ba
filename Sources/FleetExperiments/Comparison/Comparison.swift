public import FleetSimulation

/// Variants of one scenario, or results of it that were kept, each held against the first, pair by pair: the same
/// replication, the same guest.
public struct Comparison: Codable, Sendable {
  public var schema = "fleetshift.comparison/2"
  public var scenario: String
  public var seed: UInt64
  /// Pairs of replications: as many as all sides have.
  public var replications: Int
  /// What the others are held against.
  public var reference: String
  public var contrasts: [Contrast]

  /// One of them against the reference. In its findings `before` is the reference.
  public struct Contrast: Codable, Sendable {
    public var name: String
    /// Of all moves first, then by class and by campaign. Holm's procedure counts those of all contrasts.
    public var findings: [PairedFinding]
    /// Guests whose downtime is less, the same, or more than in the reference; `nil` of kept results, which do not know
    /// their guests one by one.
    public var guests: GuestShares?
    /// How often the campaigns of both ended; of one that did not always, no makespan is compared.
    public var campaigns: [CampaignEnds]?
    /// What more or fewer moves completed are about.
    public var undone: UndoneMoves?

    enum CodingKeys: String, CodingKey {
      case name, findings, campaigns
      case guests = "vms"
      case undone = "undone_moves"
    }

    public init(
      name: String, findings: [PairedFinding], guests: GuestShares? = nil, campaigns: [CampaignEnds]? = nil,
      undone: UndoneMoves? = nil
    ) {
      (self.name, self.findings, self.guests, self.campaigns) = (name, findings, guests, campaigns)
      self.undone = undone
    }

    /// What is known of a metric of a group; `nil` where it never happened.
    public subscript(metric: PairedMetric, group: PairedGroup = .all) -> PairedFinding? {
      findings.first { $0.metric == metric && $0.group == group }
    }
  }

  /// In what share of the replications a campaign was over at the horizon, 0 to 1.
  public struct CampaignEnds: Codable, Hashable, Sendable {
    public var name: String
    public var finishedBefore: Double
    public var finishedAfter: Double

    enum CodingKeys: String, CodingKey {
      case name
      case finishedBefore = "finished_before_share"
      case finishedAfter = "finished_after_share"
    }
  }

  /// Moves asked for and not completed, and completed moves of guests that had been moved before; means over the pairs
  /// of replications.
  public struct UndoneMoves: Codable, Hashable, Sendable {
    public var before: Double
    public var after: Double
    /// `nil` of results of older versions.
    public var repeatedBefore: Double?
    public var repeatedAfter: Double?

    enum CodingKeys: String, CodingKey {
      case before, after
      case repeatedBefore = "repeated_before"
      case repeatedAfter = "repeated_after"
    }

    public init(before: Double, after: Double, repeatedBefore: Double? = nil, repeatedAfter: Double? = nil) {
      (self.before, self.after) = (before, after)
      (self.repeatedBefore, self.repeatedAfter) = (repeatedBefore, repeatedAfter)
    }
  }

  /// What takes part.
  public struct Side: Sendable {
    public var name: String
    public var result: StudyResult
    /// With their guests, where it was simulated just now.
    public var ledgers: [Ledger]?

    public init(name: String, result: StudyResult, ledgers: [Ledger]? = nil) {
      (self.name, self.result, self.ledgers) = (name, result, ledgers)
    }
  }

  public init(
    scenario: String, seed: UInt64, replications: Int, reference: String, contrasts: [Contrast]
  ) {
    (self.scenario, self.seed, self.replications) = (scenario, seed, replications)
    (self.reference, self.contrasts) = (reference, contrasts)
  }
}

extension Comparison {
  /// Of all moves: totals, what a move costs, and how that is distributed.
  private static let ofAll =
    PairedMetric.totals + PairedMetric.gating.filter { !PairedMetric.totals.contains($0) }
    + [.drainTimeMedian, .drainTimeP95]

  /// - Parameter sides: two at least; the others are held against the first.
  /// - Throws: `NotComparable` if one is no partner of the first.
  public init(_ sides: [Side]) throws(NotComparable) {
    guard let first = sides.first, sides.count > 1 else {
      throw NotComparable("there is only one side", remedy: "a comparison takes two at least")
    }
    var pairs: [ResultPair] = []
    for side in sides.dropFirst() {
      do { pairs.append(try ResultPair(first.result, side.result)) } catch {
        throw NotComparable(
          "'\(first.name)' and '\(side.name)': \(error.description)", remedy: error.remedy)
      }
    }
    var contrasts = zip(sides.dropFirst(), pairs).map { side, pair in
      Contrast(
        name: side.name,
        findings: pair.findings(
          ofAll: Comparison.ofAll, ofGroups: PairedMetric.gating,
          bootstraps: true),
        guests: first.ledgers.flatMap { ours in side.ledgers.map { GuestShares(ours, $0) } },
        campaigns: CampaignEnds.of(pair), undone: UndoneMoves(pair))
    }
    // Who asks more questions is more often led astray by chance, whichever side it is about.
    var all = contrasts.flatMap(\.findings)
    all.judge()
    for index in contrasts.indices {
      let count = contrasts[index].findings.count
      contrasts[index].findings = Array(all.prefix(count))
      all.removeFirst(count)
    }
    self.init(
      scenario: first.result.scenario, seed: first.result.seed,
      replications: pairs.map(\.replications).min() ?? 0, reference: first.name, contrasts: contrasts)
  }
}

extension Comparison.UndoneMoves {
  /// - Returns: `nil` without numbers per replication.
  fileprivate init?(_ pair: ResultPair) {
    guard let old = pair.before.totals.series, let new = pair.after.totals.series else { return nil }
    let sides = Array(zip(old.undone, new.undone))
    guard !sides.isEmpty else { return nil }
    self.init(
      before: Estimate(sides.map(\.0)).mean, after: Estimate(sides.map(\.1)).mean,
      repeatedBefore: pair.before.fleet?.repeatMoves.mean, repeatedAfter: pair.after.fleet?.repeatMoves.mean)
  }
}

extension Comparison.CampaignEnds {
  /// Of the campaigns that both sides have; of one that ended nowhere, because it has no end, there is nothing to say.
  fileprivate static func of(_ pair: ResultPair) -> [Self] {
    (pair.before.courses ?? []).compactMap { course in
      guard let other = pair.after.courses?.first(where: { $0.name == course.name }) else { return nil }
      let ends = Self(
        name: course.name, finishedBefore: course.finishedShare, finishedAfter: other.finishedShare)
      return ends.finishedBefore == 0 && ends.finishedAfter == 0 ? nil : ends
    }
  }
}
