import FleetExperiments
import FleetSimulation
import Synchronization

/// The number of rounds by which nearly all that converge have converged.
public struct SwitchOverPoint: Sendable {
  public var rounds: Int
  /// How many migrations that rests on.
  public var converged: Int
  public var failed: Int

  /// Simulates a fleet under the strategy `live` and looks at the rounds of each attempt.
  ///
  /// - Parameters:
  ///   - scenario: what is learned from. Its seed is changed: what is learned from is not what it is tried on.
  public static func learn(
    from scenario: Scenario, replications: Int
  ) async throws -> SwitchOverPoint {
    var scenario = scenario
    scenario.seed &+= 1
    let rounds = RoundCounts()
    let study = Study([scenario], replications: replications, threads: 2)
    _ = try await study.run(progress: StudyProgress(), attempts: rounds)
    return rounds.point(share: 0.99)
  }
}

extension SwitchOverPoint: CustomStringConvertible {
  public var description: String {
    "Of \(converged) live migrations that converged, 99 % had done so in \(rounds) rounds; \(failed) did not converge."
  }
}

/// How many live migrations ended well after so many rounds, and how many did not. Counts do not hang on the order in
/// which threads bring them.
private final class RoundCounts: AttemptSink {
  private let counts = Mutex<(completed: [Int: Int], failed: Int)>(([:], 0))

  func take(_ rows: [AttemptRow], of job: Int, _ names: AttemptNames) {
    counts.withLock { counts in
      for row in rows where names.strategies[row.strategy] == "live" {
        if row.outcome == "completed" {
          counts.completed[row.accounts.passes, default: 0] += 1
        } else {
          counts.failed += 1
        }
      }
    }
  }

  func finish(_ job: Int) {}

  func point(share: Double) -> SwitchOverPoint {
    counts.withLock { counts in
      let all = counts.completed.values.reduce(0, +)
      var (seen, rounds) = (0, 1)
      for (count, number) in counts.completed.sorted(by: { $0.key < $1.key })
      where Double(seen) < share * Double(all) {
        seen += number
        rounds = count
      }
      return SwitchOverPoint(rounds: rounds, converged: all, failed: counts.failed)
    }
  }
}
