import CutoverCore
import Quantities
import Testing

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
}
