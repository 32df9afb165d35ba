public import CutoverCore

/// The CPU families that scenarios may name, and the products that stand for them.
///
/// Source of the feature sets: the CPU model definitions of QEMU 8 to 10 (`target/i386/cpu.c`), cut down to the flags of
/// `CPUFeatureTable`. TSX (`hle`, `rtm`) is left on where the silicon has it; a microcode that takes it away is an
/// input of the scenario.
public enum CPUCatalog {
  /// A family: each adds to an older one, and may take something away.
  struct Family {
    var name: String
    var vendor: CPUVendor
    var like: String?
    var adds: String
    var drops = ""
  }

  static let families: [Family] = [
    // Intel
    Family(
      name: "nehalem", vendor: .intel, like: nil, adds: "cx16 lahf_lm popcnt sse3 sse4.1 sse4.2 ssse3"),
    Family(name: "westmere", vendor: .intel, like: "nehalem", adds: "aes pclmulqdq"),
    Family(name: "sandybridge", vendor: .intel, like: "westmere", adds: "avx xsave"),
    Family(name: "ivybridge", vendor: .intel, like: "sandybridge", adds: "f16c rdrand fsgsbase smep erms"),
    Family(
      name: "haswell", vendor: .intel, like: "ivybridge", adds: "avx2 bmi1 bmi2 fma movbe abm invpcid hle rtm"
    ),
    Family(name: "broadwell", vendor: .intel, like: "haswell", adds: "adx rdseed smap"),
    Family(
      name: "skylake-server", vendor: .intel, like: "broadwell",
      adds: "avx512f avx512bw avx512cd avx512dq avx512vl clflushopt clwb pku"),
    Family(name: "cascadelake", vendor: .intel, like: "skylake-server", adds: "avx512-vnni xsaves"),
    Family(
      name: "icelake-server", vendor: .intel, like: "cascadelake",
      adds: "avx512-vbmi2 gfni vaes vpclmulqdq la57 umip rdpid wbnoinvd sha-ni fsrm", drops: "hle rtm"),
    Family(
      name: "sapphirerapids", vendor: .intel, like: "icelake-server",
      adds: "avx512-bf16 avx512-fp16 avx-vnni amx serialize movdiri"),
    Family(name: "graniterapids", vendor: .intel, like: "sapphirerapids", adds: "amx-fp16"),
    // AMD
    Family(name: "opteron-g3", vendor: .amd, like: nil, adds: "cx16 lahf_lm popcnt sse3 sse4a abm"),
    Family(
      name: "opteron-g4", vendor: .amd, like: "opteron-g3",
      adds: "ssse3 sse4.1 sse4.2 aes pclmulqdq avx xsave xop fma4"),
    Family(name: "opteron-g5", vendor: .amd, like: "opteron-g4", adds: "f16c fma tbm"),
    Family(
      name: "epyc-naples", vendor: .amd, like: "opteron-g5",
      adds: "avx2 bmi1 bmi2 movbe rdrand rdseed adx sha-ni fsgsbase smep smap clflushopt xsaves clzero",
      drops: "xop fma4 tbm"),
    Family(name: "epyc-rome", vendor: .amd, like: "epyc-naples", adds: "clwb umip rdpid wbnoinvd"),
    Family(
      name: "epyc-milan", vendor: .amd, like: "epyc-rome", adds: "erms fsrm invpcid pku vaes vpclmulqdq"),
    Family(
      name: "epyc-genoa", vendor: .amd, like: "epyc-milan",
      adds: "avx512f avx512bw avx512cd avx512dq avx512vl avx512-vnni avx512-bf16 avx512-vbmi2 gfni la57"),
    Family(name: "epyc-turin", vendor: .amd, like: "epyc-genoa", adds: "avx-vnni movdiri"),
    // Arm
    Family(name: "neoverse-n1", vendor: .arm, like: nil, adds: "asimd"),
    Family(name: "neoverse-v1", vendor: .arm, like: "neoverse-n1", adds: "sve"),
    Family(name: "neoverse-n2", vendor: .arm, like: "neoverse-v1", adds: "sve2"),
  ]

  /// Products by the names that operators use, and the family of each (the vendors' product pages).
  static let products: [(name: String, family: String)] = [
    ("xeon-e5507", "nehalem"), ("xeon-e5645", "westmere"), ("xeon-e5-2650", "sandybridge"),
    ("xeon-e5-2680v2", "ivybridge"), ("xeon-e5-2680v3", "haswell"), ("xeon-e5-2697v4", "broadwell"),
    ("xeon-6148", "skylake-server"), ("xeon-6238r", "cascadelake"), ("xeon-8380", "icelake-server"),
    ("xeon-8480", "sapphirerapids"), ("opteron-4332", "opteron-g5"), ("epyc-7501", "epyc-naples"),
    ("epyc-7542", "epyc-rome"), ("epyc-7713", "epyc-milan"), ("epyc-9634", "epyc-genoa"),
  ]

  /// Every name that may stand where a CPU is asked for.
  public static let names: [String] = families.map(\.name) + products.map(\.name)

  /// What the named family or product offers; `nil` for an unknown name.
  public static func facts(named name: String) -> CPUFacts? {
    let familyName = products.first { $0.name == name }?.family ?? name
    guard let family = families.first(where: { $0.name == familyName }) else { return nil }
    return CPUFacts(vendor: family.vendor, model: familyName, features: features(of: family))
  }

  private static func features(of family: Family) -> CPUFeatureSet {
    let base =
      families.first { $0.name == family.like }.map(features(of:)) ?? CPUFeatureSet()
    return base.union(named(family.adds)).subtracting(named(family.drops))
  }

  private static func named(_ words: String) -> CPUFeatureSet {
    guard let set = CPUFeatureTable.set(words.split(separator: " ").map(String.init)) else {
      preconditionFailure("the CPU catalogue names a feature that the feature table lacks: \(words)")
    }
    return set
  }
}
