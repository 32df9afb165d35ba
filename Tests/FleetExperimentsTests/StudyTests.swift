import Foundation
import MigrationPhysics
import Synchronization
import Testing

@testable import FleetExperiments
@testable import FleetSimulation

@Suite struct StudyTests {
  private func json(_ ledgers: [Ledger]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(StudyResult(try tinyScenario(), ledgers))
  }

  @Test("one thread and two give the same results, and rows in the same order")
  func threadsCannotBeSeen() async throws {
    let variants = [try tinyScenario(), try tinyScenario(chain: ["cold"])]
    var results: [[Data]] = []
    var rows: [[String]] = []
    for threads in [1, 2] {
      let seen = Mutex<[String]>([])
      let study = Study(variants, replications: 5, threads: threads)
      let ledgers = try await study.run(progress: StudyProgress()) { variant, _, attempts in
        seen.withLock { seen in
          seen += attempts.map { "\(variant) \($0.replication) \($0.move) \($0.outcome) \($0.totalTime)" }
        }
      }
      results.append(try #require(ledgers).map(json))
      rows.append(seen.withLock { $0 })
    }
    #expect(results[0] == results[1])
    #expect(rows[0] == rows[1])
    #expect(rows[0].count >= 2 * 5 * 8)
    #expect(results[0][0] != results[0][1])
  }

  @Test func everyGuestIsMovedAndNoneForNothing() async throws {
    let scenario = try tinyScenario()
    let ledgers = try #require(
      try await Study([scenario], replications: 3, threads: 2).run(progress: StudyProgress()))
    let result = StudyResult(scenario, ledgers[0])
    #expect(result.hosts == 4)
    #expect(result.guests == 8)
    #expect(result.drains.finished.mean == 4)
    #expect(result.totals.moves.mean >= 8)
    let totals = result.totals
    #expect(totals.moves.mean == totals.completed.mean + totals.abandoned.mean + result.unfinished.mean)
    let parts = [totals.diskBytes, totals.memoryBytes, totals.repeatedBytes, totals.outageBytes]
    #expect(abs(parts.reduce(0) { $0 + $1.mean } / totals.transferredBytes.mean - 1) < 1e-12)
    let sum = result.byStrategy.groups.reduce(0) { $0 + $1.result.completed.mean }
    #expect(sum == totals.completed.mean)
  }

  @Test func aStoppedStudyHasNoResult() async throws {
    let progress = StudyProgress()
    progress.stop()
    let ledgers = try await Study([try tinyScenario()], replications: 4, threads: 2).run(progress: progress)
    #expect(ledgers == nil)
  }

  @Test func progressReachesTheEnd() async throws {
    let progress = StudyProgress()
    _ = try await Study([try tinyScenario()], replications: 3, threads: 2).run(progress: progress)
    #expect(progress.reached == (share: 1, replications: 3, of: 3))
  }
}
