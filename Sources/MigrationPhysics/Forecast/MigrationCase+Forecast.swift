extension MigrationCase {
  /// What this migration will come to on a rig: `samples` courses of it, each with its own chance.
  ///
  /// The same case, profile, samples and seed give the same forecast. Complexity: O(samples x rounds); some
  /// microseconds a sample.
  ///
  /// - Throws: `CaseError` if the case contradicts itself.
  public func forecast(
    under profile: RigProfile, samples: Int = 400, seed: UInt64 = 1
  ) throws(CaseError) -> MigrationForecast {
    try validate()
    var points: [PointForecast] = []
    points.reserveCapacity(max(1, samples))
    for sample in 0..<max(1, samples) {
      var run = CaseRun(self, profile, chance: Chance(seed: seed, sample: sample))
      points.append(run.run(recordsRounds: false).point)
    }
    var silent = CaseRun(self, profile, chance: .none)
    let course = silent.run(recordsRounds: true)
    return MigrationForecast(points, course: course.point, rounds: course.rounds, of: self, under: profile)
  }

  /// The course of this migration without chance: what a fit compares with a measurement. Some microseconds.
  ///
  /// - Throws: `CaseError` if the case contradicts itself.
  public func point(under profile: RigProfile) throws(CaseError) -> PointForecast {
    try validate()
    var run = CaseRun(self, profile, chance: .none)
    return run.run(recordsRounds: false).point
  }
}

extension MigrationForecast {
  init(
    _ points: [PointForecast], course: PointForecast, rounds: [RoundForecast], of migration: MigrationCase,
    under profile: RigProfile
  ) {
    completion = Double(points.count { $0.completed }) / Double(points.count)
    var codes: [String] = []
    for point in points where !codes.contains(point.outcome) { codes.append(point.outcome) }
    outcomes = codes.map { code in
      Outcome(
        code: code, probability: Double(points.count { $0.outcome == code }) / Double(points.count))
    }
    outcomes.sort { ($0.probability, $1.code) > ($1.probability, $0.code) }
    totalTime = Quantiles(points.map(\.totalTime)) ?? Quantiles(course.totalTime)
    bytes = Quantiles(points.map(\.bytes)) ?? Quantiles(course.bytes)
    blackout = Quantiles(points.compactMap(\.blackout))
    networkGap = Quantiles(points.compactMap(\.networkGap))
    serviceGap = Quantiles(points.compactMap(\.serviceGap))
    bulkTime = Quantiles(points.compactMap(\.bulkTime))
    cutoverDowntime = Quantiles(points.compactMap(\.cutoverDowntime))
    self.rounds = rounds
    let copying = rounds.reduce(0) { $0 + $1.duration }
    let rates = CaseRates(migration, profile)
    if completion < 0.5, migration.kind != .cold {
      bottleneck = .guestWrites
    } else if migration.kind != .cold, copying < course.totalTime / 2 {
      bottleneck = .fixedCosts
    } else {
      bottleneck = rates.bottleneck
    }
  }
}

extension Quantiles {
  /// Of a figure without any spread.
  fileprivate init(_ value: Double) { (mean, median, low, high) = (value, value, value, value) }
}
