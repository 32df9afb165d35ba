import CutoverCore
import MigrationStrategies
import Quantities
import Testing

@testable import CutoverExploration

@Suite("Every reachable state under the plans of the strategies keeps the laws")
struct StrategyExplorationTests {
  /// All, with the smallest limits that still let a pass be repeated.
  static let strategies: [any MigrationStrategy] = [
    Live(downtimeLimit: .milliseconds(10), maxRounds: 2, diskRest: Bytes(10)),
    Warm(rest: Bytes(10), maxPasses: 2),
    Reboot(),
    Cold(),
    PostCopyLive(diskRest: Bytes(10), maxPasses: 2),
    PostCopyLive(rounds: 1, diskRest: Bytes(10), maxPasses: 2),
    Suspend(),
    InPlace(),
    InPlace(isFrozen: true),
    Rebuild(),
    Rebuild(disk: .blank),
    Warm(snapshots: WarmSnapshots(most: 3, mergeRate: ByteRate(bytesPerSecond: 1_000))),
  ]
  /// Those that deal with an ignored shutdown the other way.
  static let others: [any MigrationStrategy] = [
    Warm(rest: Bytes(10), maxPasses: 2, ifShutdownIgnored: .powerOff),
    Reboot(ifShutdownIgnored: .fail),
    Cold(ifShutdownIgnored: .fail),
  ]

  static func request(_ disk: DiskPlacement, agreed: Bool = false, resize: Bool = false) -> MigrationRequest {
    MigrationRequest(
      guest: GuestFacts(diskVirtual: Bytes(9_000), diskAllocated: Bytes(1_000)), disk: disk,
      notBefore: agreed ? .zero + .hours(2) : nil, resizeTo: resize ? Bytes(5_000) : nil)
  }

  static let requests = [DiskPlacement.local, .shared].flatMap { disk in
    [request(disk), request(disk, agreed: true), request(disk, agreed: true, resize: true)]
  }

  /// What every strategy makes of every request that it can serve.
  static let plans =
    (strategies.flatMap { plans(of: $0, for: requests) }
      + others.flatMap { plans(of: $0, for: [request(.local)]) })

  static func plans(of strategy: any MigrationStrategy, for requests: [MigrationRequest]) -> [ExploredPlan] {
    requests.compactMap { request in
      (try? strategy.plan(for: request)).map { ExploredPlan("\(strategy.name), \(request)", $0) }
    }
  }

  @Test("of whatever is asked of them")
  func laws() throws {
    // Live, both ways of post-copy, suspend and both ways of staying in place refuse the two requests with a resize.
    #expect(Self.plans.count == 12 * 6 - 6 * 2 + 3)
    var (machines, states, edges) = (0, 0, 0)
    for explored in Self.plans {
      let rules = WorldRules(explored.plan, remaining: [0, 900])
      let result = explore(try CutoverMachine(explored.plan), under: explored.plan, rules: rules)
      #expect(result.brokenLaws.isEmpty, "\(explored): \(result.report)")
      machines += result.machines
      states += result.states
      edges += result.edges
    }
    print(
      "explored \(Self.plans.count) plans of strategies: \(machines) machines, \(states) states, \(edges) edges"
    )
  }
}
