public import CutoverCore

/// What CPUs are held down to, so that guests can move between unlike ones: a micro-architecture level, an older family,
/// or what all hosts of the pool have in common.
public enum CPULevel: Hashable, Sendable {
  /// x86-64-v1 to v4.
  case microarchitecture(Int)
  /// A family of the catalogue.
  case family(String)
  /// What all hosts of the same pool have; guests boot with that, and a host still takes whom it can run (XAPI).
  case pool

  public init?(named name: String) {
    if name == "pool" {
      self = .pool
    } else if let level = (1...4).first(where: { "x86-64-v\($0)" == name }) {
      self = .microarchitecture(level)
    } else if CPUCatalog.familyNames.contains(name) {
      self = .family(name)
    } else {
      return nil
    }
  }

  /// Every name that may stand where a level is asked for.
  public static let names = ["pool"] + (1...4).map { "x86-64-v\($0)" } + CPUCatalog.familyNames

  public var name: String {
    switch self {
    case .pool: "pool"
    case .microarchitecture(let level): "x86-64-v\(level)"
    case .family(let name): name
    }
  }

  /// All that a guest may be shown at this level; `nil` for a pool, whose hosts decide it.
  var features: CPUFeatureSet? {
    switch self {
    case .pool: nil
    case .microarchitecture(let level): CPUMicroarchitecture.features(ofLevel: level)
    case .family(let name): CPUCatalog.facts(named: name)?.features
    }
  }
}

/// The micro-architecture levels of the x86-64 psABI (System V ABI, AMD64 supplement, table 3.1; LZCNT is the flag `abm`,
/// and OSXSAVE the system's use of `xsave`). Level 1 is what each x86-64 CPU has, and needs no flags.
public enum CPUMicroarchitecture {
  private static let steps: [CPUFeatureSet] = [
    CPUCatalog.named("cx16 lahf_lm popcnt sse3 sse4.1 sse4.2 ssse3"),
    CPUCatalog.named("avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"),
    CPUCatalog.named("avx512f avx512bw avx512cd avx512dq avx512vl"),
  ]

  /// The highest level of which a set holds everything; 1 to 4.
  public static func level(of features: CPUFeatureSet) -> Int {
    steps.prefix { features.isSuperset(of: $0) }.count + 1
  }

  /// What a level and those below it ask for.
  static func features(ofLevel level: Int) -> CPUFeatureSet {
    steps.prefix(level - 1).reduce(CPUFeatureSet()) { $0.union($1) }
  }
}
