internal import MigrationPolicy

// Where guests go: an order alone, or an order with more to it.

struct PlacementForm: Sendable {
  var order = PlacementScore.spread
  var scores = OrderedPairs<String, Double>()
  var prefersUpgraded = false
  var headroom = 0

  var isOrderAlone: Bool { scores.isEmpty && !prefersUpgraded && headroom == 0 }

  func rules(_ plugIns: PlugIns) -> PlacementRules {
    var rules = PlacementRules()
    rules.scores = scores.compactMap { pair in
      plugIns.score(named: pair.key).map { WeightedScore($0, weight: pair.value) }
    }
    rules.prefersUpgraded = prefersUpgraded
    rules.headroom = headroom
    return rules
  }
}

enum PlacementTables {
  private static let scores = Shape<OrderedPairs<String, Double>>.map(
    .scoreName, to: .number(in: -1000...1000), min: 1)

  private static let full = Shape.object(
    "placement", doc: "Which of the hosts with room takes the guest.", initial: PlacementForm()
  ) {
    Field("order", \.order, .keyword, doc: "The emptiest host first, or the fullest.")
    Field(
      "scores", \.scores, scores, doc: "Scores and their weights, in place of the order.", standard: "none")
    Field(
      "prefer-upgraded", \.prefersUpgraded, .boolean,
      doc: "Whether hosts with the newest kernel of their site come before all others.")
    Field(
      "headroom", \.headroom, .integer(in: 0...1_000_000),
      doc: "The site keeps as much memory free as its so many largest hosts have.")
  }

  private static let order = Shape<PlacementScore>.keyword.mapped {
    PlacementForm(order: $0)
  } back: {
    $0.isOrderAlone ? $0.order : nil
  }

  static let placement = Shape<PlacementForm>.byKind(scalar: order, mapping: full)
}
