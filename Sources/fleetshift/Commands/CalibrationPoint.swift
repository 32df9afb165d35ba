internal import FleetExperiments
internal import FleetSimulation
internal import Foundation
internal import ScenarioFormat
internal import Synchronization

/// Simulates one point of a calibration.
struct CalibrationPoint: Sendable {
  let text: String
  let name: String
  let scenario: Scenario
  /// From the command line, whatever is fitted.
  let given: [ScenarioFile.Setting]
  /// Of what is free.
  let paths: [String]
  /// Of the shares that take what free ones leave.
  let rests: [String]
  let written: ScenarioText
  let targets: [CalibrationTarget]
  let threads: Int

  /// What is put into the scenario for these values: they, and the shares that go with them.
  func settings(_ values: [String]) throws(ScenarioTextError) -> [ScenarioFile.Setting] {
    var settings = zip(paths, values).map { ScenarioFile.Setting($0, $1) }
    for path in rests { settings.append(.init(path, try written.rest(at: path, after: settings))) }
    return settings
  }

  func scenario(with values: [String], after earlier: ScenarioFile? = nil) throws -> Scenario {
    let file = ScenarioFile(
      text: text, name: name, variant: scenario.variant, settings: given, point: try settings(values),
      option: "--free")
    guard !file.hasErrors, var changed = file.scenarios.first else {
      Streams.put(file.problems)
      throw ExitStatus.badInput.exit
    }
    (changed.seed, changed.replications) = (scenario.seed, scenario.replications)
    return changed
  }

  func sides(_ values: [String], _ progress: CalibrationProgress) async throws -> CalibrationSearch.Sides? {
    let changed = try scenario(with: values)
    let study = Study([changed], replications: changed.replications, threads: threads)
    guard let ledgers = try await study.run(progress: progress.next())?.first else { return nil }
    let names = ExpectationNames(of: changed)
    var sides = targets.map { _ in TargetSides() }
    for ledger in ledgers {
      let result = StudyResult(changed, [ledger])
      for (index, target) in targets.enumerated() {
        guard let pair = try target.sides(result, names: names) else { return nil }
        sides[index].left.append(pair.left)
        sides[index].right.append(pair.right)
      }
    }
    return sides
  }
}

/// How far a calibration is.
final class CalibrationProgress: Sendable {
  // A class because the search, which moves on, and the line that shows it look at the same one.
  private let state = Mutex<(points: Int, study: StudyProgress?)>((0, nil))

  /// Another point begins.
  func next() -> StudyProgress {
    let study = StudyProgress()
    state.withLock { $0 = ($0.points + 1, study) }
    return study
  }

  /// Shows how far the point is that is being looked at, until it is stopped.
  func ticker(_ mode: ProgressMode) -> ProgressTicker? {
    ProgressTicker.start(mode) { [self] in
      let (points, study) = state.withLock { $0 }
      let reached = study?.reached
      return ProgressState(
        share: reached?.share ?? 0, done: reached?.replications ?? 0, of: reached?.of ?? 0,
        attempts: study?.attempts ?? 0, point: points)
    }
  }
}
