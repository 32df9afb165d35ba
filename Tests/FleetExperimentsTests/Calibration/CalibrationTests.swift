import DiscreteEvent
import Foundation
import Testing

@testable import FleetExperiments

/// Fits of models that are written down here, so that what has to come out is known.
@Suite struct CalibrationTests {
  /// What targets come to with some values of the parameters, in one replication.
  typealias Model = @Sendable (_ values: [Double], _ luck: inout RandomStream) -> [Double]

  private func search(_ free: [String], start: [Double], targets: [String]) throws -> CalibrationSearch {
    try CalibrationSearch(
      try free.map { try FreeParameter(parsing: $0) }, start: start,
      targets: try targets.map { try CalibrationTarget(parsing: $0) })
  }

  private func fit(
    _ search: CalibrationSearch, wanted: [Double], replications: Int = 10, seed: UInt64 = 1,
    model: @escaping Model
  ) async throws -> Calibration {
    try await search.fit(of: "model", variant: nil, seed: seed, replications: replications) { texts in
      let values = texts.map { Double($0.split(separator: " ")[0]) ?? .nan }
      var sides = wanted.map { _ in TargetSides() }
      for replication in 0..<replications {
        var luck = CalibrationTests.luck(seed, replication)
        let reached = model(values, &luck)
        for (target, wanted) in wanted.enumerated() {
          sides[target].left.append(reached[target])
          sides[target].right.append(wanted)
        }
      }
      return sides
    }
  }

  private static func luck(_ seed: UInt64, _ replication: Int) -> RandomStream {
    RandomStream(
      StreamKey(seed: seed, replication: UInt64(replication), purpose: StreamPurpose("test.calibration")))
  }

  /// A curved model of a rate and a share, without chance.
  private static let curved: Model = { values, _ in
    [values[0] * (1 + values[1]), values[0] * values[0] / (1 + 3 * values[1])]
  }

  @Test(
    "what a model was made with is found again, from either side",
    arguments: [[2.0, 0.9], [9, 0.1], [5, 0.5]])
  func known(start: [Double]) async throws {
    var none = CalibrationTests.luck(1, 0)
    let wanted = CalibrationTests.curved([4.2, 0.35], &none)
    let fit = try await fit(
      try search(
        ["a=1.0..10 MB/s", "b=0.0..1.0"], start: start,
        targets: ["total(moves) = 1 within 0.1 %", "total(attempts) = 1 within 0.1 %"]),
      wanted: wanted, model: CalibrationTests.curved)
    #expect(fit.isMet && fit.hasConverged)
    #expect(abs(fit.parameters[0].value - 4.2) < 0.001 && abs(fit.parameters[1].value - 0.35) < 0.001)
    #expect(fit.parameters[0].text.hasSuffix(" MB/s"))
    #expect(fit.untold.isEmpty)
    #expect(fit.points < 60, "\(fit.points)")
    #expect(fit.parameters.allSatisfy { $0.errorByChance == 0 && ($0.errorByTolerance ?? 0) > 0 })
  }

  @Test("ends that lie ten times apart are searched by factors") func decades() async throws {
    let fit = try await fit(
      try search(["a=1.0..100000 B/s"], start: [90_000], targets: ["total(moves) = 1"]), wanted: [7],
      model: { values, _ in [values[0]] })
    #expect(abs(fit.parameters[0].value - 7) < 0.07 && fit.isMet)
  }

  /// Totals that hang on two parameters and on luck, which two of them share.
  private static let noisy: Model = { values, luck in
    let (common, own) = (gauss(&luck), gauss(&luck))
    return [
      values[0] * 1_000 * (1 + 0.03 * common), values[0] * values[1] * (1 + 0.03 * common + 0.01 * own),
      values[1] * values[1] * (1 + 0.02 * gauss(&luck)),
    ]
  }

  private static func gauss(_ luck: inout RandomStream) -> Double {
    sqrt(-2 * log(luck.uniform())) * cos(2 * Double.pi * luck.uniform())
  }

