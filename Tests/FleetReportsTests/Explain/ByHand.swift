import FleetExperiments
import FleetReports
import FleetSimulation
import ScenarioFormat
import Testing

/// A host with four VMs that is to be emptied, so small that each time can be worked out by head.
///
/// Links carry 100 MB/s, and nothing is written. A live move of 2 GB of RAM and 8 GB of disk takes 20 s + 80 s, a pause
/// of 10 ms + 10.5 ms (1 MiB of device state) + 20 ms, and 1 s to clear the source: 101.04 s. A cold one takes 10 s to
/// shut down, 80 s, 30 s to boot, and that second: 121 s, 120 s of them down. VMs leave one at a time, and who goes on to
/// its next step goes to the end of the line:
///
/// - 1:00:00.00 VM 0 goes live, to host 1, the only one with a CPU like its own and room; until 1:01:41.04;
/// - 1:01:41.04 VM 1 is refused live for its kernel; VM 2 has found no host with 8 GB free that it may go to live, and
///   looks every five minutes for an hour; VM 3 is refused live for its device; VM 1 goes cold until 1:03:42.04;
/// - 1:03:42.04 VM 3 is refused cold too, and given up;
/// - 2:01:41.04 VM 2's hour is over: it goes cold until 2:03:42.04, and the drain ends, with VM 3 left.
///
/// Cold moves go to the emptiest host: VM 1 to host 2, VM 2 to host 3. That the VMs start on host 0 is for their need of
/// a shelf, which no rule asks for later.
enum ByHand {
  static let text = """
    scenario: by-hand
    horizon: 3 d
    seed: 1
    fleet:
      sites:
        - name: here
          hosts:
            - { count: 1, features: [shelf], cpu: cascadelake, memory: 64 GB, nic: 800 Mbit/s }
            - { count: 1, cpu: cascadelake, memory: 6 GB, nic: 800 Mbit/s }
            - { count: 1, cpu: haswell, memory: 64 GB, nic: 800 Mbit/s }
            - { count: 1, cpu: epyc-milan, memory: 64 GB, nic: 800 Mbit/s }
      vms:
        - { name: plain, count: 1, flavor: small, needs: [shelf], shutdown: 10 s, boot: 30 s }
        - { name: old, count: 1, flavor: small, needs: [shelf], kernels: { versions: { "2.6.32": 100 % } }, shutdown: 10 s, boot: 30 s }
        - { name: large, count: 1, flavor: large, needs: [shelf], shutdown: 10 s, boot: 30 s }
        - { name: tied, count: 1, flavor: small, needs: [shelf], devices: { passthrough: 100 % }, shutdown: 10 s, boot: 30 s }
    flavors:
      - { name: small, vcpus: 1, memory: 2 GB, disk: 8 GB }
      - { name: large, vcpus: 4, memory: 8 GB, disk: 8 GB }
    policy:
      rules:
        - kernels: [ { id: floor, affected: { to: "3.10" }, effect: refuse } ]
        - devices: { passthrough: refuse }
        - cpu: superset
    limits: { host-out: 1, patience: 1 h }
    demand:
      - drain: { name: patch, hosts: { listed: [0] }, from: 1 h, chain: [live, cold], give-up-after: 1 d }
    variants:
      # Host 1 has room, and the device may be put aside while the VM is down.
      mended: { "fleet.sites.*.hosts[1].memory": 64 GB, "policy.rules": [ { devices: { passthrough: shutdown } }, { cpu: superset } ] }
      # Nobody is patient, and the only way is live.
      stuck: { demand.patch.chain: [live], limits.patience: 10 d, demand.patch.give-up-after: 10 d }
      # The host is never emptied.
      idle: { demand.patch.from: 2 d, demand.patch.hosts: { listed: [1] } }
    """

  private static func scenario(_ variant: String?) throws -> Scenario {
    let file = ScenarioFile(text: text, name: "by-hand.yaml")
    return try #require(file.scenarios.first { $0.variant == variant }, "\(file.problems)")
  }

  static func explanation(of subject: Explanation.Subject, variant: String? = nil) throws -> Explanation {
    try Explanation(of: subject, in: scenario(variant), replication: 0)
  }

  static func leads(variant: String? = nil) throws -> Leads {
    try Leads(in: scenario(variant), replication: 0)
  }

  static func screen(of subject: Explanation.Subject, variant: String? = nil) throws -> String {
    ExplanationReport.text(try explanation(of: subject, variant: variant))
  }
}
