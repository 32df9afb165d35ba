import CutoverCore
import FleetSimulation
import MigrationStrategies
import Quantities
import Testing

@testable import ScenarioFormat

@Suite("Steering of live migrations in a scenario") struct SteeringTests {
  static func steering(_ text: String) throws -> (any LiveSteering)? {
    let file = ScenarioFile(
      text: """
        scenario: steered
        horizon: 10 d
        fleet:
          sites:
            - name: here
              hosts: { count: 4, memory: 64 GiB }
          vms: { count: 8, flavor: linode-2gb }
        strategies: { live: { steering: \(text) } }
        demand:
          - drain: { chain: [live, cold] }
        """, name: "steered.yaml")
    #expect(!file.hasProblems, "\(file.problems)")
    let scenario = try #require(file.scenario(variant: nil))
    return (scenario.strategies["live"] as? Live)?.steering
  }

  @Test("a platform's name alone stands for its defaults") func bare() throws {
    #expect(try Self.steering("qemu") as? QEMUSteering == QEMUSteering())
    #expect(try Self.steering("nova") as? NovaSteering == NovaSteering())
    #expect(try Self.steering("kubevirt") as? KubeVirtSteering == KubeVirtSteering())
    #expect(try Self.steering("proxmox") as? ProxmoxSteering == ProxmoxSteering())
    #expect(try Self.steering("xen") as? XenSteering == XenSteering())
    #expect(try Self.steering("{ ovirt: minimal-downtime }") as? OVirtSteering == .minimalDowntime)
    #expect(try Self.steering("{ ovirt: very-large-vms }") as? OVirtSteering == .veryLargeVMs)
  }

  @Test("every setting arrives") func settings() throws {
    #expect(
      try Self.steering("{ qemu: { downtime-limit: 1 s, auto-converge: true } }") as? QEMUSteering
        == QEMUSteering(downtimeLimit: .seconds(1), autoConverge: true))
    #expect(
      try Self.steering(
        """
        { nova: { downtime: 400 ms, steps: 5, delay-per-gib: 30 s, timeout-per-gib: 100 s, force-complete: true, \
        post-copy: true, auto-converge: true } }
        """) as? NovaSteering
        == NovaSteering(
          downtime: .milliseconds(400), steps: 5, delay: .seconds(30), completionTimeout: .seconds(100),
          forcesCompletion: true, permitsPostCopy: true, permitsAutoConverge: true))
    #expect(
      try Self.steering(
        """
        { kubevirt: { timeout-per-gb: 20 s, progress-timeout: 60 s, post-copy: true, disruption: true, \
        auto-converge: true, max-downtime: 2 s, passthrough: true, \
        stall: { window: 30 s, margin: 0.1, patience-decay: 0.7, wait-for-low: false } } }
        """) as? KubeVirtSteering
        == KubeVirtSteering(
          completionTimeout: .seconds(20), progressTimeout: .seconds(60), allowsPostCopy: true,
          allowsDisruption: true, allowsAutoConverge: true, maxDowntime: .seconds(2),
          stall: StallDetection(window: .seconds(30), margin: 0.1, patienceDecay: 0.7, waitsForLow: false),
          hasPassthrough: true))
    #expect(
      try Self.steering(
        """
        { ovirt: { initial-downtime: 200 ms, items: [{ above: 2, do: { downtime: 1 s } }, { above: 3, do: post-copy }], \
        last: [abort], auto-converge: false } }
        """) as? OVirtSteering
        == OVirtSteering(
          initialDowntime: .milliseconds(200),
          items: [.init(above: 2, .setDowntimeLimit(.seconds(1))), .init(above: 3, .postCopy)],
          last: [.abort],
          autoConverge: false))
    #expect(
      try Self.steering("{ proxmox: { downtime: 200 ms } }") as? ProxmoxSteering
        == ProxmoxSteering(downtime: .milliseconds(200)))
    #expect(
      try Self.steering("{ xen: { max-rounds: 29, max-sent: 3, dirty-pages: 50 } }") as? XenSteering
        == .classic)
    #expect(
      try Self.steering("{ vsphere: { switch-over: 2 s, step: 0.1, most: 0.5 } }") as? VSphereSteering
        == VSphereSteering(switchOver: .seconds(2), step: 0.1, most: 0.5))
  }

  @Test("the plan that comes of it is steered") func plan() throws {
    var live = Live(timeout: .hours(1))
    live.steering = KubeVirtSteering(allowsPostCopy: true, allowsDisruption: true)
    let guest = GuestFacts(memory: .gigabytes(4), diskVirtual: .zero, diskAllocated: .zero)
    let plan = try live.plan(for: MigrationRequest(guest: guest, disk: .shared))
    #expect(plan.postCopy == .whenAsked && plan.deadlines.outage == .seconds(600))
    #expect(plan.replication[0].convergence.clock == .attempt)
    #expect(plan.deadlines.attempt == .hours(1))
  }
}
