internal import DiscreteEvent
public import FleetSimulation

/// What a sweep came to: for each of its points the metrics that were asked for, and which factors they hang on.
///
/// A metric's value at a point is the mean over replications of what it comes to in each, with Student's 95 % interval:
/// the `p95` of each replication, say, not that of all of them together. Times are in seconds, data in bytes.
public struct SweepResult: Codable, Sendable {
  public var schema = SweepResult.currentSchema
  public var scenario: String
  public var variant: String?
  public var seed: UInt64
  public var replications: Int
  public var design: SweepDesign
  /// The paths that were varied.
  public var factors: [String]
  public var metrics: [String]
  public var points: [Point]
  /// By metric; empty where the design cannot tell them.
  public var effects: [Effects]

  public static let currentSchema = "fleetshift.sweep/1"

  public struct Point: Codable, Sendable {
    /// In the order of the factors.
    public var values: [String]
    /// In the order of the metrics; null where no replication had anything of the kind.
    public var metrics: [Estimate?]
    /// The same, replication by replication.
    public var replications: [[Double?]]

    enum CodingKeys: String, CodingKey {
      case values, metrics
      case replications = "per_replication"
      case used = "replications_used"
    }

    /// In the order of the metrics: how many replications had anything of the kind. Where they are not all, the mean is
    /// of those alone: of a campaign that the horizon cuts off in some, of the quick ones.
    public var used: [Int] { replications.map { samples in samples.count { $0 != nil } } }
  }

  /// What part of a metric's variance over the points the factors account for.
  public struct Effects: Codable, Sendable {
    public var metric: String
    /// None where the metric moves no more over the points than chance would make it: there is nothing to rank.
    public var factors: [Effect]
    /// Whether it moves at all; `nil` with one replication, which cannot tell, and in results of older versions.
    public var movement: Movement?

    /// Whether nothing says that it moves by more than chance.
    public var isChance: Bool { movement.map { !$0.isBeyondChance } ?? false }
  }

  /// An F test of the points against the replications, which are blocks for they share their chance (`BlockTest` says
  /// which). With several metrics Holm's procedure raises the probabilities, so that the chance of ranking the factors of
  /// any metric that does not move is below 5 %.
  public struct Movement: Codable, Hashable, Sendable {
    /// `nil` where it is infinite: the replications leave no doubt at all.
    public var statistic: Double?
    public var degreesBetween: Double
    public var degreesWithin: Double
    /// Of such differences by chance alone, raised for the metrics looked at.
    public var probability: Double
    public var isBeyondChance: Bool

    enum CodingKeys: String, CodingKey {
      case probability
      case statistic = "f"
      case degreesBetween = "degrees_between"
      case degreesWithin = "degrees_within"
      case isBeyondChance = "beyond_chance"
    }
  }

  public struct Effect: Codable, Sendable {
    public var factor: String
    /// By itself.
    public var first: Share
    /// With all its interactions.
    public var total: Share
  }

  /// A share of variance with its 95 % interval; without one where there is nothing to judge by.
  public struct Share: Codable, Sendable {
    public var value: Double
    public var low: Double
    public var high: Double
  }
}

extension SweepResult.Point {
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    values = try fields.decode([String].self, forKey: .values)
    metrics = try fields.decode([Estimate?].self, forKey: .metrics)
    replications = try fields.decode([[Double?]].self, forKey: .replications)
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(values, forKey: .values)
    try fields.encode(metrics, forKey: .metrics)
    try fields.encode(used, forKey: .used)
    try fields.encode(replications, forKey: .replications)
  }
}

extension SweepResult {
  /// In how many of all its replications nothing of a metric's kind was, by the place of the metric.
  package func missing(_ metric: Int) -> Int {
    points.reduce(0) { $0 + replications - $1.used[metric] }
  }

  /// - Throws: `DecodingError`, also for points that have not the shape of this sweep.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    schema = try values.decode(String.self, forKey: .schema)
    scenario = try values.decode(String.self, forKey: .scenario)
    variant = try values.decodeIfPresent(String.self, forKey: .variant)
    seed = try values.decode(UInt64.self, forKey: .seed)
    replications = try values.decode(Int.self, forKey: .replications)
    design = try values.decode(SweepDesign.self, forKey: .design)
    factors = try values.decode([String].self, forKey: .factors)
    metrics = try values.decode([String].self, forKey: .metrics)
    points = try values.decode([Point].self, forKey: .points)
    effects = try values.decode([Effects].self, forKey: .effects)
    if let problem {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath + [CodingKeys.points], debugDescription: problem))
    }
  }

  /// Which point is not one of this sweep, and why; `nil` if all are.
  private var problem: String? {
    for (number, point) in points.enumerated() {
      if point.values.count != factors.count {
        return "point \(number) has \(point.values.count) values for \(factors.count) factors"
      }
      if point.metrics.count != metrics.count || point.replications.count != metrics.count {
        return "point \(number) does not have each of the \(metrics.count) metrics once"
      }
      if let other = point.replications.first(where: { $0.count != replications }) {
        return "point \(number) has \(other.count) replications, and the sweep \(replications)"
      }
    }
    return nil
  }
}

