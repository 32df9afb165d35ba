internal import FleetExperiments

/// What a gate tolerates and asks for, as its file says it.
struct GateForm: Sendable {
  var tolerance: Double?
  var tolerances = OrderedPairs<PairedMetric, Double>()
  var expectations: [ExpectationForm] = []
}

enum GateTable {
  private static let metric = Shape<PairedMetric>.keyword(
    PairedMetric.gating.map { Keyword($0.key, $0, doc: $0.words) })

  static let gate = Shape.object(
    "gate", doc: "When a change of policy is refused.", initial: GateForm()
  ) {
    Field(
      "tolerance", \.tolerance, .fraction,
      doc: "By how much a figure may be worse, as a part of what it was.",
      standard: "1 %")
    Field(
      "tolerances", \.tolerances, .map(metric, to: .fraction), doc: "The same for single figures.",
      standard: "none")
    Field(
      "expect", \.expectations, .list(of: .expectation, items: "expectations"),
      doc: "What must hold of the new result, whatever the old one was: by class: p95(downtime) < 30 s.",
      standard: "nothing")
  }
}
