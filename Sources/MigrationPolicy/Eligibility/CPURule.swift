public import CutoverCore

/// Which hosts may take over a running guest, by CPU. A plan that boots the guest is not bound by it.
public enum CPURule: String, Hashable, Sendable, CaseIterable {
  /// The very same family as the guest booted on (Akamai: "live only between compatible CPU types").
  case sameFamily = "same-family"
  /// The same maker, and every feature the guest booted with (XAPI in a pool, EVC).
  case superset
  /// The same maker is enough: the operator levels the features by other means.
  case sameVendor = "same-vendor"
  /// No rule.
  case any

  /// Whether a guest that booted with `guest` may go on running on `host`.
  public func allows(_ guest: CPUFacts, on host: CPUFacts) -> Bool {
    switch self {
    case .sameFamily: guest == host
    case .superset: guest.vendor == host.vendor && host.features.isSuperset(of: guest.features)
    case .sameVendor: guest.vendor == host.vendor
    case .any: true
    }
  }
}
