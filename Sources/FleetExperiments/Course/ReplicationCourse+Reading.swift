internal import CutoverCore
internal import FleetModel
package import FleetSimulation
internal import MigrationPolicy
internal import Quantities

/// Courses that were read from a file: what is taken for granted of those that were gathered is looked at.
extension ReplicationCourse {
  /// Why it can't be one of this scenario; `nil` if it can.
  package func problem(in scenario: Scenario) -> String? {
    let (campaigns, sites) = (scenario.campaigns.count, scenario.fleet.sites.count)
    let strategies = scenario.strategies.names.count
    if completed.count != campaigns {
      return "its course has \(completed.count) campaigns, and the scenario \(campaigns)"
    }
    let used = downtimes.keys.map(\.strategy) + failures.keys.map(\.strategy) + spans.map(\.strategy)
    if let strategy = used.first(where: { !(0..<strategies).contains($0) }) {
      return "its course has a strategy \(strategy), and the scenario \(strategies) of them"
    }
    if let step = downtimes.keys.map(\.step).first(where: { !DowntimeScale.steps.contains($0) }) {
      return "its course has downtimes of step \(step)"
    }
    if let site = traffic.keys.flatMap({ [$0.from, $0.to] }).first(where: { !(0..<sites).contains($0) }) {
      return "its course has a site \(site), and the scenario \(sites) of them"
    }
    if failures.count > Ledger.mostCodes * strategies || spans.count > ReplicationCourse.mostSpans {
      return "its course tells of \(failures.count) kinds of failure and \(spans.count) attempts"
    }
    if spans.contains(where: { $0.began < .zero || $0.ended < $0.began }) {
      return "an attempt in its course ends before it begins"
    }
    return nil
  }
}
