public import CutoverCore
internal import FleetModel

/// Which hosts may take over a running guest, by CPU. A plan that boots the guest is not bound by it.
public enum CPURule: String, Hashable, Sendable, CaseIterable {
  /// The very same family as the guest booted on, with all it booted with (Akamai: "live only between compatible CPU
  /// types").
  case sameFamily = "same-family"
  /// The same maker, and every feature the guest booted with (XAPI in a pool, EVC).
  case superset
  /// The same maker, and every feature the guest booted with on all hosts of the other pool, so that it is not stranded
  /// on an island there (XAPI across pools).
  case supersetOfPool = "superset-of-pool"
  /// The same maker, and at least the x86-64 level of what the guest booted with: the operator vouches that guests use
  /// nothing beyond the levels.
  case level = "x86-64-level"
  /// The same maker, and a family that is not older by VMware's order of EVC baselines, with all it booted with.
  case evcTier = "evc-tier"
  /// The same maker is enough: the operator levels the features by other means.
  case sameVendor = "same-vendor"
  /// No rule.
  case any

  /// Whether a guest that booted with `guest` may go on running on `host`, a host whose pool is all like it.
  public func allows(_ guest: CPUFacts, on host: CPUFacts) -> Bool {
    switch self {
    case .sameFamily:
      guest.vendor == host.vendor && guest.model == host.model
        && host.features.isSuperset(of: guest.features)
    case .superset, .supersetOfPool:
      guest.vendor == host.vendor && host.features.isSuperset(of: guest.features)
    case .level:
      guest.vendor == host.vendor
        && CPUMicroarchitecture.level(of: host.features) >= CPUMicroarchitecture.level(of: guest.features)
    case .evcTier:
      guest.vendor == host.vendor && host.features.isSuperset(of: guest.features)
        && (CPUCatalog.tier(ofFamily: host.model) ?? 0) >= (CPUCatalog.tier(ofFamily: guest.model) ?? 0)
    case .sameVendor: guest.vendor == host.vendor
    case .any: true
    }
  }
}
