import Foundation
import Testing

@testable import CutoverExploration

/// The diagram of the documentation is the machine's own. `FLEETSHIFT_RENEW=1` writes it anew (`make state-diagram`).
@Suite struct StateDiagramTests {
  static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Documentation/fleetshift.docc/Cutover-machine.md")

  /// Plans that between them go through every phase in every way.
  static let plans: Set<String> = [
    "boot, shared disk", "boot, power off, resize", "boot, agreed time, catch up", "suspend",
    "suspend, shared disk",
    "live, agreed time, catch up", "post-copy, always, shared disk", "snapshots until the agreed time",
    "windows that have passed", "gate, by hand, else not", "gate, customer's reboot", "post-copy, when asked",
  ]

  @Test func `the committed diagram is what the machine does`() throws {
    var diagram = StateDiagram()
    let plans = ExploredPlan.all.filter { Self.plans.contains($0.name) }
    #expect(plans.count == Self.plans.count)
    for explored in plans { try diagram.add(explored) }
    for explored in [BrokenMachineTests.booting, BrokenMachineTests.suspending, BrokenMachineTests.postCopy] {
      try diagram.add(explored, driverMayDie: true)
    }
    #expect(Set(StateDiagram.order).subtracting(diagram.phases) == [])

    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let start = try #require(text.firstRange(of: "## Steps that are answered")).lowerBound
    if ProcessInfo.processInfo.environment["FLEETSHIFT_RENEW"] != nil {
      try (text[..<start] + diagram.markdown).write(to: Self.page, atomically: true, encoding: .utf8)
    } else {
      #expect(text[start...] == diagram.markdown, "renew it by 'make state-diagram'")
    }
  }
}
