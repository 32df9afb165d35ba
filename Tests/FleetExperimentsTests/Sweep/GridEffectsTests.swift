import DiscreteEvent
import Testing

@testable import FleetExperiments

/// A function of a grid whose shares of variance are worked out by hand.
@Suite struct GridEffectsTests {
  private let stream = RandomStream(StreamKey(seed: 1, purpose: .choices))

  private func indices(_ replications: Int = 1, _ value: (Double, Double, Int) -> Double)
    -> [SensitivityDesign.Index]?
  {
    let values = [-1.0, 1].flatMap { a in
      [-1.0, 0, 1].map { b in (0..<replications).map { value(a, b, $0) } }
    }
    return GridEffects(sizes: [2, 3], values: values).indices(stream: stream)
  }

  @Test("without interactions, first and total are the same: y = 2a + b has 4 : 2/3") func additive() throws {
    let found = try #require(indices { a, b, _ in 2 * a + b })
    let share = 4 / (4 + 2.0 / 3)
    for (index, expected) in zip(found, [share, 1 - share]) {
      #expect(abs(index.first.value - expected) < 1e-12)
      #expect(abs(index.total.value - expected) < 1e-12)
    }
  }

  @Test("y = ab is all interaction: nothing alone, everything in total") func interaction() throws {
    for index in try #require(indices { a, b, _ in a * b }) {
      #expect(abs(index.first.value) < 1e-12)
      #expect(abs(index.total.value - 1) < 1e-12)
    }
  }

  @Test("chance that all points share leaves no mark, other chance widens the interval") func chance() throws
  {
    let shared = try #require(
      indices(5) { a, b, replication in 2 * a + b + Double(replication * replication) })
    #expect(shared[0].first.high - shared[0].first.low < 1e-9)
    let other = try #require(indices(5) { a, b, replication in 2 * a + b * (1 + Double(replication % 3)) })
    #expect(other[0].first.low < other[0].first.value && other[0].first.value < other[0].first.high)
  }

  @Test("where nothing changes nothing accounts for it") func constant() {
    #expect(indices { _, _, _ in 0.1 + 0.2 } == nil)
  }
}

@Suite struct BreakEvenTests {
  private let range = SweepRange(low: 0, high: 10, unit: "s", isWhole: false)

  @Test("a straight line is crossed where it should be, with the interval of its replications") func line()
    async throws
  {
    let equation = try MetricEquation(parsing: "total(moves) = 12")
    let found = try await BreakEven.search(equation, path: "x", in: range) { text in
      let x = Double(text.split(separator: " ")[0]) ?? .nan
      return ([-1.0, 0, 1].map { 3 * x + $0 * 3 }, [12, 12, 12])
    }
    #expect(abs(found.value - 4) < 0.01)
    #expect(found.below.value <= 4 && found.above.value >= 4)
    // t(2, 0.975) = 4.3027; the standard error is 3 / sqrt(3); the slope 3.
    let half = 4.3027 * 3 / 3.0.squareRoot() / 3
    #expect(abs(try #require(found.low) - (4 - half)) < 0.03)
    #expect(abs(try #require(found.high) - (4 + half)) < 0.03)
  }

  @Test("whole numbers: the pair around the change is found, and none is simulated twice") func steps()
    async throws
  {
    let equation = try MetricEquation(parsing: "total(moves) <= 7")
    let whole = SweepRange(low: 1, high: 40, unit: "", isWhole: true)
    let found = try await BreakEven.search(equation, path: "x", in: whole) { text in
      ([(Int(text) ?? 0) >= 23 ? 9 : 2], [7])
    }
    #expect(found.below.text == "22" && found.above.text == "23")
    #expect(Set(found.points.map(\.text)).count == found.points.count)
    #expect(found.low == nil)
  }

  @Test("no crossing and nothing to compare are said in words") func failures() async throws {
    let equation = try MetricEquation(parsing: "total(moves) = 12")
    let nowhere = await #expect(throws: SweepError.self) {
      try await BreakEven.search(equation, path: "x", in: range) { _ in ([1], [12]) }
    }
    #expect(nowhere?.message.contains("crossed nowhere") == true)
    let nothing = await #expect(throws: SweepError.self) {
      try await BreakEven.search(equation, path: "x", in: range) { _ in nil }
    }
    #expect(nothing?.message.contains("there is nothing") == true)
  }

  @Test(
    "equations and metrics by themselves, and what is wrong with them",
    arguments: [
      ("p99(downtime) = 30 s", nil), ("p95(total-time of warm) is p95(total-time of cold)", nil),
      ("total(moves) <= 7", nil), ("p99(downtime) = 30 GB", "a time is compared with"),
      ("3 = 4", "neither side"),
      ("p99(downtime) = 30 s within 1 %", "after the end of the equation"),
      ("p99(downtme) = 3 s", "no metric called"),
    ] as [(String, String?)])
  func equations(text: String, problem: String?) {
    do throws(ExpectationError) {
      _ = try MetricEquation(parsing: text)
      #expect(problem == nil, "\(text)")
    } catch {
      #expect(problem.map { error.message.contains($0) } == true, "\(error)")
    }
  }

  @Test("a metric alone is read, an expectation is not one") func metrics() throws {
    #expect(try MetricExpression(parsing: "share(failed of live)").kind == .share)
    #expect(throws: ExpectationError.self) { try MetricExpression(parsing: "total(moves) > 3") }
    #expect(throws: ExpectationError.self) { try MetricExpression(parsing: "30 s") }
  }
}
