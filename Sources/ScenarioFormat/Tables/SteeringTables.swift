internal import CutoverCore
internal import MigrationStrategies
internal import Quantities

/// How platforms steer the rounds of a live migration, each with the settings it has in its own configuration.
enum SteeringTables {
  static let qemu = Shape.object(
    "qemu-steering", doc: "Stop when the rest fits the limit; never give up.", initial: QEMUSteering()
  ) {
    Field("downtime-limit", \.downtimeLimit, .duration, doc: "downtime-limit.")
    Field("auto-converge", \.autoConverge, .boolean, doc: "auto-converge.")
  }

  static let nova = Shape.object(
    "nova-steering", doc: "The permitted pause rises by the clock, then abort or force the end.",
    initial: NovaSteering()
  ) {
    Field("downtime", \.downtime, .duration, doc: "live_migration_downtime; at least 100 ms.")
    Field("steps", \.steps, .integer(in: 3...40), doc: "live_migration_downtime_steps.")
    Field("delay-per-gib", \.delay, .duration, doc: "live_migration_downtime_delay; at least 3 s.")
    Field(
      "timeout-per-gib", \.completionTimeout, .duration,
      doc: "live_migration_completion_timeout; 0 s: none. Memory and each moved disk count as 2 GiB or more.")
    Field("force-complete", \.forcesCompletion, .boolean, doc: "live_migration_timeout_action.")
    Field("post-copy", \.permitsPostCopy, .boolean, doc: "live_migration_permit_post_copy.")
    Field("auto-converge", \.permitsAutoConverge, .boolean, doc: "live_migration_permit_auto_converge.")
  }

  static let stall = Shape.object(
    "stall", doc: "How a stall is told, and the low that is waited for.", initial: StallDetection()
  ) {
    Field("window", \.window, .positiveDuration, doc: "stallProgressTimeout.")
    Field("margin", \.margin, .number(in: 0...0.99), doc: "stallMargin, as a fraction.")
    Field("patience-decay", \.patienceDecay, .number(in: 0.01...1), doc: "patienceWindowDecayFactor.")
    Field("wait-for-low", \.waitsForLow, .boolean, doc: "searchLocalMinima.")
  }

  static let kubeVirt = Shape.object(
    "kubevirt-steering", doc: "A time limit by size, then post-copy, pause or cancel.",
    initial: KubeVirtSteering()
  ) {
    Field(
      "timeout-per-gb", \.completionTimeout, .duration,
      doc: "completionTimeoutPerGiB, which counts decimal gigabytes, rounded up; 0 s: none.")
    Field("progress-timeout", \.progressTimeout, .duration, doc: "progressTimeout; 0 s: none.")
    Field("post-copy", \.allowsPostCopy, .boolean, doc: "allowPostCopy.")
    Field("disruption", \.allowsDisruption, .boolean, doc: "allowWorkloadDisruption.")
    Field("auto-converge", \.allowsAutoConverge, .boolean, doc: "allowAutoConverge.")
    Field(
      "max-downtime", \.maxDowntime, .positiveDuration,
      doc: "maxDowntimeMs; only a stall detector looks at it.")
    Field("stall", \.stall, stall, doc: "The stall detector.", standard: "none: the legacy way")
    Field("passthrough", \.hasPassthrough, .boolean, doc: "Guests with VFIO devices.")
  }.checked { steering in
    if steering.allowsPostCopy, !steering.allowsDisruption {
      throw Complaint(
        "post-copy without disruption is never used, and newer versions of KubeVirt refuse it",
        hint: "disruption: true as well, or neither", at: "post-copy")
    }
  }

  static let proxmox = Shape.object(
    "proxmox-steering", doc: "The limit doubles at every sixth rise of what remains; never give up.",
    initial: ProxmoxSteering()
  ) {
    Field("downtime", \.downtime, .positiveDuration, doc: "migrate_downtime.")
  }

  static let xen = Shape.object(
    "xen-steering", doc: "A few rounds, then stop whatever is left.", initial: XenSteering()
  ) {
    Field("max-rounds", \.maxRounds, .integer(in: 1...100_000), doc: "Rounds after which it stops.")
    Field(
      "max-sent", \.maxSent, .number(in: 1...1_000),
      doc: "What the rounds may have sent, as a multiple of the memory.", standard: "no such limit")
    Field(
      "dirty-pages", \.dirtyPages, .integer(in: 1...1_000_000),
      doc: "Fewer than these are left for the pause.")
  }

