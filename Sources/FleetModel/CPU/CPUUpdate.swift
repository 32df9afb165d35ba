public import CutoverCore

/// A change of what a CPU shows from a host kernel or a microcode on: what it can do is a matter of (CPU, microcode, host
/// kernel), so a rolling upgrade can leave guests behind that booted with more.
public struct CPUUpdate: Hashable, Sendable {
  public var name: String
  /// Families that it touches; none: all.
  public var families: [String] = []
  /// From this host kernel on. With a microcode besides, both must be there.
  public var kernel: KernelVersion?
  /// From the microcode package of this date on, as eight figures (Intel's `microcode-20191115`).
  public var microcode: Int?
  public var removes = CPUFeatureSet()
  public var adds = CPUFeatureSet()

  public init(name: String) { self.name = name }

  func touches(_ cpu: CPUFacts, kernel hostKernel: KernelVersion?, microcode hostMicrocode: Int?) -> Bool {
    guard families.isEmpty || families.contains(cpu.model) else { return false }
    if let kernel { guard let hostKernel, hostKernel >= kernel else { return false } }
    if let microcode { guard let hostMicrocode, hostMicrocode >= microcode else { return false } }
    return kernel != nil || microcode != nil
  }
}

/// Updates that have been published.
public enum CPUUpdateCatalog {
  private static let withTSX = ["haswell", "broadwell", "skylake-server", "cascadelake"]

  /// TSX is switched off by Debian's kernel 4.9.189-3+deb9u2, and by the microcode of 2019-11-15: guests that booted with
  /// it are missing `hle` and `rtm` on a host that was updated (help.univention.com/t/16041).
  public static let all: [CPUUpdate] = [
    update("tsx-off-kernel", withTSX, kernel: "4.9.189-3", removes: "hle rtm"),
    update("tsx-off-microcode", withTSX, microcode: 20_191_115, removes: "hle rtm"),
    // Only hosts that were patched show it (community.platform9.com/t/95; Intel's advisory SA-00115).
    update("ssbd-microcode", [], microcode: 20_180_807, adds: "ssbd"),
    // The buffers that MDS leaks from are cleared from then on (Intel's advisory SA-00233).
    update("md-clear-microcode", [], microcode: 20_190_514, adds: "md-clear"),
  ]

  public static func update(named name: String) -> CPUUpdate? { all.first { $0.name == name } }

  private static func update(
    _ name: String, _ families: [String], kernel: String? = nil, microcode: Int? = nil, removes: String = "",
    adds: String = ""
  ) -> CPUUpdate {
    var update = CPUUpdate(name: name)
    update.families = families
    update.kernel = kernel.flatMap { KernelVersion($0) }
    update.microcode = microcode
    update.removes = CPUCatalog.named(removes)
    update.adds = CPUCatalog.named(adds)
    return update
  }
}
