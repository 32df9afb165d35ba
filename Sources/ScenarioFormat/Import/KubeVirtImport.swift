internal import Quantities

/// KubeVirt's migration configuration: of a KubeVirt object, a HyperConverged object or a MigrationPolicy.
///
/// Names and defaults: `staging/src/kubevirt.io/api/core/v1/types.go` and `pkg/virt-config/virt-config.go`.
struct KubeVirtImport {
  private var fragment = PolicyFragment(title: "From KubeVirt's migration configuration.")
  private var diagnostics = Diagnostics()
  private let steering = "strategies/live/steering/kubevirt"

  static func read(_ document: LocatedNode, into diagnostics: inout Diagnostics) -> PolicyFragment? {
    guard let (settings, isCluster) = find(document, into: &diagnostics) else { return nil }
    var reading = KubeVirtImport()
    reading.limits(settings, isCluster)
    reading.course(settings)
    reading.leaveOut(settings)
    diagnostics.add(contentsOf: reading.diagnostics)
    return reading.diagnostics.hasErrors ? nil : reading.fragment
  }

  /// Where the settings stand in each kind of object.
  private static func find(
    _ document: LocatedNode, into diagnostics: inout Diagnostics
  ) -> (LocatedNode, isCluster: Bool)? {
    var kind = "nothing that says its kind"
    if let node = document["kind"], case .scalar(let text, _) = node.content { kind = "a \(printable(text))" }
    let spec = document["spec"]
    switch kind {
    case "a KubeVirt":
      if let found = spec?["configuration"]?["migrations"] { return (found, true) }
    case "a HyperConverged":
      if let found = spec?["liveMigrationConfig"] { return (found, true) }
    case "a MigrationPolicy":
      if let found = spec { return (found, false) }
    default:
      diagnostics.add(
        .ruleBroken, at: document.origin, "this is \(kind), and no configuration of KubeVirt's migrations",
        remedy: "an object of kind KubeVirt, HyperConverged or MigrationPolicy")
      return nil
    }
    diagnostics.add(
      .missingKey, at: document.origin, "this is \(kind) without settings for migrations",
      remedy:
        "they stand in spec.configuration.migrations of a KubeVirt, in spec.liveMigrationConfig of a HyperConverged, in spec of a MigrationPolicy"
    )
    return nil
  }

  private mutating func setting(_ key: String, _ node: LocatedNode) -> ForeignSetting? {
    guard let entry = node.entries?.first(where: { $0.key == key }), !entry.value.isNull else { return nil }
    return ForeignSetting(entry, into: &diagnostics)
  }

  // MARK: - How many at once

  private mutating func limits(_ node: LocatedNode, _ isCluster: Bool) {
    if let cap = setting("bandwidthPerMigration", node),
      let bytes = cap.kubernetesBytes(into: &diagnostics)
    {
      if bytes > 0 {
        fragment.set("limits/per-move", to: Self.rate(bytes), from: cap)
      } else {
        fragment.set("limits/per-move", to: "unlimited", from: cap, "0 is no cap")
      }
    }
    guard isCluster else { return }
    count("parallelMigrationsPerCluster", node, "limits/fleet", standard: 5)
    count("parallelOutboundMigrationsPerNode", node, "limits/host-out", standard: 2)
    fragment.assume("limits/host-in", "1000000", because: "KubeVirt does not limit what comes in")
  }

  private mutating func count(_ key: String, _ node: LocatedNode, _ path: String, standard: Int) {
    guard let setting = setting(key, node) else {
      return fragment.assume(path, String(standard), because: "KubeVirt's default of \(key)")
    }
    if let count = setting.integer(in: 1...1_000_000, into: &diagnostics) {
      fragment.set(path, to: String(count), from: setting)
    }
  }

  private static func rate(_ bytes: Double) -> String {
    for (unit, factor) in [("GiB", 0x1p30), ("MiB", 0x1p20), ("KiB", 0x1p10)]
    where bytes >= factor && (bytes / factor).rounded() == bytes / factor {
      return "\((bytes / factor).wholeText) \(unit)/s"
    }
    return "\(bytes.wholeText) B/s"
  }

  // MARK: - The rounds

  private mutating func course(_ node: LocatedNode) {
    seconds("completionTimeoutPerGiB", node, "timeout-per-gb", standard: 150, "counts decimal GB, rounded up")
    seconds("progressTimeout", node, "progress-timeout", standard: 150, nil)
    disruption(node)
    boolean("allowAutoConverge", node, "auto-converge")
    if let limit = setting("maxDowntimeMs", node),
      let count = limit.integer(in: 1...2_000_000, into: &diagnostics)
    {
      fragment.set("\(steering)/max-downtime", to: "\(count) ms", from: limit)
    }
    if let detector = node["experimental"]?["stallDetector"] { stall(detector) }
  }

  private mutating func seconds(
    _ key: String, _ node: LocatedNode, _ name: String, standard: Int, _ remark: String?
  ) {
    let path = "\(steering)/\(name)"
    guard let setting = setting(key, node) else {
      return fragment.assume(
        path, "\(standard) s", because: "KubeVirt's default of \(key)\(remark.map { "; \($0)" } ?? "")")
    }
    if let count = setting.integer(in: 0...1_000_000_000, into: &diagnostics) {
      fragment.set(path, to: "\(count) s", from: setting, remark)
    }
  }

