import CutoverCore
import FleetModel
import FleetSimulation
import MigrationPolicy
import Testing

@testable import FleetExperiments

@Suite struct StudyCourseTests {
  /// Gathered as a run folder gathers it: attempt by attempt, replication by replication.
  private func course() throws -> (StudyCourse, [Ledger]) {
    let scenario = try tinyScenario()
    var (courses, ledgers) = ([ReplicationCourse](), [Ledger]())
    for replication in 0..<6 {
      var simulation = try Simulation(scenario, replication: replication)
      let rows = Rows()
      simulation.attemptSink = { rows.all.append($0) }
      simulation.run()
      var course = ReplicationCourse(campaigns: scenario.campaigns.count, keepsSpans: replication == 0)
      for row in rows.all { course.add(row, siteOfHost: scenario.fleet.siteOfHost) }
      courses.append(course)
      ledgers.append(simulation.finished())
    }
    return (StudyCourse(courses, of: scenario), ledgers)
  }

  private final class Rows { var all: [AttemptRow] = [] }

  @Test("charts over time come to the same totals as the ledger") func totals() throws {
    let (course, ledgers) = try course()
    let completed = ledgers.map { Double($0.total.completed) }.sorted()
    let last = try #require(course.moves.first?.median.last)
    #expect(last == (completed[2] + completed[3]) / 2)
    let bytes = ledgers.map(\.total.transferredBytes).reduce(0, +) / 6
    let sent = course.traffic.flatMap(\.bytes).reduce(0, +)
    #expect(abs(sent - bytes) <= 1e-9 * bytes)
    #expect(course.traffic.map(\.link) == ["within here"])
    let attempts = ledgers.map(\.total.attempts).reduce(0, +)
    let failed = course.failures.map(\.count).reduce(0, +) * 6
    #expect((failed + completed.reduce(0, +)).rounded() == Double(attempts))
    #expect(course.moves.allSatisfy { zip($0.median, $0.median.dropFirst()).allSatisfy { $0 <= $1 } })
  }
}
