public import MigrationPhysics

/// The chance that a rig adds, set so that intervals hold what they promise.
///
/// What the fit leaves unexplained is not derived but tried: of each figure's noise constant the least value is taken at
/// which nine of ten of the measured figures lie within their 90 % interval. The structural noises (of rates, dirtying,
/// buffers) stay as they are; they shape what is near a threshold.
public struct NoiseFit: Sendable {
  private static let promised = 0.9
  /// Larger than any noise that leaves a prediction worth having.
  private static let most = 1.0

  private static let constants: [(constant: RigConstant, figures: [FidelityFigure])] = [
    (.timeNoise, [.totalTime]), (.byteNoise, [.bytes]), (.pauseNoise, [.blackout]),
    (.bulkNoise, [.bulkTime]), (.bootNoise, [.cutoverDowntime]),
  ]

  /// The profile with its noise constants set from the migrations; those of figures that none of them has stay.
  public static func calibrated(_ profile: RigProfile, on migrations: [MeasuredMigration]) throws
    -> RigProfile
  {
    var low = constants.map { _ in 0.0 }
    var high = constants.map { _ in most }
    // All are searched at once, each by halving: a figure's interval depends on no other figure's noise.
    for _ in 0..<8 {
      var trial = profile
      let middle = zip(low, high).map { ($0 + $1) / 2 }
      for (index, entry) in constants.enumerated() { trial[entry.constant] = middle[index] }
      let score = ValidationScore(try predict(migrations, trial))
      for (index, entry) in constants.enumerated() {
        let coverage = entry.figures.compactMap { score.coverage[$0] }
        let (held, figures) = coverage.reduce((0, 0)) { ($0.0 + $1.held, $0.1 + $1.figures) }
        if Double(held) >= promised * Double(figures) {
          high[index] = middle[index]
        } else {
          low[index] = middle[index]
        }
      }
    }
    var result = profile
    let score = ValidationScore(try predict(migrations, profile))
    for (index, entry) in constants.enumerated()
    where entry.figures.contains(where: { score.coverage[$0] != nil }) {
      result[entry.constant] = high[index]
    }
    return result
  }

  private static func predict(_ migrations: [MeasuredMigration], _ profile: RigProfile) throws
    -> [ScoredMigration]
  {
    let forecaster = RowForecaster(profile)
    return try migrations.map { ScoredMigration($0, try forecaster.predict($0.inputs)) }
  }
}
