internal import CutoverCore

// The families, each as a difference from an older one.
//
// `qemu` rows: the CPU model definitions of QEMU 8 to 10 (`target/i386/cpu.c`), cut down to the flags of
// `CPUFeatureTable`. TSX (`hle`, `rtm`) is left on where the silicon has it: an update that takes it away is a
// `CPUUpdate`; no family behind Cascade Lake has it, though QEMU's models show it from Sapphire Rapids on. Eight of them
// are held against libvirt's `src/cpu_map` by a test.
//
// `tier` is the place in VMware's list of EVC baselines (KB 1003212, "EVC processor support", table 1.1): Intel's are L0
// Merom, L1 Penryn, L2 Nehalem to L8 Skylake, and so on. AMD's (table 1.2) are two lists, A0 to A3 with 3DNow! and B0 on
// without it; QEMU's models have no 3DNow!, so here they are one, by generation. Their order is all that counts.
// Cooper Lake and Emerald Rapids stand with the family before them.

extension CPUCatalog {
  static let families: [Family] = intel + amd + arm

  private static let intel: [Family] = [
    Family(
      "nehalem", .intel, tier: 2, adds: "cx16 lahf_lm popcnt sse3 sse4.1 sse4.2 ssse3",
      source: "QEMU Nehalem"),
    Family("westmere", .intel, like: "nehalem", tier: 3, adds: "aes pclmulqdq", source: "QEMU Westmere"),
    Family("sandybridge", .intel, like: "westmere", tier: 4, adds: "avx xsave", source: "QEMU SandyBridge"),
    Family(
      "ivybridge", .intel, like: "sandybridge", tier: 5, adds: "f16c rdrand fsgsbase smep erms",
      source: "QEMU IvyBridge"),
    Family(
      "haswell", .intel, like: "ivybridge", tier: 6,
      adds: "avx2 bmi1 bmi2 fma movbe abm invpcid pcid hle rtm",
      source: "QEMU Haswell"),
    Family(
      "broadwell", .intel, like: "haswell", tier: 7, adds: "adx rdseed smap", source: "QEMU Broadwell"),
    Family(
      "skylake-server", .intel, like: "broadwell", tier: 8,
      adds: "avx512f avx512bw avx512cd avx512dq avx512vl clflushopt clwb pku",
      source: "QEMU Skylake-Server, and the clflushopt and pku of the silicon"),
    Family(
      "cascadelake", .intel, like: "skylake-server", tier: 9, adds: "avx512-vnni xsaves",
      source: "QEMU Cascadelake-Server"),
    Family(
      "cooperlake", .intel, like: "cascadelake", tier: 9, adds: "avx512-bf16", source: "QEMU Cooperlake"),
    Family(
      "icelake-server", .intel, like: "cascadelake", tier: 10,
      adds: "avx512-vbmi2 gfni vaes vpclmulqdq la57 umip rdpid wbnoinvd sha-ni fsrm", drops: "hle rtm",
      source: "QEMU Icelake-Server-v5"),
    Family(
      "sapphirerapids", .intel, like: "icelake-server", tier: 11,
      adds: "avx512-bf16 avx512-fp16 avx-vnni amx serialize movdiri",
      source: "QEMU SapphireRapids, without TSX"),
    Family(
      "emeraldrapids", .intel, like: "sapphirerapids", tier: 11, adds: "",
      source: "Intel ARK, 5th Gen Xeon Scalable: the instruction set of Sapphire Rapids"),
    Family(
      "graniterapids", .intel, like: "sapphirerapids", tier: 12, adds: "amx-fp16 prefetchi",
      source: "QEMU GraniteRapids, without TSX"),
  ]

  private static let amd: [Family] = [
    Family("opteron-g1", .amd, tier: 0, adds: "sse3", source: "QEMU Opteron_G1"),
    Family("opteron-g2", .amd, like: "opteron-g1", tier: 1, adds: "cx16 lahf_lm", source: "QEMU Opteron_G2"),
    Family(
      "opteron-g3", .amd, like: "opteron-g2", tier: 2, adds: "popcnt sse4a abm", source: "QEMU Opteron_G3"),
    Family(
      "opteron-g4", .amd, like: "opteron-g3", tier: 4,
      adds: "ssse3 sse4.1 sse4.2 aes pclmulqdq avx xsave xop fma4", source: "QEMU Opteron_G4"),
    Family(
      "opteron-g5", .amd, like: "opteron-g4", tier: 5, adds: "f16c fma tbm", source: "QEMU Opteron_G5"),
    Family(
      "epyc-naples", .amd, like: "opteron-g5", tier: 7,
      adds: "avx2 bmi1 bmi2 movbe rdrand rdseed adx sha-ni fsgsbase smep smap clflushopt xsaves clzero",
      drops: "xop fma4 tbm", source: "QEMU EPYC-v4"),
    Family(
      "epyc-rome", .amd, like: "epyc-naples", tier: 8, adds: "clwb umip rdpid wbnoinvd",
      source: "QEMU EPYC-Rome-v3"),
    Family(
      "epyc-milan", .amd, like: "epyc-rome", tier: 9, adds: "erms fsrm invpcid pcid pku vaes vpclmulqdq",
      source: "QEMU EPYC-Milan-v2"),
    Family(
      "epyc-genoa", .amd, like: "epyc-milan", tier: 10,
      adds: "avx512f avx512bw avx512cd avx512dq avx512vl avx512-vnni avx512-bf16 avx512-vbmi2 gfni la57",
      source: "QEMU EPYC-Genoa"),
    Family(
      "epyc-turin", .amd, like: "epyc-genoa", tier: 11,
      adds: "avx-vnni movdiri avx512-vp2intersect prefetchi",
      source: "QEMU EPYC-Turin"),
  ]

  /// The order of the tiers is that of the architecture's versions; nobody sells an EVC for them.
  private static let arm: [Family] = [
    Family(
      "neoverse-n1", .arm, tier: 0, adds: "asimd atomics",
      source: "Arm Neoverse N1 Core TRM (100616): Armv8.2-A"),
    Family(
      "neoverse-v1", .arm, like: "neoverse-n1", tier: 1, adds: "sve sve128 sve256 bf16 i8mm",
      source: "Arm Neoverse V1 Core TRM (101427): Armv8.4-A, SVE of 256 bits"),
    Family(
      "neoverse-n2", .arm, like: "neoverse-v1", tier: 2, adds: "sve2 mte", drops: "sve256",
      source: "Arm Neoverse N2 Core TRM (102099): Armv9.0-A, SVE2 of 128 bits"),
    Family(
      "neoverse-v2", .arm, like: "neoverse-n2", tier: 2, adds: "",
      source: "Arm Neoverse V2 Core TRM (102375): Armv9.0-A, SVE2 of 128 bits"),
  ]
}
