/// A `nova.conf`: the settings of live migration, and of how many there may be.
///
/// Names and defaults: `nova/conf/libvirt.py`, `nova/conf/compute.py`.
struct NovaImport {
  private var fragment = PolicyFragment(title: "From nova.conf.")
  private var diagnostics = Diagnostics()
  private let file: ConfigurationFile
  private let steering = "strategies/live/steering/nova"

  private init(_ file: ConfigurationFile) { self.file = file }

  static func read(_ source: SourceText, into diagnostics: inout Diagnostics) -> PolicyFragment? {
    guard let file = ConfigurationFile(source, into: &diagnostics) else { return nil }
    guard file.hasSections else {
      diagnostics.add(
        .missingKey, at: Origin(file: source.file, line: 1, column: 1),
        "no section at all: is this a nova.conf?",
        remedy: "its settings stand below [DEFAULT] and [libvirt]")
      return nil
    }
    var reading = NovaImport(file)
    reading.limits()
    reading.course()
    reading.others()
    diagnostics.add(contentsOf: reading.diagnostics)
    return reading.diagnostics.hasErrors ? nil : reading.fragment
  }

  // MARK: - How many at once

  private mutating func limits() {
    if let limit = file["DEFAULT", "max_concurrent_live_migrations"],
      let count = limit.integer(in: 0...1_000_000, into: &diagnostics)
    {
      if count == 0 {
        fragment.set("limits/host-out", to: "1000000", from: limit, "0 is no limit, and deprecated")
      } else {
        fragment.set("limits/host-out", to: "\(count)", from: limit)
      }
    } else {
      fragment.assume("limits/host-out", "1", because: "Nova's default of max_concurrent_live_migrations")
    }
    fragment.assume("limits/host-in", "1000000", because: "Nova does not limit what comes in")
    if let cap = file["libvirt", "live_migration_bandwidth"],
      let rate = cap.integer(in: 0...1_000_000, into: &diagnostics)
    {
      fragment.set(
        "limits/per-move", to: rate == 0 ? "unlimited" : "\(rate) MiB/s", from: cap,
        rate == 0 ? "0 is the hypervisor's default, which libvirt lifts" : nil)
    }
  }

  // MARK: - The rounds

  private mutating func course() {
    number("live_migration_downtime", "downtime", 0...2_000_000, unit: "ms", standard: 500) { value in
      value < 100 ? (100, "Nova takes at least 100 ms") : (value, nil)
    }
    number("live_migration_downtime_steps", "steps", 0...40, unit: "", standard: 10) { value in
      value < 3 ? (3, "Nova takes at least 3") : (value, nil)
    }
    number("live_migration_downtime_delay", "delay-per-gib", 0...1_000_000, unit: "s", standard: 75) {
      value in
      value < 3 ? (3, "Nova takes at least 3 s") : (value, "per GiB, at least 2 GiB")
    }
    number("live_migration_completion_timeout", "timeout-per-gib", 0...1_000_000, unit: "s", standard: 800) {
      ($0, $0 == 0 ? "none" : "per GiB, at least 2 GiB")
    }
    if let action = file["libvirt", "live_migration_timeout_action"],
      let word = action.choice(of: ["abort", "force_complete"], into: &diagnostics)
    {
      fragment.set("\(steering)/force-complete", to: "\(word == "force_complete")", from: action)
    }
    boolean("live_migration_permit_post_copy", "post-copy")
    boolean("live_migration_permit_auto_converge", "auto-converge")
  }

  private mutating func number(
    _ key: String, _ name: String, _ range: ClosedRange<Int>, unit: String, standard: Int,
    _ take: (Int) -> (Int, remark: String?)
  ) {
    let suffix = unit.isEmpty ? "" : " \(unit)"
    guard let setting = file["libvirt", key] else {
      return fragment.assume(
        "\(steering)/\(name)", "\(standard)\(suffix)", because: "Nova's default of \(key)")
    }
    guard let value = setting.integer(in: range, into: &diagnostics) else { return }
    let (taken, remark) = take(value)
    fragment.set("\(steering)/\(name)", to: "\(taken)\(suffix)", from: setting, remark)
  }

  private mutating func boolean(_ key: String, _ name: String) {
    guard let setting = file["libvirt", key], let value = setting.boolean(into: &diagnostics) else { return }
    fragment.set("\(steering)/\(name)", to: "\(value)", from: setting)
  }

  // MARK: - The rest

  private mutating func others() {
    if let patience = file["DEFAULT", "shutdown_timeout"],
      let count = patience.integer(in: 0...1_000_000, into: &diagnostics)
    {
      if count == 0 {
        fragment.leaveOut(patience, because: "a guest is always asked to power down first")
      } else {
        fragment.set("strategies/cold/shutdown-patience", to: "\(count) s", from: patience)
      }
    }
    if let mode = file["libvirt", "cpu_mode"],
      let word = mode.choice(of: ["host-model", "host-passthrough", "custom", "none"], into: &diagnostics)
    {
      switch word {
      case "host-passthrough":
        fragment.set("policy/cpu", to: "same-family", from: mode, "microcode and kernel must match as well")
      case "host-model":
        fragment.set("policy/cpu", to: "superset", from: mode, "of what the guest booted with")
      default:
        fragment.leaveOut(mode, because: "give the guests the named model's features instead")
      }
    }
    for (setting, section) in file.all where Self.isAbout(setting.name) && !Self.known.contains(setting.name)
    {
      fragment.leaveOut(setting, because: Self.reasons[setting.name] ?? "not simulated ([\(section)])")
    }
  }

  private static func isAbout(_ name: String) -> Bool {
    name.hasPrefix("live_migration_") || reasons[name] != nil
  }

  private static let known: Set<String> = [
    "live_migration_bandwidth", "live_migration_downtime", "live_migration_downtime_steps",
    "live_migration_downtime_delay", "live_migration_completion_timeout", "live_migration_timeout_action",
    "live_migration_permit_post_copy", "live_migration_permit_auto_converge",
  ]
  private static let reasons: [String: String] = [
    "live_migration_inbound_addr": "a network of its own is part of the fleet: nic, wan",
    "live_migration_parallel_connections": "streams are part of mechanics.stream-rate",
    "live_migration_with_native_tls": "encryption is part of mechanics.stream-rate",
    "live_migration_monitor_interval": "progress is not polled",
    "migrate_max_retries": "how often another target is tried is in demand.*.chain: tries",
    "max_attempts": "how often another target is tried is in demand.*.chain: tries",
    "resize_confirm_window": "both ends are released when a resize has succeeded",
    "allow_resize_to_same_host": "a resize always moves",
    "vif_plugging_timeout": "part of mechanics.prepare",
  ]
}
