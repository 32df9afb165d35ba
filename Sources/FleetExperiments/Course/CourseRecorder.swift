internal import CutoverCore
internal import FleetModel
public import FleetSimulation
internal import MigrationPolicy
internal import Synchronization

/// Gathers the course of one variant's replications while they are simulated.
public final class CourseRecorder: AttemptSink {
  // A class because all threads of a study hand their rows to the one of it.
  private let siteOfHost: [Int]
  private let sites: [String]
  private let state: Mutex<State>

  private struct State {
    var names: AttemptNames
    var replications: [Int: ReplicationCourse] = [:]
  }

  public init(_ scenario: Scenario) {
    sites = scenario.fleet.sites.map(\.name)
    siteOfHost = CourseRecorder.siteOfHost(scenario)
    state = Mutex(
      State(
        names: AttemptNames(
          strategies: scenario.strategies.names, classes: [], campaigns: scenario.campaigns.map(\.name))))
  }

  /// Hosts are numbered site by site, in the order of the blueprint.
  package static func siteOfHost(_ scenario: Scenario) -> [Int] {
    scenario.fleet.sites.enumerated().flatMap { index, site in
      Array(repeating: index, count: site.hostGroups.reduce(0) { $0 + $1.count })
    }
  }

  public func take(_ rows: [AttemptRow], of job: Int, _ names: AttemptNames) {
    // Each replication has rows from one thread only: it can be taken out, grown, and put back.
    var course =
      state.withLock { $0.replications.removeValue(forKey: job) }
      ?? ReplicationCourse(campaigns: names.campaigns.count, keepsSpans: job == 0)
    for row in rows { course.add(row, siteOfHost: siteOfHost) }
    state.withLock { $0.replications[job] = course }
  }

  public func finish(_ job: Int) {}

  /// What was gathered, once the study is over.
  public func course(replications: Int) -> StudyCourse {
    state.withLock { state in
      let courses = (0..<replications).map { job in
        state.replications[job]
          ?? ReplicationCourse(campaigns: state.names.campaigns.count, keepsSpans: job == 0)
      }
      return StudyCourse(courses, state.names, sites: sites)
    }
  }
}

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
