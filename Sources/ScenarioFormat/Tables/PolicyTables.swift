internal import CutoverCore
internal import FleetModel
internal import FleetSimulation
internal import MigrationPhysics
internal import MigrationPolicy
internal import MigrationStrategies
internal import Quantities

// What migrations cost, how each strategy goes about it, who may be moved, how many at once.

/// The settings of the strategies that ship.
struct StrategiesForm: Sendable {
  var live = Live()
  var warm = Warm()
  var reboot = Reboot()
  var cold = Cold()
  var postCopy = PostCopyLive()
  var suspend = Suspend()
  var inPlace = InPlace()
  var rebuild = Rebuild()

  var all: [any MigrationStrategy] { [live, warm, reboot, cold, postCopy, suspend, inPlace, rebuild] }
}

/// Who may be moved how.
struct PolicyForm: Sendable {
  var cpu = Located(value: CPURule.superset)
  var respectsOptOut = Located(value: true)
  var kernels: [KernelPolicyRow] = []
  /// Take the place of all of the above.
  var rules: [any EligibilityRule] = []
}

enum PolicyTables {
  static let mechanics = Shape.object(
    "mechanics", doc: "What migrations cost besides copying.", initial: Mechanics()
  ) {
    Field(
      "prepare", \.prepare, .timeDistribution, doc: "Control plane and set-up, before anything is copied.")
    Field(
      "stream-rate", \.streamRate, .limitDistribution,
      doc:
        "The most that one migration copies, whatever the links: one stream's encryption, one disk's queue.",
      standard: "unlimited")
    Field(
      "reboot-overhead", \.rebootOverhead, .timeDistribution,
      doc: "Work inside the outage of a guest that boots: detach, attach, coalesce, plumb.")
    Field(
      "network-gap", \.networkGap, .timeDistribution,
      doc: "Added to a hypervisor's pause until clients reach the guest again.")
    Field("pause", \.pause, .duration, doc: "To freeze a guest.")
    Field("resume", \.resume, .duration, doc: "To let a frozen guest go on.")
    Field("device-state", \.deviceState, .bytes, doc: "CPU and device state, sent in the pause.")
    Field("zero-page-scan", \.zeroPageScan, .duration, doc: "To look at 1 GiB of pages that are zero.")
    Field("resize", \.resize, .duration, doc: "To give a disk another size.")
    Field("verify", \.verify, .duration, doc: "To make certain that the destination is whole.")
    Field(
      "find-changes", \.findChanges, .duration,
      doc: "To find out what changed, per pass; nothing where writes are noted as they happen.")
    Field(
      "housekeeping", \.housekeeping, .duration,
      doc: "To pull a guest's plug, and to release, fence or clear up one side.")
    Field("mirror-lag", \.mirrorLag, .duration, doc: "How far a mirror lags behind the guest's writes.")
    Field(
      "dirty-noise", \.dirtyNoise, .number(in: 0...3),
      doc: "Sigma of the lognormal noise on what a window of time dirties.")
    Field(
      "profile", \.profile, .keyword(RigProfile.shipped.map { Keyword($0.name, $0, doc: $0.source) }),
      doc:
        "The rig whose stream of memory this is: rounds, headers, buffers, device state and resume as there.",
      standard: "an ideal stream that sends in each round what is dirty")
  }

  static let live = Shape.object(
    "live", doc: "Local disk, then memory in rounds, then a pause for the rest.", initial: Live()
  ) {
    Field(
      "downtime-limit", \.downtimeLimit, .duration, doc: "The pause that ends the rounds when it would do.")
    Field("max-rounds", \.maxRounds, .integer(in: 1...100_000), doc: "Rounds after which it gives up.")
    Field("timeout", \.timeout, .positiveDuration, doc: "How long it may take before the pause.")
    Field(
      "auto-converge", \.autoConverge, .boolean, doc: "Slow the guest down when its memory does not converge."
    )
    Field("disk-rest", \.diskRest, .bytes, doc: "What may be left of a local disk when the rounds begin.")
    Field(
      "post-copy-after-rounds", \.postCopyAfterRounds, .integer(in: 0...100_000),
      doc: "Rounds after which the guest goes on elsewhere and its memory follows; 0: never.")
    Field(
      "steering", \.steering, SteeringTables.steering,
      doc:
        "A platform's way with the rounds; the settings above but timeout and disk-rest count for nothing then.",
      standard: "the settings of the rounds above")
    Field(
      "transport", \.transport, StrategyTables.transport, doc: "How memory travels.",
      standard: "one stream, not compressed")
  }

  static let warm = Shape.object(
    "warm", doc: "Mirror while it runs, power down, boot on the mirror.", initial: Warm()
  ) {
    Field("rest", \.rest, .bytes, doc: "What may differ between the sides when it is asked to power down.")
    Field("max-passes", \.maxPasses, .integer(in: 1...100_000), doc: "Passes after which it gives up.")
    Field(
      "shutdown-patience", \.shutdownPatience, .positiveDuration, doc: "How long it may take to power down.")
    Field("if-shutdown-ignored", \.ifShutdownIgnored, .keyword, doc: "What to do if it does not.")
    Field("timeout", \.timeout, .positiveDuration, doc: "How long the mirror may take.")
    Field(
      "snapshots", \.snapshots, StrategyTables.snapshots,
      doc: "Passes from snapshots at an interval; rest and max-passes count for nothing then.",
      standard: "a mirror")
  }

