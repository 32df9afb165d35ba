import FleetSimulation
import Testing

@testable import ScenarioFormat

@Suite struct ScenarioDefaultsTests {
  /// Defaults that only words can say.
  private static let inWords = [
    "an ideal stream that sends in each round what is dirty",
    "none", "all alike", "unlimited", "unknown", "any site", "any age", "the oldest", "the newest",
    "nobody is told",
    "the same", "each as soon as it may be", "no such limit", "next to nothing", "its own defaults",
    "their own defaults", "nothing", "never", "by flavor", "not by age", "thick, never written",
    "all used, never written", "drain", "move", "resize", "all",
    "any date", "its strategy", "asap", "it begins on the date", "at once", "nobody's", "its scope",
    "one unit, in place none", "what its NIC has", "a mirror", "one stream, not compressed",
    "retry after faults of hosts, links and copies, else next; stop where the customer opts out",
    "all of the group", "every one", "opt-out, kernels and cpu, as above", "running", "any", "true",
    "during, or afterwards for clock and net-loss",
    "any", "they stay where they are", "it holds out until it is empty", "they are gone", "as many as ever",
    "they wait for the repair", "each site for itself", "until it has found nothing to do",
    "1000 for emergencies, 100 for drains and other bulk work, 50 for users, 20 for rebalancing",
    "the settings of the rounds above", "none: the legacy way", "nothing: it goes on for ever",
    "all that there are",
  ]

  /// What must be said of a platform's steering for its defaults to have a place.
  private static let steered = [
    "qemu": "{}", "nova": "{}", "kubevirt": "{ stall: {} }", "proxmox": "{}", "xen": "{}",
    "ovirt": "{ initial-downtime: 1 s, items: [] }", "vsphere": "{ step: 0.1, most: 0.5 }",
  ]

  private func scenario(
    _ extra: String = "", thick: Bool, steering: String?, listsRules: Bool, gate: String? = nil
  ) throws -> Scenario {
    let thin = "image: { thin: { fill-time: 3 y } }"
    #expect(FullScenario.bare.contains(thin))
    var bare = thick ? FullScenario.bare.replacing(thin, with: "") : FullScenario.bare
    // The rules that are listed take the place of the others.
    if listsRules {
      bare = bare.replacing("policy: { kernels: { id: some,", with: "policy: { rules: [kernels: { id: some,")
        .replacing("target-kernel: {} } }", with: "target-kernel: {} }] }")
    }
    if let steering, let settings = Self.steered[steering] {
      bare = bare.replacing("live: { ", with: "live: { steering: { \(steering): \(settings) }, ")
    }
    if let gate {
      bare = bare.replacing("ticket: {} }", with: "ticket: {}, cutover: { \(gate): { after: 1 d } } }")
    }
    let file = ScenarioFile(text: bare + extra, name: "bare.yaml")
    return try #require(file.scenarios.last, "\(file.problems)")
  }

  @Test(
    "what is documented as a default is what a key has that is left out",
    arguments: ScenarioGrammar.defaults.map { [$0.path, $0.value] })
  func same(pathAndValue: [String]) throws {
    let (path, value) = (pathAndValue[0], pathAndValue[1])
    guard !Self.inWords.contains(value) || ["drain", "move", "resize", "all"].contains(value) else { return }
    // The images of the bare scenario are thin, so that their settings have a place.
    let thick = path == "fleet.vms.disk.image"
    let listsRules = path.hasPrefix("policy.rules.")
    // A chain's step is tagged by its strategy, whatever it is called: the path has a star for that.
    let override = path.replacing("chain.*.*.", with: "chain.reboot.")
    let steering = path.split(separator: "steering.").last?.split(separator: ".").first.map(String.init)
    let gate =
      path.contains("cutover.")
      ? path.split(separator: "cutover.").last?.split(separator: ".").first.map(String.init) : nil
    var with = try scenario(
      "\nvariants:\n  same: { \(override): \(value) }\n", thick: thick, steering: steering,
      listsRules: listsRules, gate: gate)
    let without = try scenario(thick: thick, steering: steering, listsRules: listsRules, gate: gate)
    #expect(with.variant == "same")
    with.variant = nil
    #expect("\(with)" == "\(without)")
  }

  @Test("no default is left undocumented: each key of the grammar is required or has one") func complete() {
    let paths = ScenarioGrammar.defaults.map(\.path)
    #expect(Set(paths).count == paths.count)
    #expect(paths.count > 100)
    #expect(paths.count < 800)
    #expect(ScenarioGrammar.defaults.allSatisfy { !$0.doc.isEmpty && $0.doc.hasSuffix(".") })
  }
}
