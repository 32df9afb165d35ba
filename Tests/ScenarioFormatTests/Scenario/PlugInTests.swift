import CutoverCore
import FleetSimulation
import MigrationPolicy
import ScenarioFormat
import Testing

/// Names that others bring along stand where those that ship stand; without them they are unknown.
@Suite struct PlugInTests {
  struct Slide: MigrationStrategy {
    let name = "slide"
    func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
      CutoverPlan(strategy: name, media: [.disk, .memory], stop: .pause, start: .resume)
    }
  }
  struct NotOnFridays: EligibilityRule {
    let name = "not-on-fridays"
    func verdict(on candidate: Candidate) -> EligibilityVerdict { .later(.busy) }
  }
  struct Alphabetical: HostScore {
    let name = "alphabetical"
    func score(of host: HostOutlook) -> Double { 0 }
  }
  /// Takes the place of one that ships.
  struct OtherFreeDisk: HostScore {
    let name = "free-disk"
    func score(of host: HostOutlook) -> Double { 7 }
  }

  static let all = PlugIns(
    strategies: [Slide()], rules: [NotOnFridays()], scores: [Alphabetical(), OtherFreeDisk()])

  static let text = """
    scenario: plugged
    horizon: 1 d
    fleet:
      sites: [ { name: here, hosts: { count: 4, memory: 64 GiB, nic: 10 Gbit/s } } ]
      vms: { count: 8, flavor: linode-8gb }
    policy: { rules: [opt-out, not-on-fridays, size: { memory: 1 TiB }] }
    placement: { scores: { alphabetical: 2, free-disk: 1 } }
    demand:
      - drain: { hosts: all, chain: [slide, cold] }
    """

  @Test func `what is brought along can be named`() throws {
    let scenario = try ScenarioFile(text: Self.text, name: "plugged.yaml", plugIns: Self.all).checked()
    #expect(scenario.strategies["slide"] is Slide)
    #expect(scenario.rules.rules.map(\.name) == ["opt-out", "not-on-fridays", "size"])
    let scores = scenario.placementRules.scores
    #expect(scores.map(\.score.name) == ["alphabetical", "free-disk"] && scores.map(\.weight) == [2, 1])
    #expect(scores.last?.score is OtherFreeDisk)
  }

  @Test func `without it each name is unknown where it stands`() throws {
    let file = ScenarioFile(text: Self.text, name: "plugged.yaml")
    #expect(file.hasErrors)
    for line in [
      "plugged.yaml:6:28: error: 'not-on-fridays' is not a rule",
      "plugged.yaml:7:24: error: 'alphabetical' is not known here",
    ] { #expect(file.problems.contains(line), "\(file.problems)") }
    #expect(throws: ScenarioProblems.self) { try file.checked() }
  }

  @Test func `an unknown variant is refused by name`() throws {
    let file = ScenarioFile(text: Self.text, name: "plugged.yaml", plugIns: Self.all)
    #expect(throws: ScenarioProblems.self) { try file.checked(variant: "none") }
  }
}
