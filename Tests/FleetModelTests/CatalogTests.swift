import CutoverCore
import Quantities
import Testing

@testable import FleetModel

@Suite struct CPUCatalogTests {
  func features(_ name: String) throws -> CPUFeatureSet {
    try #require(CPUCatalog.facts(named: name)).features
  }

  func level(_ words: String) throws -> CPUFeatureSet {
    try #require(CPUFeatureTable.set(words.split(separator: " ").map(String.init)))
  }

  @Test func `every name stands for a CPU with features, and no other does`() throws {
    for name in CPUCatalog.names { #expect(try !features(name).isEmpty, "\(name)") }
    #expect(CPUCatalog.facts(named: "pentium") == nil)
    #expect(Set(CPUCatalog.names).count == CPUCatalog.names.count)
  }

  @Test func `each family has all of the one before but what its entry takes away`() throws {
    for family in CPUCatalog.families {
      guard let like = family.like else { continue }
      let dropped = try level(family.drops)
      #expect(try features(family.name).isSuperset(of: features(like).subtracting(dropped)), "\(family.name)")
      let isAlike = family.adds.isEmpty && family.drops.isEmpty
      #expect(try (features(family.name) == features(like)) == isAlike, "\(family.name)")
      #expect(CPUCatalog.facts(named: family.name)?.vendor == CPUCatalog.facts(named: like)?.vendor)
    }
  }

  @Test func `only three steps take features away`() {
    #expect(
      CPUCatalog.families.filter { !$0.drops.isEmpty }.map(\.name)
        == ["icelake-server", "epyc-naples", "neoverse-n2"])
  }

  @Test func `each family has a source, and a maker's tiers never fall from a family to the next`() {
    #expect(CPUCatalog.families.allSatisfy { !$0.source.isEmpty })
    for (older, newer) in zip(CPUCatalog.families, CPUCatalog.families.dropFirst())
    where older.vendor == newer.vendor {
      #expect(newer.tier >= older.tier, "\(newer.name)")
    }
    #expect(CPUCatalog.tier(ofFamily: "haswell") == 6)
    #expect(CPUCatalog.tier(ofFamily: "z80") == nil)
  }

  /// What libvirt's `src/cpu_map` lists of the flags that the table has (EPYC-v4, EPYC-Rome-v3, EPYC-Milan-v2,
  /// Icelake-Server-v5; of the others the model without a version), in libvirt's order; `pni`, `pclmuldq`,
  /// `avx512vnni` and `avx512vbmi2` by their names here, `amx-tile` as `amx`.
  @Test(arguments: [
    (
      "opteron-g5",
      "abm aes avx cx16 f16c fma fma4 lahf_lm pclmulqdq popcnt sse3 sse4.1 sse4.2 sse4a ssse3 tbm xop xsave",
      ""
    ),
    (
      "epyc-naples",
      "abm adx aes avx avx2 bmi1 bmi2 clflushopt clzero cx16 f16c fma fsgsbase lahf_lm movbe pclmulqdq sse3 popcnt "
        + "rdrand rdseed sha-ni smap smep sse4.1 sse4.2 sse4a ssse3 xsave xsaves", ""
    ),
    (
      "epyc-rome",
      "abm adx aes avx avx2 bmi1 bmi2 clflushopt clwb clzero cx16 f16c fma fsgsbase lahf_lm movbe pclmulqdq sse3 "
        + "popcnt rdpid rdrand rdseed sha-ni smap smep sse4.1 sse4.2 sse4a ssse3 umip wbnoinvd xsave xsaves",
      ""
    ),
    (
      "epyc-milan",
      "abm adx aes avx avx2 bmi1 bmi2 clflushopt clwb clzero cx16 erms f16c fma fsgsbase fsrm invpcid lahf_lm movbe "
        + "pcid pclmulqdq pku sse3 popcnt rdpid rdrand rdseed sha-ni smap smep sse4.1 sse4.2 sse4a ssse3 umip wbnoinvd "
        + "vaes vpclmulqdq xsave xsaves", ""
    ),
    (
      "epyc-genoa",
      "abm adx aes avx avx2 avx512-bf16 avx512bw avx512cd avx512dq avx512f avx512-vbmi2 avx512vl avx512-vnni bmi1 bmi2 "
        + "clflushopt clwb clzero cx16 erms f16c fma fsgsbase fsrm gfni invpcid la57 lahf_lm movbe pcid pclmulqdq pku "
        + "sse3 popcnt rdpid rdrand rdseed sha-ni smap smep sse4.1 sse4.2 sse4a ssse3 umip vaes vpclmulqdq wbnoinvd "
        + "xsave xsaves", ""
    ),
    (
      "epyc-turin",
      "abm adx aes avx avx-vnni avx2 avx512-bf16 avx512-vp2intersect avx512bw avx512cd avx512dq avx512f avx512-vbmi2 "
        + "avx512vl avx512-vnni bmi1 bmi2 clflushopt clwb clzero cx16 erms f16c fma fsgsbase fsrm gfni invpcid la57 "
        + "lahf_lm movbe movdiri pcid pclmulqdq pku sse3 popcnt prefetchi rdpid rdrand rdseed sha-ni smap smep sse4.1 "
        + "sse4.2 sse4a ssse3 umip vaes vpclmulqdq wbnoinvd xsave xsaves", ""
    ),
    (
      "icelake-server",
      "abm adx aes avx avx2 avx512bw avx512cd avx512dq avx512f avx512-vbmi2 avx512vl avx512-vnni bmi1 bmi2 clflushopt "
        + "clwb cx16 erms f16c fma fsgsbase fsrm gfni invpcid la57 lahf_lm movbe pcid pclmulqdq pku sse3 popcnt rdpid "
        + "rdrand rdseed sha-ni smap smep sse4.1 sse4.2 ssse3 umip vaes vpclmulqdq wbnoinvd xsave xsaves", ""
    ),
    (
      "skylake-server",
      "abm adx aes avx avx2 avx512bw avx512cd avx512dq avx512f avx512vl bmi1 bmi2 clwb cx16 erms f16c fma fsgsbase hle "
        + "invpcid lahf_lm movbe pcid pclmulqdq sse3 popcnt rdrand rdseed rtm smap smep sse4.1 sse4.2 ssse3 xsave",
      "clflushopt pku"
    ),
  ])
  func `families are as libvirt lists the models of QEMU`(name: String, listed: String, besides: String)
    throws
  {
    #expect(try features(name) == level(listed).union(level(besides)), "\(name)")
  }