  static let vSphere = Shape.object(
    "vsphere-steering", doc: "A guest that dirties faster than is sent is slowed.",
    initial: VSphereSteering(step: 0, most: 0)
  ) {
    Field("switch-over", \.switchOver, .positiveDuration, doc: "The pause aimed at.")
    Field(
      "step", \.step, .number(in: 0.001...1), .required,
      doc: "How much slower it gets each time, as a fraction of its time; not published.")
    Field(
      "most", \.most, .number(in: 0.001...1), .required, doc: "The most that it is slowed; not published.")
  }

  // MARK: - oVirt

  static let oVirtAction = Shape<ConvergenceRemedy>.tagged(
    "action", doc: "What an item of an oVirt policy does.",
    [
      .tag(
        "downtime", .positiveDuration, doc: "setDowntime.",
        extract: { if case .setDowntimeLimit(let limit) = $0 { limit } else { nil } },
        embed: { .setDowntimeLimit($0) }),
      .bare("abort", .abort, doc: "abort.", matches: { $0 == .abort }),
      .bare("post-copy", .postCopy, doc: "postcopy.", matches: { $0 == .postCopy }),
    ])

  static let oVirtItem = Shape.object(
    "ovirt-item", doc: "An item of an oVirt policy.", initial: OVirtSteering.Item(above: 0, .abort)
  ) {
    Field(
      "above", \.limit, .integer(in: -1...100_000), .required,
      doc: "stallingLimit, which counts rounds: it acts when there have been more. -1: at the next round.")
    Field("do", \.action, oVirtAction, .required, doc: "The action.")
  }

  static let oVirtSchedule = Shape.object(
    "ovirt-schedule", doc: "A policy of one's own.",
    initial: OVirtSteering(initialDowntime: .milliseconds(100), items: [], last: [])
  ) {
    Field("initial-downtime", \.initialDowntime, .positiveDuration, .required, doc: "The initial item.")
    Field("items", \.items, .list(of: oVirtItem, items: "items", max: 40), .required, doc: "In their order.")
    Field(
      "last", \.last, .list(of: oVirtAction, items: "actions", max: 8),
      doc: "Done one a round when the items have been.", standard: "nothing: it goes on for ever")
    Field("auto-converge", \.autoConverge, .boolean, doc: "autoConvergence.")
  }

  static let oVirtPolicy = Shape<OVirtSteering>.keyword([
    Keyword("minimal-downtime", .minimalDowntime, doc: "100 to 500 ms by rounds, then abort."),
    Keyword("suspend-if-needed", .suspendIfNeeded, doc: "The same, then 5 s, then abort."),
    Keyword("post-copy", .postCopy, doc: "100 to 200 ms, then post-copy."),
    Keyword("very-large-vms", .veryLargeVMs, doc: "300 to 1,500 ms, then 5 s, then abort."),
  ])

  static let oVirt = Shape<OVirtSteering>.byKind(scalar: oVirtPolicy, mapping: oVirtSchedule)

  // MARK: - All of them

  /// One form for each platform: its name alone for its defaults, or with its own settings.
  static let steering = Shape<any LiveSteering>.tagged(
    "steering", doc: "How a platform steers the rounds.",
    [
      form("qemu", qemu, bare: QEMUSteering(), doc: "QEMU by itself."),
      form("nova", nova, bare: NovaSteering(), doc: "OpenStack Nova with libvirt."),
      form("kubevirt", kubeVirt, bare: KubeVirtSteering(), doc: "KubeVirt."),
      form("ovirt", oVirt, doc: "oVirt: one of its policies by name, or a schedule."),
      form("proxmox", proxmox, bare: ProxmoxSteering(), doc: "Proxmox VE."),
      form("xen", xen, bare: XenSteering(), doc: "Xen."),
      form("vsphere", vSphere, doc: "VMware vSphere."),
    ])

  private static func form<Steering: LiveSteering>(
    _ name: String, _ shape: Shape<Steering>, bare: Steering? = nil, doc: String
  ) -> Tag<any LiveSteering> {
    .tag(name, shape, bare: bare, doc: doc, extract: { $0 as? Steering }, embed: { $0 })
  }
}
