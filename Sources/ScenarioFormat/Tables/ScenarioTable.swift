internal import CutoverCore
internal import FleetExperiments
internal import FleetModel
internal import FleetSimulation
internal import MigrationPhysics
internal import MigrationPolicy
internal import Quantities

/// A scenario as it is written, each value checked by itself and none yet against the others.
struct ScenarioForm: Sendable {
  var name = ""
  var question = ""
  var horizon = Duration.days(365)
  var seed: UInt64 = 1
  var replications = 10
  var flavors: [Located<Flavor>] = []
  var fleet = FleetForm()
  var mechanics = Mechanics()
  var strategies = StrategiesForm()
  var policy = PolicyForm()
  var limits = LimitsForm()
  var windows: [Located<MaintenanceWindow>] = []
  var notices = OrderedPairs<Located<String>, Duration>()
  var placement = Located(value: PlacementForm())
  var demand: [DemandForm] = []
  var failures = Located(value: HostFailures())
  var network = NetworkForm()
  var baseline = Located(value: "cold")
  var classes = GuestClasses()
  var variants = OrderedPairs<Located<String>, OrderedPairs<Located<String>, LocatedNode>>()
  var expectations: [ExpectationForm] = []
  var answers: [AnswerForm] = []
}

enum ScenarioTable {
  private static let horizon = Shape<Duration>.positiveDuration.checked { time in
    if time == .max {
      throw Complaint(
        "a simulation with this horizon would never end", hint: "a length of time, such as 365 d")
    }
  }

  /// What `compare` calls the scenario as it stands, so no variant can be called that.
  static let baseName = "base"

  private static let variantName = Shape<String>.identifier.checked { name in
    if name == baseName {
      throw Complaint("'\(baseName)' means the scenario as it stands", hint: "give the variant another name")
    }
  }.located()

  /// The grammar of a scenario file: reading, defaults, reference and JSON Schema all come from here.
  static let scenario = Shape.object(
    "scenario", doc: "A question about a fleet: what it is, why its guests move, and under which policy.",
    initial: ScenarioForm()
  ) {
    Field("scenario", \.name, .identifier, .required, doc: "Its name.")
    Field("question", \.question, .text, doc: "What it is to answer, in a sentence.", standard: "none")
    Field("horizon", \.horizon, horizon, doc: "How long it is simulated.")
    Field("seed", \.seed, .integer(in: 0...(1 << 53)), doc: "All chance comes from it.")
    Field(
      "replications", \.replications, .integer(in: 1...100_000),
      doc: "How often it is simulated, each time with other chance.")
    Field(
      "flavors", \.flavors,
      .list(of: GuestTables.flavor.located(), items: "flavors", max: FleetTables.mostKinds),
      doc: "Flavors besides those that ship.", standard: "none")
    Field("fleet", \.fleet, FleetTables.fleet, .required, doc: "Hosts and guests.")
    Field(
      "mechanics", \.mechanics, PolicyTables.mechanics, doc: "What migrations cost.",
      standard: "next to nothing")
    Field(
      "strategies", \.strategies, PolicyTables.strategies, doc: "Settings.", standard: "their own defaults")
    Field("policy", \.policy, PolicyTables.policy, doc: "Who may be moved how.", standard: "its own defaults")
    Field(
      "limits", \.limits, LimitTables.limits, doc: "How much may happen at once.",
      standard: "its own defaults")
    Field(
      "windows", \.windows,
      .oneOrMany(of: WindowTables.window.located(), items: "windows", max: FleetTables.mostKinds),
      doc: "Times of the week at which guests may be stopped; chains name them.", standard: "none")
    Field(
      "notices", \.notices, .map(.reference(to: .strategy), to: .duration),
      doc:
        "How long before it is stopped the customer has to be told, by strategy; results count what was kept.",
      standard: "none")
    Field(
      "placement", \.placement, PlacementTables.placement.located(),
      doc: "Which of the hosts with room takes the guest.")
    Field(
      "demand", \.demand,
      .list(of: DemandTables.demand, items: "reasons", min: 1, max: FleetTables.mostKinds), .required,
      doc: "Why guests move.")
    Field(
      "failures", \.failures, PolicyTables.hostFailures.located(), doc: "Hosts that fail.", standard: "none")
    Field(
      "network", \.network, NetworkTables.network, doc: "What happens to links.", standard: "nothing")
    Field(
      "baseline", \.baseline, .reference(to: .strategy),
      doc: "The strategy that downtime saved is measured against.")
    Field(
      "classes", \.classes, PolicyTables.classes, doc: "How results group the guests.", standard: "by flavor")
    Field(
      "variants", \.variants, .map(variantName, to: .map(Shape<String>.text.located(), to: .anything)),
      doc: "Other versions of the scenario: paths, such as demand.*.chain, and what to put there.",
      standard: "none")
    Field(
      "expect", \.expectations, .list(of: .expectation, items: "expectations"),
      doc: "What must hold, such as: p95(service-gap of reboot) <= 30 min. A broken one ends the run with 2.",
      standard: "nothing")
    Field(
      "answer", \.answers, .list(of: AnswerTables.answer, items: "answers"),
      doc:
        "What is said to the question: lines with figures, such as {p95(drains.time)}, and tables of them.",
      standard: "nothing")
  }
}
