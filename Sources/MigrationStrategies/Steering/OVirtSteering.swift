public import CutoverCore
public import Quantities

/// oVirt: a schedule of actions by the number of rounds, kept as data.
///
/// The field is called `stallingLimit` and counts rounds: VDSM looks at the head of the schedule each time it sees a new
/// round begin, and acts, once, if the count is *above* the limit (`lib/vdsm/virt/migration.py`, `_next_action`). The
/// last items carry -1: each acts at the next round. Policies: `packaging/dbscripts/upgrade/pre_upgrade/0000_config.sql`.
public struct OVirtSteering: LiveSteering, Hashable {
  /// One entry of the schedule.
  public struct Item: Hashable, Sendable {
    public var limit: Int
    public var action: ConvergenceRemedy

    public init(above limit: Int, _ action: ConvergenceRemedy) {
      self.limit = limit
      self.action = action
    }
  }

  public var initialDowntime: Duration
  public var items: [Item]
  /// What is done when all of them have been: one a round.
  public var last: [ConvergenceRemedy]
  public var autoConverge: Bool

  public init(
    initialDowntime: Duration, items: [Item], last: [ConvergenceRemedy] = [.abort], autoConverge: Bool = true
  ) {
    self.initialDowntime = initialDowntime
    self.items = items
    self.last = last
    self.autoConverge = autoConverge
  }

  private static func ramp(_ steps: KeyValuePairs<Int, Int64>) -> [Item] {
    steps.map { Item(above: $0.key, .setDowntimeLimit(.milliseconds($0.value))) }
  }

  public static let minimalDowntime = OVirtSteering(
    initialDowntime: .milliseconds(100), items: ramp([1: 150, 2: 200, 3: 300, 4: 400, 6: 500]))

  public static let suspendIfNeeded = OVirtSteering(
    initialDowntime: .milliseconds(100), items: ramp([1: 150, 2: 200, 3: 300, 4: 400, 6: 500]),
    last: [.setDowntimeLimit(.seconds(5)), .abort])

  public static let postCopy = OVirtSteering(
    initialDowntime: .milliseconds(100), items: ramp([1: 150, 2: 200]), last: [.postCopy, .abort])

  public static let veryLargeVMs = OVirtSteering(
    initialDowntime: .milliseconds(300), items: ramp([1: 400, 2: 500, 3: 700, 4: 1_000, 6: 1_500]),
    last: [.setDowntimeLimit(.seconds(5)), .abort])

  public func course(for request: MigrationRequest) -> SteeredCourse {
    var rules = autoConverge ? [QEMUSteering.slowDown] : []
    var round = 0
    for item in items + last.map({ Item(above: -1, $0) }) {
      round = max(round + 1, item.limit + 1)
      rules.append(ConvergenceRule(when: .passes(atLeast: round), do: item.action))
    }
    let usesPostCopy = (items.map(\.action) + last).contains(.postCopy)
    return SteeredCourse(
      rounds: ConvergenceRules(until: .expectedPause(atMost: initialDowntime), rules: rules),
      postCopy: usesPostCopy ? .whenAsked : .never)
  }
}
