public import CutoverCore
internal import Quantities

/// Xen: few rounds, then the guest is stopped whatever is left. It always ends.
///
/// Source: `tools/libs/guest/xg_sr_save.c` (at most 5 rounds, or fewer than 50 dirty pages). `classic` is the way of
/// Xen 3 and 4 up to 4.5, `tools/libxc/xc_domain_save.c`: 29 rounds, or 3 times the memory sent, or fewer than 50 dirty
/// pages; Clark et al., NSDI 2005, describes it.
public struct XenSteering: LiveSteering, Hashable {
  public var maxRounds: Int
  /// What the rounds may have sent between them, as a multiple of the memory; `nil`: not looked at.
  public var maxSent: Double?
  /// Fewer dirty pages than this, of 4 KiB each, are left for the pause.
  public var dirtyPages: Int

  public init(maxRounds: Int = 5, maxSent: Double? = nil, dirtyPages: Int = 50) {
    self.maxRounds = maxRounds
    self.maxSent = maxSent
    self.dirtyPages = dirtyPages
  }

  public static let classic = XenSteering(maxRounds: 29, maxSent: 3)

  public func course(for request: MigrationRequest) -> SteeredCourse {
    var rules = [ConvergenceRule(when: .passes(atLeast: maxRounds), do: .switchOver)]
    if let maxSent {
      let most = Bytes(rounding: request.guest.memory.value * maxSent)
      rules.append(ConvergenceRule(when: .sent(atLeast: most), do: .switchOver))
    }
    return SteeredCourse(
      rounds: ConvergenceRules(
        until: .remaining(atMost: Bytes(Int64(max(dirtyPages - 1, 0)) * 4_096)), rules: rules))
  }
}
