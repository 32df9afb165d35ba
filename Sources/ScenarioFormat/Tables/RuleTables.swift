internal import CutoverCore
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Rules about who may be moved how, one form each. Whoever adds a rule adds its line to `forms`.

enum RuleTables {
  private static let modesDoc = "Which moves it speaks of."
  private static let modes = Shape<[PlanMode]>.oneOrMany(
    of: .keyword([
      Keyword("running", .running, doc: "The VM goes on where it stood."),
      Keyword("live", .live, doc: "So, its memory copied while it runs."),
      Keyword("suspend", .suspend, doc: "So, its memory copied while it stands still."),
      Keyword("with-disk", .withDisk, doc: "The VM goes on where it stood, and its disk travels."),
      Keyword("boot", .boot, doc: "The VM boots at the other end."),
      Keyword("any", .any, doc: "Any move."),
    ]), items: "modes")

  /// The kernel rules of a policy: rows from the top.
  static let kernels = Shape<[KernelPolicyRow]>.oneOrMany(of: kernelRow, items: "rules")
    .checked { rows in
      for (number, row) in rows.enumerated() {
        guard let earlier = rows[..<number].first(where: { $0.coversAll(of: row) }) else { continue }
        throw Complaint(
          "the rule \(quoted(row.id)) never speaks: \(quoted(earlier.id)) comes before it, and is about all that it is about",
          hint: "put \(quoted(row.id)) first, or leave one of the two out")
      }
    }

  static let rule = Shape<any EligibilityRule>.tagged(
    "rule", doc: "A rule about who may be moved how.", forms
  ).orPlugIn()

  private static let forms: [Tag<any EligibilityRule>] = [
    .tag("opt-out", optOut, bare: OptOutRule(), doc: "Owners may forbid it.") { $0 },
    .tag("cpu", Shape<CPURule>.keyword, doc: "Which CPUs may take over a running VM.") { $0 },
    .tag("kernels", kernels, doc: "What is known of guest and host kernels.") { KernelPolicy($0) },
    .tag("size", size, doc: "What is too large.") { $0 },
    .tag("devices", devices, doc: "What is done about devices that do not simply travel.") { $0 },
    .bare("confidential", ConfidentialRule(), doc: "VMs with sealed memory do not move while they run."),
    .tag("agent", agent, bare: AgentRule(), doc: "VMs need an agent.") { $0 },
    .bare("acpi", ACPIRule(), doc: "VMs without ACPI cannot be asked to shut down."),
    .tag("busy", busy, bare: BusyRule(), doc: "VMs are left alone while they are backed up.") { $0 },
    .bare("not-older", VersionRule(), doc: "A running VM does not go to an older hypervisor."),
    .bare("features", FeatureRule(), doc: "Host or site must offer what the VM needs."),
    .tag("shared-storage", sharedStorage, bare: SharedStorageRule(), doc: "The disk may not travel.") { $0 },
  ]

  private static let optOut = Shape.object(
    "opt-out", doc: "Owners may forbid it.", initial: OptOutRule()
  ) {
    Field("modes", \.modes, modes, doc: modesDoc, standard: "running")
    Field(
      "tenants", \.tenants, .list(of: .identifier, items: "tenants"),
      doc: "Tenants all of whose VMs have opted out.", standard: "none")
    Field(
      "overridden-by-emergency", \.isOverriddenByEmergency, .boolean,
      doc: "Whether an emergency does not ask.", standard: "true")
  }

  private static let size = Shape.object("size", doc: "What is too large.", initial: SizeRule()) {
    Field("memory", \.memory, .bytes, doc: "The most memory.", standard: "unlimited")
    Field(
      "disk", \.disk, .bytes, doc: "The largest virtual disk, where it travels.", standard: "unlimited")
    Field(
      "chain", \.chainLength, .integer(in: 1...10_000), doc: "The longest chain of images.",
      standard: "unlimited")
    Field("modes", \.modes, modes, doc: modesDoc, standard: "running")
  }.checked { rule in
    if rule.memory == nil, rule.disk == nil, rule.chainLength == nil {
      throw Complaint("a size rule without a size", hint: "give memory, disk or chain")
    }
  }

  private static let treatment = Shape<DeviceRule.Treatment>.tagged(
    "treatment", doc: "What is done about a device.",
    [
      .bare("refuse", .refuse, doc: "The VM is tied to its host."),
      .bare("shutdown", .shutdown, doc: "The VM moves only while it is down."),
      .tag("unplug", .duration, doc: "Taken out and put back; clients miss the VM for so much longer.") {
        .unplug($0)
      },
    ])

