public import CutoverCore

/// The names that the bits of a `CPUFeatureSet` stand for: the flags by which operators tell CPU generations apart,
/// spelled as Linux and QEMU do (`target/i386/cpu.c`; for Arm the `HWCAP` names of the kernel).
public enum CPUFeatureTable {
  public static let names: [String] = [
    // x86-64-v2 (x86-64 psABI, "Micro-architecture levels")
    "cx16", "lahf_lm", "popcnt", "sse3", "sse4.1", "sse4.2", "ssse3",
    // x86-64-v3
    "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave",
    // x86-64-v4
    "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl",
    // beyond the levels
    "aes", "pclmulqdq", "rdrand", "rdseed", "adx", "sha-ni", "fsgsbase", "smep", "smap", "erms", "invpcid",
    "hle",
    "rtm", "clflushopt", "clwb", "xsaves", "pku", "umip", "rdpid", "wbnoinvd", "avx512-vnni", "avx512-bf16",
    "avx512-fp16", "avx512-vbmi2", "gfni", "vaes", "vpclmulqdq", "la57", "fsrm", "serialize", "avx-vnni",
    "amx",
    "amx-fp16", "sse4a", "xop", "fma4", "tbm", "clzero", "movdiri",
    // what a kernel or microcode shows or hides
    "ssbd", "md-clear", "spec-ctrl", "invtsc", "pcid", "avx512-vp2intersect", "prefetchi",
    // Arm; the vector lengths are those of QEMU's properties `sve128` and `sve256`
    "asimd", "atomics", "sve", "sve128", "sve256", "bf16", "i8mm", "sve2", "mte",
  ]

  /// The set of the named features; `nil` if one of the names is unknown.
  public static func set(_ wanted: [String]) -> CPUFeatureSet? {
    var set = CPUFeatureSet()
    for name in wanted {
      guard let bit = names.firstIndex(of: name) else { return nil }
      set.formUnion(CPUFeatureSet(rawValue: 1 << UInt128(bit)))
    }
    return set
  }

  /// The names of a set's members, in the table's order.
  public static func names(in set: CPUFeatureSet) -> [String] {
    names.enumerated().filter { set.rawValue & (1 << UInt128($0.offset)) != 0 }.map(\.element)
  }
}
