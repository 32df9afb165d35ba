import Testing

@testable import ScenarioFormat

@Suite struct ScenarioTextTests {
  private let text = """
    # A comment at the head.
    scenario: text
    fleet:
      vms:
        - name: one
          count: 20   # twenty
          flavor: &plans { small: 60 %, "large": 30 %, huge: 10 % }
        - name: two
          flavor: *plans
          count: 30
    mechanics: {prepare: 5 s, stream-rate: { lognormal: { median: "512 MB/s", sigma: 0.2 } } }
    demand:
      - resize: { rate: 28.6 / d, chain: [warm] }   # so many
      - drain: { hosts: all }
    variants:
      busy: { demand.resize.rate: 60 / d }
    """

  private func scenario(_ variant: String? = nil, _ settings: [ScenarioFile.Setting] = []) throws
    -> ScenarioText
  {
    try #require(ScenarioText(text, name: "text.yaml", variant: variant, settings: settings))
  }

  @Test("figures are replaced where they stand, and nothing else") func replacing() throws {
    let changed = try scenario().replacing([
      .init("demand.resize.rate", "31.25 / d"), .init("mechanics.stream-rate.lognormal.median", "498 MB/s"),
      .init("fleet.vms.*.flavor.large", "27.5 %"), .init("fleet.vms.one.count", "7"),
    ])
    let expected =
      text.replacing("28.6 / d", with: "31.25 / d").replacing("512 MB/s", with: "498 MB/s")
      .replacing("30 %", with: "27.5 %").replacing("count: 20 ", with: "count: 7 ")
    #expect(changed == expected)
  }

  @Test("of a variant its own figure is meant") func variants() throws {
    let busy = try scenario("busy")
    #expect(try busy.figure(at: "demand.resize.rate") == "60 / d")
    #expect(
      try busy.replacing([.init("demand.resize.rate", "61 / d")])
        == text.replacing("60 / d", with: "61 / d"))
    #expect(ScenarioText(text, name: "text.yaml", variant: "idle", settings: []) == nil)
  }

  @Test("what the command line sets is there, but where the variant has the last word") func settings() throws
  {
    let settings = [ScenarioFile.Setting("demand.resize.rate", "1 / h"), .init("fleet.vms.one.count", "21")]
    let busy = try scenario("busy", settings)
    #expect(try busy.figure(at: "demand.resize.rate") == "60 / d")
    #expect(
      try busy.replacing([.init("demand.resize.rate", "61 / d")], after: settings)
        == text.replacing("28.6 / d", with: "1 / h").replacing("count: 20 ", with: "count: 21 ")
        .replacing("60 / d", with: "61 / d"))
    let set = try scenario(nil, [.init("demand.resize.rate", "1 / h")])
    #expect(try set.figure(at: "demand.resize.rate") == "1 / h")
  }

  @Test("the rest of a whole is what others leave") func rests() throws {
    let scenario = try scenario()
    let path = "fleet.vms.*.flavor.small"
    #expect(
      try scenario.rest(at: path, after: [.init("fleet.vms.*.flavor.large", "30.12345 %")]) == "59.87655 %")
    #expect(try scenario.othersOfWhole(at: path) == ["large", "huge"])
    #expect(try scenario.othersOfWhole(at: "demand.resize.rate").isEmpty)
    #expect { try scenario.rest(at: path, after: [.init("fleet.vms.*.flavor.large", "95 %")]) } throws: {
      ($0 as? ScenarioTextError)?.message.contains("come to 105 %") ?? false
    }
    #expect(throws: ScenarioTextError.self) {
      try scenario.rest(at: path, after: [.init("fleet.vms.one.flavor.large", "20 %")])
    }
  }

  @Test(
    "what is not there, is no figure, or is shared, is refused",
    arguments: [
      ("demand.resize.rat", "nothing in the scenario is at"), ("mechanics.stream-rate", "not a figure"),
      ("mechanics.stream-rate.", "no path"),
    ])
  func refusals(path: String, words: String) throws {
    let scenario = try scenario()
    #expect { try scenario.figure(at: path) } throws: {
      ($0 as? ScenarioTextError)?.message.contains(words) ?? false
    }
    #expect { try scenario.replacing([.init("fleet.vms.one.flavor.large", "20 %")]) } throws: {
      ($0 as? ScenarioTextError)?.message.contains("alias") ?? false
    }
    #expect(throws: ScenarioTextError.self) { try scenario.replacing([.init("fleet.vms", "20 %")]) }
  }
}
