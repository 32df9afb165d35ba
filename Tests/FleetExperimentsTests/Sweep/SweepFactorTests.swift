import Testing

@testable import FleetExperiments

@Suite struct SweepFactorTests {
  @Test(
    "what is varied, as it is written",
    arguments: [
      ("limits.host-out=1,2,4", ["1", "2", "4"]),
      ("demand.*.chain=[warm, cold],[cold]", ["[warm, cold]", "[cold]"]),
      ("a= 'x, y' , {b: 1, c: 2}", ["'x, y'", "{b: 1, c: 2}"]),
      ("vms.count=3..6", ["3", "4", "5", "6"]),
      ("vms.count=10..30/2", ["10", "20", "30"]),
      ("nic=1..25 Gbit/s/4", ["1 Gbit/s", "7 Gbit/s", "13 Gbit/s", "19 Gbit/s", "25 Gbit/s"]),
      ("share=0.0..1.0/4", ["0", "0.25", "0.5", "0.75", "1"]),
      ("x=0.1 s..0.7 s/3", ["0.1 s", "0.3 s", "0.5 s", "0.7 s"]),
    ] as [(String, [String])])
  func values(text: String, expected: [String]) throws {
    #expect(try SweepFactor(parsing: text).gridValues() == expected)
  }

  @Test(
    "what is wrong is said in words, with a remedy",
    arguments: [
      ("limits", "does not say what is varied"), ("=3", "does not say what is varied"),
      ("x=", "lacks a value"),
      ("x=1,,2", "lacks a value"), ("x=1,2,1", "twice"), ("x=5..1", "does not rise"),
      ("x=1 s..2 min", "two units"),
      ("x=1..5/0", "into 0 steps"), ("x=[a, b", "no partner"), ("x=1..100000", "has 100,000 values"),
    ])
  func mistakes(text: String, words: String) {
    let error = #expect(throws: SweepError.self) { try SweepFactor(parsing: text).gridValues() }
    #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
    #expect(error?.remedy.isEmpty == false)
  }

  @Test("seed and replications are the sweep's: as factors they would change nothing")
  func keysOfTheSweep() {
    for key in ["seed", "replications"] {
      for path in [key, "\"\(key)\""] {
        let error = #expect(throws: SweepError.self) { try SweepFactor(parsing: "\(path)=1,2") }
        #expect(error?.message == "'\(path)' cannot be varied: it is one for all points of a sweep")
        #expect(error?.remedy == "say it once for all, with --\(key)")
      }
    }
    #expect(throws: Never.self) { try SweepFactor(parsing: "fleet.seed=1,2") }
  }

  @Test("whole numbers are all hit, each as often, and both ends too") func wholeNumbers() throws {
    let factor = try SweepFactor(parsing: "x=1..4")
    let values = (0..<400).map { factor.value(at: (Double($0) + 0.5) / 400) }
    for value in ["1", "2", "3", "4"] { #expect(values.count { $0 == value } == 100) }
    #expect(factor.value(at: 0) == "1" && factor.value(at: 0.999_999_999) == "4")
  }
}

@Suite struct SweepDesignTests {
  private func factors(_ texts: String...) throws -> [SweepFactor] {
    try texts.map { try SweepFactor(parsing: $0) }
  }

  @Test("a grid has every combination once, the last factor changing fastest") func grid() throws {
    let points = try SweepDesign.grid.points(try factors("a=1,2", "b=x,y,z"), count: nil, seed: 1)
    #expect(points == [["1", "x"], ["1", "y"], ["1", "z"], ["2", "x"], ["2", "y"], ["2", "z"]])
  }

  @Test("a Latin hypercube hits each slice of each factor once, by its seed") func latinHypercube() throws {
    let factors = try factors("a=0.0..1.0", "b=0..49")
    let points = try SweepDesign.lhs.points(factors, count: 50, seed: 3)
    #expect(Set(points.map { Int((Double($0[0]) ?? 0) * 50) }).count == 50)
    #expect(Set(points.map { $0[1] }).count == 50)
    #expect(points == (try SweepDesign.lhs.points(factors, count: 50, seed: 3)))
    #expect(points != (try SweepDesign.lhs.points(factors, count: 50, seed: 4)))
  }

  @Test("a sensitivity design has rows of a power of two, times factors and two") func sensitivity() throws {
    #expect(
      try SweepDesign.sensitivity.points(try factors("a=0.0..1.0", "b=1,2"), count: 200, seed: 1).count == 128
    )
    let error = #expect(throws: SweepError.self) {
      try SweepDesign.sensitivity.points(try factors("a=0.0..1.0"), count: 10, seed: 1)
    }
    #expect(error?.remedy.contains("at least 24") == true)
  }

  @Test("nonsense is refused") func mistakes() throws {
    #expect(throws: SweepError.self) { try SweepDesign.grid.points([], count: nil, seed: 1) }
    #expect(throws: SweepError.self) {
      try SweepDesign.grid.points(try factors("a=1", "a=2"), count: nil, seed: 1)
    }
    #expect(throws: SweepError.self) { try SweepDesign.grid.points(try factors("a=1,2"), count: 5, seed: 1) }
    #expect(throws: SweepError.self) {
      try SweepDesign.sobol.points(try factors("a=1,2"), count: nil, seed: 1)
    }
    let many = try (0..<41).map { try SweepFactor(parsing: "f\($0)=0.0..1.0") }
    #expect(throws: SweepError.self) { try SweepDesign.sobol.points(many, count: 8, seed: 1) }
    #expect(throws: SweepError.self) {
      try SweepDesign.grid.points(try factors("a=1..999", "b=1..999", "c=1..999"), count: nil, seed: 1)
    }
  }
}
