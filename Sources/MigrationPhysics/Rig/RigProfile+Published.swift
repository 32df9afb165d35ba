// Rigs of which only published figures are known. Each constant was fitted on some of a rig's own figures, as said; what
// a rig's figures do not tell is left as in an ideal world. `fleetshift validate Scenarios/validation/cases.yaml` holds
// them against all of them.

extension RigProfile {
  /// The profiles that ship.
  public static let shipped: [RigProfile] = [
    qemuTCG, qemuKVMThesis, qemuKVMGigabit, openStackOSIC, openStackOSICTunnelled, xenClark, xenAkoush,
    forkliftMTV,
  ]

  /// QEMU/KVM, two processes on one host joined by a Unix socket, capped by QEMU's default limit.
  static let qemuKVMThesis = RigProfile(
    name: "qemu-kvm-thesis",
    source: "Live Migration Benchmark Suite, PostgreSQL and YCSB on QEMU/KVM, 2026 (thesis set)",
    [
      // QEMU 10, migration/ram.c: 8 bytes of address and flags before a page, 9 in all for a zero page.
      (.pageHeader, 8), (.zeroPageBytes, 9),
      // The rounds of migration/ram.c: looked at every 50 ms, or when the limiter's 100 ms are over.
      (.iteration, 0.05), (.limiterWindow, 0.1),
      // Post-copy of two workloads: 1.869 s and 2.075 s, less memory over the rate given; its pauses, in which no memory
      // goes, are 4.2 and 6.2 ms.
      (.setup, 0.035), (.resume, 0.003), (.deviceTime, 0.0022),
      // What qthesis-precopy-4t sent in its pause, 31.7 MiB, over 13.5 ms less these 5.2.
      (.burstRate, 4.0e9),
    ])

  /// QEMU 8.1 over 1 GbE, guests of 1 to 8 GiB that write little.
  static let qemuKVMGigabit = RigProfile(
    name: "qemu-kvm-1gbe",
    source: "QEMU 8.1.2 pre-copy over 1 GbE, sysbench CPU, 2023 (derived figures), experiments_1core",
    [
      (.pageHeader, 8), (.zeroPageBytes, 9), (.iteration, 0.05), (.limiterWindow, 0.1),
      // 112 MiB/s of 1 Gbit/s, and 0.309 s/GiB of zero pages: least squares on the eight times of experiments_1core.
      (.linkEfficiency, 0.9395), (.zeroScan, 0.309),
    ])

  /// OpenStack (Newton) with QEMU/KVM over 10 GbE, memory on Ceph-backed guests or block migration.
  static let openStackOSIC = RigProfile(
    name: "openstack-osic",
    source: "OSIC live-migration benchmark, 2017: small and medium flavors, no tunnel",
    // The line through 16.3 s at 4 GB and 25.7 s at 8 GB: control plane and set-up, and memory per second.
    [(.setup, 6.9), (.hostRate, 425.5e6), (.burstRate, 425.5e6)])

  /// The same with libvirt's tunnel, which is what holds the stream back then.
  static let openStackOSICTunnelled = RigProfile(
    name: "openstack-osic-tunnelled",
    source: "OSIC live-migration benchmark, 2017: small and medium flavors, tunnelled",
    // The line through 30.5 s at 4 GB and 52.7 s at 8 GB.
    [(.setup, 8.3), (.hostRate, 180.2e6), (.burstRate, 180.2e6)])

  /// Xen 2 and its live migration, two hosts on Gigabit Ethernet.
  static let xenClark = RigProfile(
    name: "xen-clark", source: "Clark et al., Live Migration of Virtual Machines, NSDI 2005",
    // Section 6.3: 201 ms of copying in 210 ms of downtime.
    [(.resume, 0.009)])

  /// Xen over 100 Mbit/s to 10 Gbit/s.
  static let xenAkoush = RigProfile(
    name: "xen-akoush",
    source: "Akoush et al., Predicting the Performance of VM Migration, MASCOTS 2010 (recalled)",
    // Least squares on the logarithms of its six times; the pause of an idle guest is its third figure.
    [(.linkEfficiency, 0.94), (.hostRate, 800 * 0x1p20), (.setup, 3.9), (.resume, 0.314)])

  /// Red Hat's Migration Toolkit for Virtualization, cold copies off one ESXi host.
  static let forkliftMTV = RigProfile(
    name: "forklift-mtv",
    source: "Red Hat MTV performance recommendations: one host, 10 to 50 guests",
    // 285.5 MiB/s, used data over time: the mean over 10, 20, 30, 40 and 50 guests, weighted alike.
    [(.hostRate, 299.4e6)])

  private init(name: String, source: String, _ constants: [(RigConstant, Double)]) {
    self.init(name: name, source: source)
    for (constant, value) in constants { self[constant] = value }
  }
}
