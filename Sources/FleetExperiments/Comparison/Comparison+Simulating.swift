public import FleetSimulation

extension Comparison {
  /// Simulates each side as often as asked, and holds the others against the first.
  ///
  /// - Parameters:
  ///   - sides: scenarios of one name, seed and fleet, two at least, each under the name that the comparison calls it.
  ///   - replications: how many of each side.
  ///   - threads: how many replications run at once; the result does not depend on it.
  /// - Throws: `NotComparable` if one is no partner of the first, `FleetError` if a fleet cannot be built.
  public static func simulating(
    _ sides: [(name: String, scenario: Scenario)], replications: Int, threads: Int
  ) async throws -> Comparison {
    let study = Study(sides.map(\.scenario), replications: replications, threads: threads)
    // Nobody else holds the progress, so nobody stops it.
    let ledgers = try await study.run(progress: StudyProgress()) ?? []
    return try Comparison(
      zip(sides, ledgers).map { side, ledgers in
        Side(name: side.name, result: StudyResult(side.scenario, ledgers), ledgers: ledgers)
      })
  }
}
