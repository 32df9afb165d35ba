/// Why a case is not covered.
enum CaseGaps {
  /// What was found missing in the cases that ship, by name; a case of another name is told by its form.
  private static let known: [String: String] = [
    "clark05-apache": "how much is dirtied in each round is not given",
    "qthesis-restart":
      "its inputs hold no figure: how long this guest takes to shut down and boot is what it measures, and an input here",
    "qemu-mtc-random-writer": "neither how fast it writes nor how much is given",
    "qemu-rdma-8g":
      "pinning memory for RDMA is no term of the model; without it memory over throughput is 7.2 s against 7.5 s",
    "kvmnfv-8g-10gbe": "how much of the memory is not zero is not given",
    "proxmox-2016-105":
      "one line of a log, in whole seconds; what was sent is among the inputs, what had to be sent is not",
    "m3u-postcopy-redis":
      "post-copy of 24 GB bounded by how 64 vCPUs fault: such a bound is no term of the model",
    "google-vee18": "a distribution over a fleet without any inputs",
    "azure-pauses": "words on a fleet without any inputs",
    "vmware-ceilings": "ceilings of products, no migrations",
    "voorsluys09": "neither memory, link nor dirtying is given",
    "hines09-postcopy": "a share of faults without any inputs",
    "mtv-plan-batching": "totals of plans; neither disk sizes nor rates are given",
    "mtv-warm-rates": "rates without the writes or the link behind them",
    "xcpng-vdi-rates": "a range of rates: an input, no outcome",
    "vates-v2v-warm": "rates and a bound without inputs",
    "luo08-three-phase": "the rate that its disks manage is not given, and is the whole outcome",
    "bradford07": "what the guest dirties meanwhile is not given",
    "mashtizadeh11": "neither size nor rate is given",
    "cloudstack-8tb-timeout": "a time limit that was met, no migration that was measured",
    "linode-cold-rates": "rates that contradict each other: inputs, no outcomes",
    "digitalocean-resize": "a rule of thumb: an input, no outcome",
    "xen-host-reboots": "reboots of hosts, no migrations",
    "akamai-warm-year":
      "a fleet's year: Scenarios/akamai-warm-year.yaml reproduces it, calibrated to its totals",
    "rackspace-reboot-5-30":
      "a fleet's range: Scenarios/rackspace-kernel-upgrade.yaml reproduces it, calibrated to it",
    "m3u-precopy-success-highend": "a share of successes; neither dirtying nor link is given",
    "sxm-integrity": "how often a guest came out damaged: a rate to put into a scenario, no prediction",
    "kernel-rules": "rules on guest kernels: shipped as a policy table, nothing to measure",
    "linode-warm-causes": "a list of causes without shares",
    "rackspace-live-causes": "a list of causes without shares",
    "azure-narya": "a share of interruptions avoided by other means than migration",
  ]

  static func why(_ published: PublishedCase) -> String {
    if let why = known[published.id] { return why }
    let inputs = published.inputs.members.map(\.key)
    guard !inputs.isEmpty else { return "it has no inputs to predict from" }
    return "no form that the model knows has the inputs \(inputs.joined(separator: ", "))"
  }
}
