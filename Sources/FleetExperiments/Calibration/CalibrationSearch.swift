internal import DiscreteEvent
internal import Foundation

/// Fits free parameters to targets, by non-linear least squares.
///
/// Each target is a residual: what the simulation comes to less what it should, over how little is known of that. Least squares and not a
/// plain minimiser, because the residuals' slopes say which way each of them goes (a handful of points for a handful of
/// parameters, where a simplex needs hundreds), and because the same slopes tell errors and what cannot be told apart.
/// All points meet the same chance, so residuals change with the parameters alone, in small steps: derivatives are taken
/// over spans that are wide beside the steps. Ranges are kept by searching along a sine (James and Roos, MINUIT, Computer
/// Physics Communications 10 (1975), 343-367).
public struct CalibrationSearch: Sendable {
  public var parameters: [FreeParameter]
  /// Where each begins, in the unit of its range.
  public var start: [Double]
  public var targets: [CalibrationTarget]

  /// Of each target.
  public typealias Sides = [TargetSides]

  /// - Throws: ``SweepError`` where there is nothing to fit, or nothing to fit to.
  public init(_ parameters: [FreeParameter], start: [Double], targets: [CalibrationTarget]) throws(SweepError)
  {
    guard !parameters.isEmpty else {
      throw SweepError(
        "nothing is free", remedy: "say what is to be fitted, such as --free 'PATH=300..800 MB/s'")
    }
    guard !targets.isEmpty else {
      throw SweepError(
        "there is nothing to fit to",
        remedy: "say what is wanted, such as --target 'total(transferred) = 11.6 PB within 1 %'")
    }
    for (index, parameter) in parameters.enumerated()
    where parameters[..<index].contains(where: { $0.path == parameter.path }) {
      throw SweepError("'\(parameter.path)' is free twice", remedy: "write it once")
    }
    for (index, target) in targets.enumerated() where targets[..<index].contains(target) {
      throw SweepError("the target '\(target.text)' is there twice", remedy: "write it once")
    }
    precondition(start.count == parameters.count, "each parameter has its start")
    (self.parameters, self.start, self.targets) = (parameters, start, targets)
  }

  /// Half the span of a derivative along the sine: at the middle a fortieth of the range.
  private static let angleStep = 0.05
  /// The same of the slopes at the end, as a part of the range.
  private static let shareStep = 0.05
  /// How hard a parameter is held to its start where there are more of them than targets: its whole range counts as much
  /// as a tenth of the uncertainty of a target.
  private static let pull = 0.1
  private static let mostSteps = 20

  /// Searches.
  ///
  /// - Parameters:
  ///   - scenario: the name of what is fitted, for the result.
  ///   - variant: the name of its variant, for the result; `nil` if it is none.
  ///   - seed: that `sides` simulates with, for the result.
  ///   - replications: how many `sides` makes of each point, for the result.
  ///   - sides: simulates with these values of the parameters, as they would be written; `nil` where a target
  ///     is of nothing.
  /// - Throws: ``SweepError``, and what `sides` throws.
  public func fit(
    of scenario: String, variant: String?, seed: UInt64, replications: Int,
    sides: @escaping @Sendable ([String]) async throws -> Sides?
  ) async throws -> Calibration {
    try await OwnThread.run {
      let points = PointBook(self) { texts in try OwnThread.wait { try await sides(texts) } }
      try points.weigh(at: start)
      let (shares, hasConverged) = try search(points)
      let found = try told(at: shares, points)
      let texts = zip(parameters.indices, shares).map { written(parameters[$0], at: $1, found?.errors[$0]) }
      let reached = try points.sides(texts)
      return Calibration(
        scenario: scenario, variant: variant, seed: seed, replications: replications,
        parameters: parameters.indices.map { parameter($0, shares[$0], texts[$0], found) },
        targets: zip(targets, reached).map(target),
        untold: (found?.untold ?? []).map(parts), correlations: found.map(correlations) ?? [],
        singularValues: found?.singularValues ?? [], points: points.count, hasConverged: hasConverged)
    }
  }

  // MARK: - Search

  /// The places of the parameters in their ranges that serve the targets best.
  private func search(_ points: PointBook) throws -> (shares: [Double], hasConverged: Bool) {
    let begin = inner(zip(parameters, start).map { $0.share(of: min(max($1, $0.range.low), $0.range.high)) })
    let found = try search(points, from: begin)
    // A step that was too long ends there, too, with nothing that would lead back.
    let again = inner(found.shares)
    guard again != found.shares, again != begin else { return found }
    let other = try search(points, from: again)
    func badness(_ shares: [Double]) -> Double { points.residuals(at: shares).reduce(0) { $0 + $1 * $1 } }
    return badness(other.shares) < badness(found.shares) ? other : found
  }

  /// Where something is to be seen: a sine is flat at its ends.
  private func inner(_ shares: [Double]) -> [Double] { shares.map { min(max($0, 0.02), 0.98) } }