  private mutating func boolean(_ key: String, _ node: LocatedNode, _ name: String) {
    guard let setting = setting(key, node), let value = setting.boolean(into: &diagnostics) else { return }
    fragment.set("\(steering)/\(name)", to: "\(value)", from: setting)
  }

  /// Where it is not said whether the workload may be disturbed, it may if post-copy is allowed.
  private mutating func disruption(_ node: LocatedNode) {
    let post = setting("allowPostCopy", node)
    let allowsPost = post?.boolean(into: &diagnostics)
    let disturb = setting("allowWorkloadDisruption", node)
    let allowsDisturbing = disturb?.boolean(into: &diagnostics)
    if let post, let allowsPost {
      guard allowsPost == false || allowsDisturbing != false else {
        diagnostics.add(
          .ruleBroken, at: post.origin, "allowPostCopy with allowWorkloadDisruption: false is never used",
          remedy: "newer versions of KubeVirt refuse the pair; let both be true, or neither")
        return
      }
      fragment.set("\(steering)/post-copy", to: "\(allowsPost)", from: post)
      if disturb == nil {
        fragment.assume(
          "\(steering)/disruption", "\(allowsPost)",
          because: "allowWorkloadDisruption follows allowPostCopy where it is not set")
      }
    }
    if let disturb, let allowsDisturbing {
      fragment.set("\(steering)/disruption", to: "\(allowsDisturbing)", from: disturb)
    }
  }

  private mutating func stall(_ node: LocatedNode) {
    let path = "\(steering)/stall"
    if let margin = setting("stallMargin", node), let share = margin.integer(in: 0...99, into: &diagnostics) {
      fragment.set("\(path)/margin", to: share < 10 ? "0.0\(share)" : "0.\(share)", from: margin)
    } else {
      fragment.assume("\(path)/margin", "0.04", because: "KubeVirt's default of stallMargin, 4 %")
    }
    if let window = setting("stallProgressTimeout", node),
      let count = window.integer(in: 1...1_000_000, into: &diagnostics)
    {
      fragment.set("\(path)/window", to: "\(count) s", from: window)
    }
    if let decay = setting("patienceWindowDecayFactor", node),
      let factor = decay.number(in: 0.01...1, into: &diagnostics)
    {
      fragment.set("\(path)/patience-decay", to: "\(factor)", from: decay)
    }
    if let wait = setting("searchLocalMinima", node), let value = wait.boolean(into: &diagnostics) {
      fragment.set("\(path)/wait-for-low", to: "\(value)", from: wait)
    }
    for (key, standard) in [
      ("switchoverTimeout", 60), ("ewmaAlpha", 0.4), ("precopyPossibleFactor", 1.5),
      ("completionTimeoutFactor", 2.0),
    ] {
      guard let setting = setting(key, node), Double(setting.text) != standard else { continue }
      fragment.leaveOut(setting, because: Self.stallReasons[key] ?? "not simulated")
    }
  }

  private static let stallReasons = [
    "switchoverTimeout": "it is 60 s",
    "ewmaAlpha": "the bandwidth of the last round counts, not smoothed",
    "precopyPossibleFactor": "it is 1.5",
    "completionTimeoutFactor": "it is 2",
  ]

  // MARK: - The rest

  private static let reasons: [String: String] = [
    "unsafeMigrationOverride": "the simulator knows no unsafe disk caches",
    "disableTLS": "encryption is part of mechanics.stream-rate",
    "network": "a network of its own is part of the fleet: nic, wan",
    "nodeDrainTaintKey": "drains are in demand",
    "matchSELinuxLevelOnMigration": "not simulated",
    "compression": "not simulated in scenarios",
    "downtimeTuning": "not simulated",
    "utilityVolumesTimeout": "utility volumes are not simulated",
    "selectors":
      "a policy for some guests only: put the lines into a variant, or into a scenario of those guests",
  ]
  private static let known: Set<String> = [
    "bandwidthPerMigration", "parallelMigrationsPerCluster", "parallelOutboundMigrationsPerNode",
    "completionTimeoutPerGiB", "progressTimeout", "allowPostCopy", "allowWorkloadDisruption",
    "allowAutoConverge", "maxDowntimeMs",
  ]

  private mutating func leaveOut(_ node: LocatedNode) {
    for entry in node.entries ?? [] where !Self.known.contains(entry.key) {
      if entry.key == "experimental" {
        for inner in entry.value.entries ?? [] where inner.key != "stallDetector" { omit(inner) }
      } else {
        omit(entry)
      }
    }
  }

  private mutating func omit(_ entry: LocatedNode.Entry) {
    let text = if case .scalar(let text, _) = entry.value.content { text } else { entry.value.words }
    fragment.leaveOut(
      ForeignSetting(entry.key, text, at: entry.keyOrigin),
      because: Self.reasons[entry.key] ?? "not known to fleetshift")
  }
}
