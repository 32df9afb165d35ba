public import CutoverCore

/// The CPU families that scenarios may name, and the products that stand for them.
public enum CPUCatalog {
  /// A family: each adds to an older one, and may take something away.
  struct Family {
    var name: String
    var vendor: CPUVendor
    var like: String?
    /// Its place among its maker's, as VMware's EVC orders them; families of one tier are alike to it.
    var tier: Int
    var adds: String
    var drops: String
    var source: String

    init(
      _ name: String, _ vendor: CPUVendor, like: String? = nil, tier: Int, adds: String, drops: String = "",
      source: String
    ) {
      self.name = name
      self.vendor = vendor
      self.like = like
      self.tier = tier
      self.adds = adds
      self.drops = drops
      self.source = source
    }
  }

  /// Products by the names that operators use, and the family of each (the vendors' product pages).
  static let products: [(name: String, family: String)] = [
    ("xeon-e5507", "nehalem"), ("xeon-e5645", "westmere"), ("xeon-e5-2650", "sandybridge"),
    ("xeon-e5-2680v2", "ivybridge"), ("xeon-e5-2680v3", "haswell"), ("xeon-e5-2697v4", "broadwell"),
    ("xeon-6148", "skylake-server"), ("xeon-6238r", "cascadelake"), ("xeon-8380", "icelake-server"),
    ("xeon-8480", "sapphirerapids"), ("xeon-8592", "emeraldrapids"), ("xeon-6980p", "graniterapids"),
    ("opteron-4332", "opteron-g5"), ("epyc-7501", "epyc-naples"), ("epyc-7542", "epyc-rome"),
    ("epyc-7713", "epyc-milan"), ("epyc-9634", "epyc-genoa"), ("epyc-9965", "epyc-turin"),
    ("graviton2", "neoverse-n1"), ("graviton3", "neoverse-v1"), ("graviton4", "neoverse-v2"),
    ("ampere-altra", "neoverse-n1"), ("cobalt-100", "neoverse-n2"),
  ]

  /// Every name that may stand where a CPU is asked for.
  public static let names: [String] = families.map(\.name) + products.map(\.name)

  /// The names of the families alone, oldest first within a maker's.
  public static let familyNames: [String] = families.map(\.name)

  /// What the named family or product offers; `nil` for an unknown name.
  public static func facts(named name: String) -> CPUFacts? {
    let familyName = products.first { $0.name == name }?.family ?? name
    guard let family = families.first(where: { $0.name == familyName }) else { return nil }
    return CPUFacts(vendor: family.vendor, model: familyName, features: features(of: family))
  }

  /// The place of a family among its maker's, as EVC orders them; `nil` for one that the catalogue does not know.
  public static func tier(ofFamily name: String) -> Int? { families.first { $0.name == name }?.tier }

  private static func features(of family: Family) -> CPUFeatureSet {
    let base =
      families.first { $0.name == family.like }.map(features(of:)) ?? CPUFeatureSet()
    return base.union(named(family.adds)).subtracting(named(family.drops))
  }

  static func named(_ words: String) -> CPUFeatureSet {
    guard let set = CPUFeatureTable.set(words.split(separator: " ").map(String.init)) else {
      preconditionFailure("the CPU catalogue names a feature that the feature table lacks: \(words)")
    }
    return set
  }
}
