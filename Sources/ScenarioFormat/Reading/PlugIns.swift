public import CutoverCore
public import MigrationPolicy

/// What others bring along: strategies, rules and scores that scenarios may name as they name those that ship.
///
/// It is a value that is handed to whoever reads a scenario; there is no register of the process to write to. A name
/// that ships is taken over by a plug-in of the same name.
///
/// ```swift
/// let plugIns = PlugIns(strategies: [MyHybrid()], rules: [NotOnFridays()], scores: [FewNeighbours()])
/// let file = ScenarioFile(path: "drain.yaml", plugIns: plugIns)
/// ```
///
/// Strategies stand in chains (`chain: [my-hybrid, cold]`), rules by their bare name among the rules of the policy
/// (`policy: { rules: [opt-out, not-on-fridays] }`), scores with a weight in the placement (`placement: { scores: {
/// few-neighbours: 1 } }`). Their settings are Swift's business, not YAML's.
public struct PlugIns: Sendable {
  public var strategies: [any MigrationStrategy]
  public var rules: [any EligibilityRule]
  public var scores: [any HostScore]

  public init(
    strategies: [any MigrationStrategy] = [], rules: [any EligibilityRule] = [], scores: [any HostScore] = []
  ) {
    self.strategies = strategies
    self.rules = rules
    self.scores = scores
  }

  /// The last rule of that name.
  func rule(named name: String) -> (any EligibilityRule)? { rules.last { $0.name == name } }

  /// The last score of that name; else one that ships.
  func score(named name: String) -> (any HostScore)? {
    scores.last { $0.name == name } ?? HostScores.score(named: name)
  }
}

extension Shape where Value == any EligibilityRule {
  /// The same, and the bare names of the rules that plug-ins bring.
  func orPlugIn() -> Shape {
    Shape(
      description, write: write,
      read: { node, context in
        if case .scalar(let text, _) = node.content, let rule = context.plugIns.rule(named: text) {
          return rule
        }
        return read(node, &context)
      })
  }
}

extension Shape where Value == String {
  /// The name of a score: one that ships, or one that plug-ins bring.
  static var scoreName: Shape {
    let shipped = Shape<String>.keyword(HostScores.shipped.map { Keyword($0.name, $0.name) })
    return Shape(
      shipped.description, write: shipped.write,
      read: { node, context in
        if case .scalar(let text, _) = node.content,
          context.plugIns.scores.contains(where: { $0.name == text })
        {
          return text
        }
        return shipped.read(node, &context)
      })
  }
}
