import TestTools

extension Workbench {
  /// A small scenario; a run of it takes well under a second.
  @discardableResult func tiny(_ extra: String = "", horizon: String = "20 d", name: String = "tiny.yaml")
    throws -> String
  {
    try file(
      name,
      """
      scenario: tiny
      question: Does the command line work?
      horizon: \(horizon)
      seed: 7
      replications: 3
      fleet:
        sites:
          - name: here
            hosts: { count: 6, memory: 64 GiB, nic: 10 Gbit/s, pool: { read: 1 GB/s, write: 500 MB/s }, spares: 1 }
        vms:
          count: 24
          flavor: { linode-2gb: 50 %, linode-4gb: 50 % }
          age: { weibull: { scale: 2 y, shape: 0.9 } }
          disk: { writes: { lognormal: { median: 5 kB/s, sigma: 2, max: 100 MB/s } } }
          shutdown: { lognormal: { median: 6 s, p95: 25 s } }
          boot: { uniform: { from: 30 s, to: 120 s } }
      demand:
        - drain: { name: upgrade, chain: [warm, cold] }
        - resize: { rate: 2 / d, chain: [warm, cold] }
      limits: { host-out: 2 }
      variants:
        cold: { demand.*.chain: [cold] }
        patient: { limits.patience: 3 d }
      \(extra)
      """)
  }

  /// One that would take for ever.
  func long() throws -> String {
    try tiny("failures: { hosts: 200 / d, repair: 1 min }", horizon: "200 y", name: "long.yaml")
  }
}
