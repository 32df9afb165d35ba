import FleetSimulation
import Testing

@testable import FleetExperiments

@Suite struct StudyCourseTests {
  private func course(threads: Int) async throws -> (StudyCourse, [Ledger]) {
    let scenario = try tinyScenario()
    let recorder = CourseRecorder(scenario)
    let study = Study([scenario], replications: 6, threads: threads)
    let ledgers = try #require(try await study.run(progress: StudyProgress(), attempts: recorder))
    return (recorder.course(replications: 6), ledgers[0])
  }

  @Test("charts over time come to the same totals as the ledger") func totals() async throws {
    let (course, ledgers) = try await course(threads: 2)
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

  @Test("the number of threads cannot be seen in it") func threads() async throws {
    let (one, _) = try await course(threads: 1)
    let (three, _) = try await course(threads: 3)
    #expect(one == three)
  }
}