  @Test("19 times of 20 the truth lies within its interval, found from a single history of known make")
  func coverage() async throws {
    let truth = [3.3, 47.0]
    var (held, asked) = (0, 0)
    for history in 0..<150 {
      var luck = CalibrationTests.luck(777, history)
      let observed = CalibrationTests.noisy(truth, &luck)
      let fit = try await fit(
        try search(
          ["a=1.0..5.0", "b=20.0..80.0"], start: [2, 70],
          targets: [
            "total(moves) = 1 within 0.01 %", "total(attempts) = 1 within 0.01 %",
            "total(completed) = 1 within 0.01 %",
          ]),
        wanted: observed, replications: 12, seed: UInt64(history), model: CalibrationTests.noisy)
      for (parameter, truth) in zip(fit.parameters, truth) {
        asked += 1
        if abs(parameter.value - truth) <= 2.201 * (try #require(parameter.standardError)) { held += 1 }
      }
    }
    // 2.201: Student's t of 12 replications. Of 300 intervals of 95 %, from 274 to 296 hold it with a probability of 99.7 %.
    #expect((274...296).contains(held), "\(held) of \(asked)")
  }

  @Test("parameters that go in as a product are not told apart") func product() async throws {
    let fit = try await fit(
      try search(
        ["a=1.0..3.0", "b=1.0..3.0"], start: [1.5, 2.5], targets: ["total(moves) = 1", "total(attempts) = 1"]),
      wanted: [4, 8], model: { values, _ in [values[0] * values[1], 2 * values[0] * values[1]] })
    #expect(fit.isMet)
    #expect(fit.untold.count == 1)
    #expect(Set(try #require(fit.untold.first).map(\.path)) == ["a", "b"])
    #expect(try #require(fit.untold.first).contains { $0.weight < 0 })
    #expect(fit.parameters.allSatisfy { $0.standardError == nil })
  }

  @Test("more parameters than targets: what is told has its error, and the rest stays near its start")
  func short()
    async throws
  {
    let fit = try await fit(
      try search(
        ["a=1.0..3.0", "b=1.0..3.0", "c=1.0..3.0"], start: [1.2, 2, 2.2], targets: ["total(moves) = 1"]),
      wanted: [2.5], model: { values, _ in [values[0]] })
    #expect(fit.isMet)
    #expect(abs(fit.parameters[0].value - 2.5) < 0.03)
    #expect(fit.parameters[0].standardError != nil)
    #expect(fit.untold.count == 2)
    for (parameter, start) in zip(fit.parameters, [1.2, 2, 2.2]).dropFirst() {
      #expect(parameter.standardError == nil && abs(parameter.value - start) < 0.01)
    }
  }

  @Test("errors that go together are said to") func together() async throws {
    let fit = try await fit(
      try search(
        ["a=1.0..3.0", "b=1.0..3.0"], start: [2, 2], targets: ["total(moves) = 1", "total(attempts) = 1"]),
      wanted: [4, 4.1], model: { values, _ in [values[0] + values[1], values[0] + 1.2 * values[1]] })
    #expect(fit.correlations.map { $0.value < -0.9 } == [true])
    #expect(fit.untold.isEmpty)
  }

  @Test("a target out of reach is missed, and the parameter lies at its end") func beyond() async throws {
    let fit = try await fit(
      try search(["a=1.0..3.0"], start: [2], targets: ["total(moves) = 1"]), wanted: [5],
      model: { values, _ in [values[0]] })
    #expect(!fit.isMet && fit.parameters[0].isAtEnd)
    #expect(abs(fit.targets[0].residual + 0.4) < 0.001)
  }

  @Test("what fails in a point ends the search with its words") func failure() async throws {
    let search = try search(["a=1.0..3.0"], start: [2], targets: ["total(moves) = 1"])
    await #expect(throws: SweepError.self) {
      try await search.fit(of: "m", variant: nil, seed: 1, replications: 1) { _ in nil }
    }
    await #expect(throws: CancellationError.self) {
      try await search.fit(of: "m", variant: nil, seed: 1, replications: 1) { _ in throw CancellationError() }
    }
  }

  // MARK: - Questions

  @Test(
    "what cannot be fitted is refused, with what would be right",
    arguments: [
      ("fleet.vms.count=10..20", "whole numbers"), ("fleet.vms.count=10,20", "one by one"),
      ("a=1.0..2.0/5", "one by one"), ("a=[warm],[cold]", "one by one"), ("a", "does not say"),
      ("a=3.0..1.0", "rise"),
    ])
  func parameters(text: String, words: String) {
    #expect { try FreeParameter(parsing: text) } throws: { "\($0)".contains(words) }
  }

  @Test(
    "a start is read in the unit of the range",
    arguments: [
      ("300..800 MB/s", "0.5 GB/s", 500.0), ("300..800 MB/s", "512 MB/s", 512), ("20..40 / d", "1 / h", 24),
      ("10..90 s", "1 min", 60), ("1..4 %", "0.02", 2), ("1.0..4.0", "2", 2), ("1..9 GB", "500 MB", 0.5),
      ("1..9 GB", "5 s", nil), ("1..9 GB", "5", nil),
    ] as [(String, String, Double?)])
  func starts(range: String, text: String, start: Double?) throws {
    let found = try FreeParameter(parsing: "a=\(range)").start(text)
    #expect(found.map { abs($0 - (start ?? .nan)) < 1e-9 } ?? (start == nil), "\(String(describing: found))")
  }

  @Test(
    "a target is something to be met",
    arguments: [
      ("total(transferred) <= 11.6 PB", 19), ("total(transferred) = 11.6 PB within 0 %", 29),
      ("total(transferred in cold) = 1 GB", 21), ("total(saved) = 0 h", 15), ("3 = 4", 0),
      ("total(moves) = 3 GB", 15), ("total(moves) = 3 within 1 % total(moves)", 28), ("total(move) = 3", 6),
    ])
  func targets(text: String, position: Int) {
    #expect { try CalibrationTarget(parsing: text) } throws: {
      ($0 as? ExpectationError)?.position == position
    }
  }

  @Test("of expectations those are targets that say how near") func expectations() throws {
    let clauses = [
      "total(moves) is 100 within 2 %", "total(moves) > 4", "total(moves) is 100",
      "total(saved) is 0 h within 1 %",
      "total(moves in cold) is 100 within 2 %",
    ]
    let targets = CalibrationTarget.targets(among: try clauses.map { try Expectation.parse($0) })
    #expect(targets.map(\.text) == ["total(moves) is 100 within 2 %"])
    #expect(targets[0].tolerance == 0.02)
  }
}