/// What a sweep is of, and what is asked of it.
public struct SweepQuestion: Sendable {
  public var scenario: String
  public var variant: String?
  public var seed: UInt64
  public var replications: Int
  public var design: SweepDesign
  public var factors: [SweepFactor]
  public var points: [[String]]
  public var metrics: [MetricExpression]

  public init(
    scenario: String, variant: String?, seed: UInt64, replications: Int, design: SweepDesign,
    factors: [SweepFactor], points: [[String]], metrics: [MetricExpression]
  ) {
    (self.scenario, self.variant, self.seed, self.replications) = (scenario, variant, seed, replications)
    (self.design, self.factors, self.points, self.metrics) = (design, factors, points, metrics)
  }

  /// What is looked at where nothing is said.
  public static let usualMetrics = [
    "total(downtime)", "p95(downtime)", "share(failed)", "total(transferred)",
  ]

  /// What the metrics come to in each replication of a point.
  ///
  /// - Throws: ``ExpectationError`` for a name that the scenario does not know.
  public func values(
    at scenario: Scenario, _ ledgers: [Ledger]
  ) throws(ExpectationError) -> [[Double?]] {
    let names = ExpectationNames(of: scenario)
    var values: [[Double?]] = Array(repeating: [], count: metrics.count)
    for ledger in ledgers {
      let result = StudyResult(scenario, [ledger])
      for (index, metric) in metrics.enumerated() {
        values[index].append(try metric.evaluate(result, names: names))
      }
    }
    return values
  }

  /// Sums up.
  ///
  /// - Parameter values: of each point, by metric, by replication.
  public func result(_ values: [[[Double?]]]) -> SweepResult {
    let points = zip(points, values).map { place, found in
      SweepResult.Point(
        values: place,
        metrics: found.map { samples in
          let known = samples.compactMap { $0 }
          return known.isEmpty ? nil : Estimate(known)
        },
        replications: found)
    }
    let found = metrics.indices.map { metric in indices(of: values.map { $0[metric] }) }
    let movements = movements(values, of: metrics.indices.filter { found[$0] != nil })
    let effects = metrics.indices.compactMap { metric -> SweepResult.Effects? in
      guard let indices = found[metric] else { return nil }
      let movement = movements[metric]
      if let movement, !movement.isBeyondChance {
        return SweepResult.Effects(metric: metrics[metric].text, factors: [], movement: movement)
      }
      return SweepResult.Effects(
        metric: metrics[metric].text,
        factors: zip(factors, indices).map { factor, index in
          SweepResult.Effect(
            factor: factor.path,
            first: .init(value: index.first.value, low: index.first.low, high: index.first.high),
            total: .init(value: index.total.value, low: index.total.low, high: index.total.high))
        }, movement: movement)
    }
    return SweepResult(
      scenario: scenario, variant: variant, seed: seed, replications: replications, design: design,
      factors: factors.map(\.path), metrics: metrics.map(\.text), points: points, effects: effects)
  }

  /// Whether metrics move over the points at all, by their place; without those of which nobody can tell.
  private func movements(_ values: [[[Double?]]], of metrics: [Int]) -> [Int: SweepResult.Movement] {
    let tests = metrics.compactMap { metric in
      BlockTest(values.map { $0[metric].compactMap { $0 } }).map { (metric: metric, test: $0) }
    }
    let raised = HolmAdjustment.adjust(tests.map(\.test.probability))
    return Dictionary(
      uniqueKeysWithValues: zip(tests, raised).map { place, probability in
        let test = place.test
        return (
          place.metric,
          SweepResult.Movement(
            statistic: test.statistic.isFinite ? test.statistic : nil, degreesBetween: test.degrees.between,
            degreesWithin: test.degrees.within, probability: probability,
            isBeyondChance: probability < ResultPair.level)
        )
      })
  }

  /// By factor; `nil` where the design cannot tell, a point has no value, or all points are alike.
  private func indices(of samples: [[Double?]]) -> [SensitivityDesign.Index]? {
    let known = samples.map { $0.compactMap { $0 } }
    guard zip(known, samples).allSatisfy({ $0.count == $1.count && !$0.isEmpty }) else { return nil }
    let stream = RandomStream(StreamKey(seed: seed, purpose: .sweepResamples))
    switch design {
    case .grid:
      guard let sizes = try? factors.map({ try $0.gridValues().count }), sizes.reduce(1, *) == known.count
      else {
        return nil
      }
      return GridEffects(sizes: sizes, values: known).indices(stream: stream)
    case .sensitivity:
      let design = SensitivityDesign(rows: known.count / (factors.count + 2), dimensions: factors.count)
      return design.indices(of: known.map { $0.reduce(0, +) / Double($0.count) }, stream: stream)
    case .lhs, .sobol: return nil
    }
  }
}
