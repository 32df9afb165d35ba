public import MigrationPhysics

/// Predicts migrations of a dataset with one profile.
public struct RowForecaster: Sendable {
  /// Enough for a quantile of one in twenty to be within a few per cent of its place.
  public static let usualSamples = 400
  private static let seed: UInt64 = 1

  public let profile: RigProfile
  /// Courses with chance, of which intervals and probabilities are taken.
  public let samples: Int

  public init(_ profile: RigProfile, samples: Int = usualSamples) {
    self.profile = profile
    self.samples = samples
  }

  /// From the inputs alone; the same bytes each time.
  public func predict(_ inputs: MigrationInputs) throws -> RowPrediction {
    let migration = inputs.migrationCase(on: profile)
    let forecast = try Self.forecast(migration, under: profile, samples: samples)
    var figures: [FidelityFigure: RowPrediction.Figure] = [:]
    for figure in FidelityFigure.scored(of: inputs.kind) {
      guard let range = forecast.quantiles(figure) else { continue }
      // The middle of all courses is off by the least, and is what `predict` prints.
      figures[figure] = RowPrediction.Figure(point: range.median, low: range.low, high: range.high)
    }
    return RowPrediction(
      convergence: forecast.completion, figures: figures, bootSeconds: Self.boot(inputs.kind, profile),
      rounds: Self.rounds(forecast))
  }

  /// Courses that stand for all, in the figures that are scored, without the guest's boot.
  static func coursesWithoutBoot(
    _ inputs: MigrationInputs, under profile: RigProfile, count: Int
  ) -> [[FidelityFigure: Double]] {
    guard let courses = try? inputs.migrationCase(on: profile).typicalCourses(under: profile, count: count)
    else { return [] }
    let boot = boot(inputs.kind, profile)
    return courses.map { course in
      var figures: [FidelityFigure: Double] = [:]
      for figure in FidelityFigure.scored(of: inputs.kind) {
        guard let value = course.figure(figure) else { continue }
        switch figure {
        case .cutoverDowntime: figures[figure] = value - boot
        case .totalTime where inputs.kind.boots: figures[figure] = value - boot
        default: figures[figure] = value
        }
      }
      return figures
    }
  }

  static func forecast(
    _ migration: MigrationCase, under profile: RigProfile, samples: Int = usualSamples
  ) throws -> MigrationForecast {
    try migration.forecast(under: profile, samples: samples, seed: seed)
  }

  /// - Throws: `CaseError` where no migration could be like that.
  static func point(_ migration: MigrationCase, under profile: RigProfile) throws -> PointForecast {
    try migration.point(under: profile)
  }

  /// What a guest of this rig takes to boot, where it does.
  private static func boot(_ kind: MigrationKind, _ profile: RigProfile) -> Double {
    kind.boots ? profile[.boot] : 0
  }

  private static func rounds(_ forecast: MigrationForecast) -> [RowPrediction.Round] {
    var (seconds, sent) = (0.0, 0.0)
    return forecast.rounds.filter { $0.medium == "memory" }.map { round in
      seconds += round.duration
      sent += round.bytes
      return RowPrediction.Round(seconds: seconds, pendingBytes: round.remaining, sentBytes: sent)
    }
  }
}

extension MigrationKind {
  /// Whether the guest boots anew at the destination.
  var boots: Bool {
    switch self {
    case .liveRAM, .liveDisk: false
    case .warm, .cold, .reboot: true
    }
  }
}

extension MigrationForecast {
  fileprivate func quantiles(_ figure: FidelityFigure) -> Quantiles? {
    switch figure {
    case .totalTime: totalTime
    case .bytes: bytes
    case .blackout: blackout
    case .bulkTime: bulkTime
    case .cutoverDowntime: cutoverDowntime
    case .cutoverGivenBoot: nil
    }
  }
}

extension PointForecast {
  fileprivate func figure(_ figure: FidelityFigure) -> Double? {
    switch figure {
    case .totalTime: totalTime
    case .bytes: bytes
    case .blackout: blackout
    case .bulkTime: bulkTime
    case .cutoverDowntime: cutoverDowntime
    case .cutoverGivenBoot: nil
    }
  }
}
