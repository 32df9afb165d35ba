import CutoverCore
import Quantities
import Testing

@testable import CutoverExploration

// 27,110 machines, 591,317 states and 2,014,336 edges under the 21 plans, and no course of more than 17 events that
// change the machine. Under the 25 plans of the strategies (tested with them): 22,791, 516,038 and 1,593,593.
//
// That the walk sees something was tried by breaking the real machine once for each law: roll back without a fence (1),
// release while the memory still follows (2), leave out the last pass (3), go back without a restore (4), carry on when
// the deadline of a wait has passed (5), leave the end of the wait out of the coding (6). `BrokenMachine` keeps such
// flaws, and more.
@Suite("Every reachable state of the machine keeps the laws")
struct ExplorationTests {
  @Test("under every kind of plan", arguments: ExploredPlan.all)
  func laws(_ explored: ExploredPlan) throws {
    let rules = WorldRules(
      explored.plan, faults: explored.isSmall ? CutoverFault.allCases : [.link, .verification])
    let result = explore(try CutoverMachine(explored.plan), under: explored.plan, rules: rules)
    print("explored \(explored.name): \(result.summary)")
    #expect(result.brokenLaws.isEmpty, "\(result.report)")
  }

  static let returning: [ExploredPlan] = [
    BrokenMachineTests.booting, BrokenMachineTests.waiting, BrokenMachineTests.suspending,
    BrokenMachineTests.shared, BrokenMachineTests.postCopy,
  ]

  @Test("though the driver dies at any time, and comes back", arguments: returning)
  func driverDies(_ explored: ExploredPlan) throws {
    let rules = WorldRules(explored.plan, remaining: [0, 900], driverMayDie: true)
    let result = explore(try CutoverMachine(explored.plan), under: explored.plan, rules: rules)
    print("explored \(explored.name), the driver dying once: \(result.summary)")
    #expect(result.brokenLaws.isEmpty, "\(result.report)")
  }
}
