internal import CutoverCore
internal import MigrationPolicy

/// Ledgers that were read from a file: what is taken for granted of those that were counted is looked at.
extension Ledger {
  /// Why it can't be one of this scenario; `nil` if it can.
  package func problem(in scenario: Scenario) -> String? {
    if strategies != scenario.strategies.names { return "its strategies are not those of the scenario" }
    if campaigns != scenario.campaigns.map(\.name) { return "its campaigns are not those of the scenario" }
    let groups = [
      ("strategies", strategies.count, byStrategy), ("classes", classes.count, byClass),
      ("campaigns", campaigns.count, byCampaign),
    ]
    for (name, count, cells) in groups where cells.count != count {
      return "it has \(count) \(name) and the figures of \(cells.count)"
    }
    if courses.count != campaigns.count {
      return "it has \(campaigns.count) campaigns and the courses of \(courses.count)"
    }
    if codes.count > Self.mostCodes || Set(codes).count != codes.count {
      return "it has \(codes.count) names of failures, or one of them twice"
    }
    if groups.contains(where: { $0.2.contains { !$0.isCount } }) { return "it counts less than nothing" }
    if groups.contains(where: { $0.2.contains { $0.failures.count > codes.count } }) {
      return "it counts failures that it has no name for"
    }
    return nil
  }

  /// Ours are three dozen, and plug-ins have some of their own.
  package static let mostCodes = 1000
}

extension Cell {
  /// Whether it counts up from nothing.
  fileprivate var isCount: Bool {
    [requested, completed, abandoned, attempts].allSatisfy { $0 >= 0 } && failures.allSatisfy { $0 >= 0 }
  }
}