  private func search(_ points: PointBook, from begin: [Double]) throws
    -> (shares: [Double], hasConverged: Bool)
  {
    func shares(_ angles: [Double]) -> [Double] { angles.map { (sin($0) + 1) / 2 } }
    let isShort = targets.count < parameters.count
    var problem = LeastSquares(
      start: begin.map { asin(2 * $0 - 1) }, steps: begin.map { _ in CalibrationSearch.angleStep }
    ) { angles in
      let shares = shares(angles)
      let held = isShort ? zip(shares, begin).map { CalibrationSearch.pull * ($0 - $1) } : []
      return points.residuals(at: shares) + held
    }
    problem.iterations = CalibrationSearch.mostSteps
    problem.tolerance = 1e-3
    // All within a hundredth of what is known of them: nobody asks for more.
    problem.enough = Double(targets.count) * 1e-4
    do throws(LeastSquares.Failure) {
      let fit = try problem.solve()
      if let failure = points.failure { throw LeastSquares.Failure.solver("\(failure)") }
      return (shares(fit.parameters), fit.hasConverged)
    } catch {
      if let failure = points.failure { throw failure }
      let words = if case .solver(let words) = error { words } else { "a target has no figure" }
      throw SweepError("the search gave up: \(words)", remedy: "other ranges, or other targets")
    }
  }

  // MARK: - Certainty

  /// - Returns: `nil` if the slopes cannot be decomposed.
  private func told(at shares: [Double], _ points: PointBook) throws -> Identifiability? {
    let best = try points.sides(at: shares)
    let slopes = try parameters.indices.map { parameter in
      var (above, below) = (shares, shares)
      above[parameter] = min(1, shares[parameter] + CalibrationSearch.shareStep)
      below[parameter] = max(0, shares[parameter] - CalibrationSearch.shareStep)
      let (high, low) = (try points.sides(at: above), try points.sides(at: below))
      return zip(high, low).map { ($0.distance - $1.distance) / (above[parameter] - below[parameter]) }
    }
    let count = best.first?.left.count ?? 1
    let chance = best.map { a in
      best.map { b in a.covariance(with: b) * CalibrationSearch.histories(count) }
    }
    let tolerance = zip(targets, best).map { target, sides in
      target.variance * sides.wanted * sides.wanted
    }
    return Identifiability(
      slopes: targets.indices.map { target in slopes.map { $0[target] } }, chance: chance,
      tolerance: tolerance, scales: zip(points.scales, best).map { $0 * abs($1.wanted) })
  }

  /// The observed history and the mean of those simulated are both chance.
  static func histories(_ replications: Int) -> Double { 1 + 1 / Double(replications) }

  // MARK: - Words

  /// The value, rounded to a tenth of the smaller of its errors.
  private func written(
    _ parameter: FreeParameter, at share: Double, _ error: (chance: Double, tolerance: Double)?
  ) -> String {
    let value = parameter.value(at: share)
    guard let error else { return parameter.range.text(value) }
    let errors = [error.chance, error.tolerance].map { $0 * parameter.slope(at: share) }.filter { $0 > 0 }
    guard let least = errors.min(), least.isFinite else { return parameter.range.text(value) }
    let place = pow(10, log10(least).rounded(.down) - 1)
    let rounded = (value / place).rounded() * place
    return parameter.range.text(min(max(rounded, parameter.range.low), parameter.range.high))
  }

  private func parameter(
    _ index: Int, _ share: Double, _ text: String, _ found: Identifiability?
  ) -> Calibration.Parameter {
    let parameter = parameters[index]
    let slope = parameter.slope(at: share)
    let error = found?.errors[index]
    return Calibration.Parameter(
      path: parameter.path, unit: parameter.range.unit, start: start[index], low: parameter.range.low,
      high: parameter.range.high, text: text,
      value: SweepRange.split(text).number ?? parameter.value(at: share),
      standardError: error.map { ($0.chance * $0.chance + $0.tolerance * $0.tolerance).squareRoot() * slope },
      errorByChance: error.map { $0.chance * slope }, errorByTolerance: error.map { $0.tolerance * slope },
      isAtEnd: share < 0.005 || share > 0.995)
  }

  private func target(
    _ target: CalibrationTarget, _ sides: TargetSides
  ) -> Calibration.Target {
    let (wanted, distance) = (sides.wanted, sides.distance)
    return Calibration.Target(
      text: target.text, wanted: wanted, reached: Estimate(sides.left), residual: distance / abs(wanted),
      tolerance: target.tolerance, isMet: abs(distance) <= target.tolerance * abs(wanted))
  }

  private func parts(_ weights: [Double]) -> [Calibration.Part] {
    zip(parameters, weights).filter { abs($1) >= Identifiability.leastPart }
      .map { Calibration.Part(path: $0.path, weight: $1) }.sorted { abs($0.weight) > abs($1.weight) }
  }

  private func correlations(_ found: Identifiability) -> [Calibration.Correlation] {
    parameters.indices.flatMap { a in
      parameters.indices.filter { $0 > a && abs(found.correlations[a][$0]) > 0.9 }
        .filter { found.errors[a] != nil && found.errors[$0] != nil }
        .map {
          Calibration.Correlation(
            first: parameters[a].path, second: parameters[$0].path, value: found.correlations[a][$0])
        }
    }
  }
}