  private static let devices = Shape<OrderedPairs<GuestDevice, DeviceRule.Treatment>>.map(
    .keyword, to: treatment, min: 1
  ).mapped { pairs in DeviceRule(pairs.map { (device: $0.key, treatment: $0.value) }) }

  private static let agent = Shape.object("agent", doc: "VMs need an agent.", initial: AgentRule()) {
    Field("modes", \.modes, modes, doc: modesDoc, standard: "any")
  }

  private static let busy = Shape.object(
    "busy", doc: "VMs are left alone while they are backed up.", initial: BusyRule()
  ) {
    Field("modes", \.modes, modes, doc: modesDoc, standard: "any")
  }

  private static let sharedStorage = Shape.object(
    "shared-storage", doc: "The disk may not travel.", initial: SharedStorageRule()
  ) {
    Field("modes", \.modes, modes, doc: modesDoc, standard: "running")
  }

  // MARK: - Kernels

  static let kernelRange = Shape.object(
    "kernel-range", doc: "Versions from one up to, but not including, another.",
    initial: KernelRange(from: nil, to: nil)
  ) {
    Field("from", \.from, .version, doc: "The first that is affected.", standard: "the oldest")
    Field("to", \.to, .version, doc: "The first that no longer is.", standard: "the newest")
  }.checked { range in
    if let from = range.from, let to = range.to, to <= from {
      throw Complaint(
        "the range from \(from) to \(to) is empty", hint: "'to' must come after 'from'", at: "to")
    }
  }

  private struct KernelRowForm: Sendable {
    var row = KernelPolicyRow()
    var detected: KernelFaultDetection?
  }

  private static let kernelRow = Shape.object(
    "kernel-rule", doc: "What is known to happen to some guest kernels that are moved while they run.",
    initial: KernelRowForm()
  ) {
    Field("id", \.row.id, .identifier, .required, doc: "Its name.")
    Field(
      "affected", \.row.affected, .oneOrMany(of: kernelRange, items: "ranges"),
      doc: "Ranges of guest kernels; several where branches were mended one by one.", standard: "every one")
    Field(
      "guests", \.row.guests, .oneOrMany(of: .identifier, items: "operating systems"),
      doc: "Operating systems of the guests.", standard: "every one")
    Field(
      "hypervisors", \.row.hypervisors, .oneOrMany(of: .identifier, items: "hypervisors"),
      doc: "Families of the hypervisor that takes the VM.", standard: "every one")
    Field(
      "source-kernel", \.row.sourceKernel, kernelRange, doc: "Kernels of the host that it leaves.",
      standard: "every one")
    Field(
      "target-kernel", \.row.targetKernel, kernelRange, doc: "Kernels of the host that takes it.",
      standard: "every one")
    Field("modes", \.row.modes, modes, doc: modesDoc, standard: "running")
    Field("effect", \.row.effect, .keyword, doc: "What happens.")
    Field("probability", \.row.probability, .fraction, doc: "How often, per attempt.")
    Field(
      "detected", \.detected, .keyword, doc: "When it comes to light.",
      standard: "during, or afterwards for clock and net-loss")
    Field(
      "detection-delay", \.row.detectionDelay, .duration,
      doc: "From the fault until somebody notices; the guest serves nobody meanwhile.")
    Field("remedy", \.row.remedy, .text, doc: "What helps, in words.", standard: "nothing")
  }.mapped { form in try row(form) }

  private static func row(_ form: KernelRowForm) throws -> KernelPolicyRow {
    var row = form.row
    guard !row.affected.isEmpty || row.speaksOfMoreThanKernels else {
      throw Complaint(
        "the rule \(quoted(row.id)) does not say whom it is about",
        hint: "give affected kernels, guests, hypervisors, source-kernel or target-kernel")
    }
    let goesOn = row.effect == .clock || row.effect == .netLoss
    if goesOn, let detected = form.detected, detected != .afterwards, detected != .before {
      throw Complaint(
        "\(row.effect.rawValue) shows only once the VM runs at the other end, not \(detected.rawValue)",
        hint: "detected: afterwards, or before if a check knows of it", at: "detected")
    }
    if form.detected == .before, row.probability < 1 {
      throw Complaint(
        "what a check finds before is refused every time, so \(percentage(row.probability)) says nothing",
        hint: "leave the probability out, or detected: during", at: "probability")
    }
    row.detected = form.detected ?? (goesOn ? .afterwards : .during)
    return row
  }
}
