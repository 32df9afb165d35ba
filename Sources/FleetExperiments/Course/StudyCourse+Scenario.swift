internal import CutoverCore
internal import FleetModel
package import FleetSimulation
internal import MigrationPolicy

extension StudyCourse {
  /// Of courses that were gathered one by one, in the order of replications.
  package init(_ replications: [ReplicationCourse], of scenario: Scenario) {
    self.init(
      replications,
      AttemptNames(
        strategies: scenario.strategies.names, classes: [], campaigns: scenario.campaigns.map(\.name)),
      sites: scenario.fleet.sites.map(\.name))
  }
}