  /// x86-64 psABI, "Micro-architecture levels".
  @Test(arguments: [
    ("opteron-g1", 1), ("opteron-g2", 1), ("opteron-g3", 1), ("cooperlake", 4), ("neoverse-v2", 1),
    ("nehalem", 2), ("westmere", 2), ("sandybridge", 2), ("ivybridge", 2),
    ("opteron-g4", 2), ("opteron-g5", 2), ("haswell", 3), ("broadwell", 3), ("epyc-naples", 3),
    ("epyc-rome", 3), ("epyc-milan", 3), ("skylake-server", 4), ("cascadelake", 4), ("icelake-server", 4),
    ("sapphirerapids", 4), ("graniterapids", 4), ("epyc-genoa", 4), ("epyc-turin", 4), ("neoverse-n1", 1),
  ])
  func `families are of the level that they are known for`(name: String, expected: Int) throws {
    let levels = try [
      level("cx16 lahf_lm popcnt sse3 sse4.1 sse4.2 ssse3"),
      level("avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"),
      level("avx512f avx512bw avx512cd avx512dq avx512vl"),
    ]
    let has = try features(name)
    let reached = levels.prefix { has.isSuperset(of: $0) }.count + 1
    #expect(reached == expected)
    #expect(CPUMicroarchitecture.level(of: has) == expected)
  }

  @Test func `products are the families that they were sold as`() {
    #expect(CPUCatalog.facts(named: "epyc-7713")?.model == "epyc-milan")
    #expect(CPUCatalog.facts(named: "xeon-6238r") == CPUCatalog.facts(named: "cascadelake"))
    #expect(CPUCatalog.products.allSatisfy { CPUCatalog.facts(named: $0.name)?.model == $0.family })
  }

  @Test func `each feature has a bit of its own, and names come back in the table's order`() throws {
    #expect(CPUFeatureTable.names.count <= 128)
    #expect(Set(CPUFeatureTable.names).count == CPUFeatureTable.names.count)
    let set = try level("rtm cx16 avx2")
    #expect(CPUFeatureTable.names(in: set) == ["cx16", "avx2", "rtm"])
    #expect(CPUFeatureTable.set(["mmx-deluxe"]) == nil)
  }
}

/// The figures are those of the published plan tables that the sources name.
@Suite struct FlavorCatalogTests {
  @Test(
    arguments: [
      ("nanode-1gb", 1, 25), ("linode-4gb", 4, 80), ("linode-32gb", 32, 640), ("linode-64gb", 64, 1280),
      ("linode-128gb", 128, 2560), ("linode-192gb", 192, 3840), ("dedicated-4gb", 4, 80),
      ("dedicated-128gb", 128, 2500), ("dedicated-256gb", 256, 5000), ("dedicated-512gb", 512, 7200),
    ] as [(String, Int64, Int64)])
  func `linode's sizes`(name: String, memory: Int64, disk: Int64) throws {
    let flavor = try #require(FlavorCatalog.flavor(named: name))
    #expect(flavor.memory == .gibibytes(memory))
    #expect(flavor.disk == .gigabytes(disk))
  }

  @Test(
    arguments: [
      ("standard-512mb", 512, 20, 1), ("standard-4gb", 4096, 160, 2), ("standard-15gb", 15_360, 620, 6),
      ("standard-30gb", 30_720, 1200, 8), ("general-1gb", 1024, 20, 1), ("general-8gb", 8192, 160, 8),
    ] as [(String, Int64, Int64, Int)])
  func `rackspace's sizes`(name: String, memory: Int64, disk: Int64, vcpus: Int) throws {
    let flavor = try #require(FlavorCatalog.flavor(named: name))
    #expect(flavor == Flavor(name: name, vcpus: vcpus, memory: .mebibytes(memory), disk: .gigabytes(disk)))
  }

  @Test func `no name is given twice, and each line grows`() {
    #expect(Set(FlavorCatalog.all.map(\.name)).count == FlavorCatalog.all.count)
    for line in [
      FlavorCatalog.linodeShared, FlavorCatalog.linodeDedicated, FlavorCatalog.rackspaceStandard,
      FlavorCatalog.rackspaceGeneralPurpose,
    ] {
      #expect(zip(line, line.dropFirst()).allSatisfy { $0.memory < $1.memory && $0.disk < $1.disk })
    }
    #expect(FlavorCatalog.flavor(named: "huge") == nil)
  }
}
