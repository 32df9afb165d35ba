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
      let run = CaseRun(self, profile, chance: Chance(seed: seed, sample: sample))
      points.append(run.run(recordsRounds: false).point)
    }
    let silent = CaseRun(self, profile, chance: .none)
    let course = silent.run(recordsRounds: true)
    return MigrationForecast(points, course: course.point, rounds: course.rounds, of: self, under: profile)
  }

  /// A few courses that stand for all that chance makes of this one: what a fit compares with a measurement.
  ///
  /// The course without chance is a staircase in the constants of the rig, for it counts rounds and decides by
  /// thresholds; the mean over courses whose rates, buffers, phases and dirtying differ is nearly smooth. Scatter that no
  /// term explains is left out. The same courses for each profile.
  ///
  /// - Parameter count: how many; one is enough where the rig has no chance, for they are all the same then.
  /// - Throws: `CaseError` if the case contradicts itself.
  package func typicalCourses(under profile: RigProfile, count: Int) throws(CaseError) -> [PointForecast] {
    try validate()
    let isCertain = RigConstant.ofCourses.allSatisfy { profile[$0] == 0 }
    return (0..<(isCertain ? 1 : max(1, count))).map { index in
      let run = CaseRun(self, profile, chance: Chance(typical: index))
      return run.run(recordsRounds: false).point
    }
  }

  /// The course of this migration without chance. Some microseconds.
  ///
  /// - Throws: `CaseError` if the case contradicts itself.
  public func point(under profile: RigProfile) throws(CaseError) -> PointForecast {
    try validate()
    let run = CaseRun(self, profile, chance: .none)
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
    postCopy = course.postCopy
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

extension RigConstant {
  /// The chance that bears on the course of a migration.
  fileprivate static let ofCourses: [RigConstant] = [
    .rateNoise, .baseNoise, .dirtyNoise, .bufferNoise, .estimateNoise, .phaseNoise,
  ]
}

extension Quantiles {
  /// Of a figure without any spread.
  fileprivate init(_ value: Double) { (mean, median, low, high) = (value, value, value, value) }
}
