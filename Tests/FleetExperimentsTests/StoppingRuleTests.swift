import DiscreteEvent
import Testing

@testable import FleetExperiments
@testable import FleetSimulation

@Suite("Rules by which a study stops") struct StoppingRuleTests {
  private func ledger(_ downtime: Double, ofLarge large: Double = 0) -> Ledger {
    var ledger = Ledger(
      strategies: ["warm"], classes: ["small", "large"], campaigns: ["host-upgrade"], guests: 0)
    ledger.byCampaign[0].downtimeSeconds = downtime + large
    ledger.byClass[0].downtimeSeconds = downtime
    ledger.byClass[1].downtimeSeconds = large
    for cell in [\Ledger.byClass[0], \Ledger.byClass[1], \Ledger.byCampaign[0]] {
      ledger[keyPath: cell].requested = 1
      ledger[keyPath: cell].completed = 1
    }
    return ledger
  }

  private func rule(_ texts: String..., first: Int = 10, most: Int = 1_000) throws -> StoppingRule {
    StoppingRule(try texts.map { try StoppingRule.clause(parsing: $0) }, first: first, most: most)
  }

  private func verdict(_ text: String, _ downtimes: [Double], _ large: [Double]? = nil) throws
    -> ExpectationResult
  {
    let ledgers = downtimes.indices.map { ledger(downtimes[$0], ofLarge: large?[$0] ?? 0) }
    return try #require(try rule(text).verdicts(tinyScenario(), ledgers).first)
  }

  @Test("it looks after ten, and then each time a quarter has been added") func looks() throws {
    let rule = try rule("ci(total(downtime)) < 2 %", most: 40)
    #expect(rule.looks == [10, 13, 17, 22, 28, 35, 40])
    #expect(try self.rule("ci(total(downtime)) < 2 %", first: 30, most: 30).looks == [30])
  }

  // Of 90, 100 and 110 the mean is 100, s 10, and the half width 4.30265 * 10 / √3 = 24.84.
  @Test(
    "the half width is Student's, of the mean over replications",
    arguments: [
      ("ci(total(downtime)) < 25 %", true, "24.84 %"),
      ("ci(total(downtime)) < 24 %", false, "24.84 %"),
      ("ci(downtime.total) <= 24.9 s", true, "24.84 s"),
      ("25 s > ci(total(downtime))", true, "24.84 s"),
      ("ci(total(downtime)) < 0.2 * total(downtime)", false, "24.84 s against 20 s"),
      ("ci(total(downtime) / completed) < 30 s", true, "24.84 s"),
    ])
  func halfWidth(_ text: String, _ held: Bool, _ actual: String) throws {
    let verdict = try verdict(text, [90, 100, 110])
    #expect(verdict == ExpectationResult(text: text, held: held, actual: actual))
  }

  @Test("by class the least sure class decides") func byClass() throws {
    let text = "by class: ci(total(downtime)) < 25 %"
    #expect(try verdict(text, [90, 100, 110], [900, 1000, 1100]).held)
    let broken = try verdict(text, [90, 100, 110], [800, 1000, 1200])
    #expect(!broken.held && broken.actual == "not 1 of 2 classes: large 49.68 %")
  }

  @Test("what never varied is sure, and what never happened is not") func degenerate() throws {
    #expect(try verdict("ci(total(downtime)) < 1 %", [7, 7, 7]).held)
    #expect(try verdict("ci(total(downtime)) < 1 %", [0, 0, 0]).held)
    #expect(try verdict("ci(total(saved) + total(downtime) - 1 h) < 1 %", [3590, 3600, 3610]).held == false)
    #expect(try verdict("ci(p95(pause)) < 1 s", [1, 2, 3]).held == false)
  }

  @Test("variants are subtracted pair by pair before they are judged") func paired() throws {
    var other = try tinyScenario()
    other.variant = "other"
    let verdicts = try rule("ci(total(downtime) - total(downtime in other)) < 1 s").verdicts(
      tinyScenario(), [100, 500, 900].map { ledger($0) }, among: [(other, [90, 490, 890].map { ledger($0) })])
    #expect(verdicts[0].held && verdicts[0].actual == "0 s")
  }

  @Test(
    "rules that going on does not make true are refused",
    arguments: [
      ("total(downtime) < 2 h", 0, "more replications do not make that true"),
      ("ci(total(downtime)) > 2 %", 0, "an interval becomes narrower"),
      ("2 % < ci(total(downtime))", 0, "an interval becomes narrower"),
      ("ci(total(downtime)) is 2 % within 1 %", 0, "an interval becomes narrower"),
      ("ci(total(downtme)) < 2 %", 9, "there is no metric called 'downtme'"),
    ])
  func refusals(_ text: String, _ position: Int, _ message: String) {
    let error = #expect(throws: ExpectationError.self) { try StoppingRule.clause(parsing: text) }
    #expect(error?.position == position)
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  @Test("names are those of the scenario") func names() throws {
    let rule = try rule("ci(total(downtime of colder)) < 2 %")
    #expect(throws: ExpectationError.self) { try rule.verdicts(tinyScenario(), [ledger(1), ledger(2)]) }
  }

  /// The documentation says what stopping costs; this is where it is from.
  @Test("the interval of a study that has stopped holds the truth nearly as often as it says")
  func coverage() throws {
    var held = 0
    var counts = 0
    let (repetitions, target) = (500, 0.04)
    let rule = try rule("ci(total(downtime)) < 4 %")
    let scenario = try tinyScenario()
    for repetition in 0..<repetitions {
      var stream = RandomStream(StreamKey(seed: 11, entity: UInt64(repetition), purpose: .sizes))
      var samples: [Double] = []
      var interval: ConfidenceInterval?
      for look in rule.looks {
        while samples.count < look { samples.append(1_000 + 100 * stream.standardNormal()) }
        interval = ConfidenceInterval(samples)
        // The clause itself, on ledgers, for a few; it comes to the same as its formula, which is quicker.
        let isNarrow = (interval?.halfWidth ?? .infinity) / abs(interval?.mean ?? 0) < target
        if repetition < 5 {
          #expect(try rule.verdicts(scenario, samples.map { ledger($0) })[0].held == isNarrow)
        }
        if isNarrow { break }
      }
      if interval?.contains(1_000) == true { held += 1 }
      counts += samples.count
    }
    // 94 % with normal replications; 95 % less three standard errors of 500 are 461.
    #expect((455...490).contains(held), "\(held) of \(repetitions)")
    // Known in advance, (1.96 · 100 / 40)² = 24 would do.
    #expect((24.0...36).contains(Double(counts) / Double(repetitions)), "\(counts)")
  }
}