  static let reboot = Shape.object(
    "reboot", doc: "Copy once while it runs, shut down, move what changed, boot.", initial: Reboot()
  ) {
    Field(
      "shutdown-patience", \.shutdownPatience, .positiveDuration, doc: "How long it may take to power down.")
    Field("if-shutdown-ignored", \.ifShutdownIgnored, .keyword, doc: "What to do if it does not.")
    Field("timeout", \.timeout, .positiveDuration, doc: "How long the copy may take.")
    Field("passes", \.passes, .integer(in: 1...100_000), doc: "Copies made while it runs.")
  }

  static let cold = Shape.object(
    "cold", doc: "Shut down, move everything, boot.", initial: Cold()
  ) {
    Field(
      "shutdown-patience", \.shutdownPatience, .positiveDuration, doc: "How long it may take to power down.")
    Field("if-shutdown-ignored", \.ifShutdownIgnored, .keyword, doc: "What to do if it does not.")
    Field("timeout", \.timeout, .positiveDuration, doc: "How long the outage may last before it is undone.")
  }

  static let strategies = Shape.object(
    "strategies", doc: "Settings of the strategies.", initial: StrategiesForm()
  ) {
    Field("live", \.live, live, doc: "Live migration.", standard: "its own defaults")
    Field("warm", \.warm, warm, doc: "Warm migration.", standard: "its own defaults")
    Field("reboot", \.reboot, reboot, doc: "Reboot migration.", standard: "its own defaults")
    Field("cold", \.cold, cold, doc: "Cold migration.", standard: "its own defaults")
    Field("post-copy", \.postCopy, StrategyTables.postCopy, doc: "Post-copy.", standard: "its own defaults")
    Field(
      "suspend", \.suspend, StrategyTables.suspend, doc: "Suspend and resume.", standard: "its own defaults")
    Field(
      "in-place", \.inPlace, StrategyTables.inPlace, doc: "Staying on its host.", standard: "its own defaults"
    )
    Field("rebuild", \.rebuild, StrategyTables.rebuild, doc: "Made anew.", standard: "its own defaults")
  }

  static let policy = Shape.object("policy", doc: "Who may be moved how.", initial: PolicyForm()) {
    Field("cpu", \.cpu, Shape<CPURule>.keyword.located(), doc: "Which CPUs may take over a running guest.")
    Field(
      "respect-opt-out", \.respectsOptOut, Shape<Bool>.boolean.located(),
      doc: "Whether owners may forbid live migration.")
    Field(
      "kernels", \.kernels, RuleTables.kernels,
      doc: "What is known of guest kernels; the first rule that fits.", standard: "nothing")
    Field(
      "rules", \.rules, .list(of: RuleTables.rule, items: "rules", min: 1),
      doc: "Rules in order, in place of the keys above; the first that refuses names the reason.",
      standard: "opt-out, kernels and cpu, as above")
  }.checked { policy in
    guard !policy.rules.isEmpty else { return }
    if policy.cpu.origin != nil || policy.respectsOptOut.origin != nil || !policy.kernels.isEmpty {
      throw Complaint(
        "rules take the place of cpu, respect-opt-out and kernels, and one of these is given too",
        hint: "put it among the rules, such as '- cpu: superset'", at: "rules")
    }
    for (index, rule) in policy.rules.enumerated()
    where policy.rules[..<index].contains(where: { $0.name == rule.name }) {
      throw Complaint(
        "there are two rules called \(rule.name)", hint: "make one of the two", at: "rules")
    }
  }

  static let hostFailures = Shape.object(
    "failures", doc: "Hosts that fail by themselves.", initial: HostFailures()
  ) {
    Field("hosts", \.perSecond, .eventRate, doc: "Failures of one host.", standard: "never")
    Field("repair", \.repair, .positiveDuration, doc: "How long it is away, and its guests with it.")
    Field(
      "rebuild", \.rebuild, DemandTables.rebuild, doc: "Its guests are started elsewhere meanwhile.",
      standard: "they wait for the repair")
  }

  static let classes = Shape.object("classes", doc: "How results group the guests.", initial: GuestClasses())
  {
    Field(
      "by", \.by, .keyword,
      doc: "What guests of a class have in common; groups of one name, or of none, are one class.")
    Field(
      "age-bands", \.ageBands, .list(of: .positiveDuration, items: "ages"),
      doc: "Upper ends of age bands, by which the classes are divided further.", standard: "not by age")
  }.checked { classes in
    if zip(classes.ageBands, classes.ageBands.dropFirst()).contains(where: { $0 >= $1 }) {
      throw Complaint(
        "the age bands are not in rising order", hint: "such as [1 y, 3 y, 6 y]", at: "age-bands")
    }
  }
}
