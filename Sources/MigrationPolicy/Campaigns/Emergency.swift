public import DiscreteEvent
public import Quantities

/// Hosts that are about to die are evacuated: notices, windows and opt-outs do not count.
public struct Emergency: Hashable, Sendable {
  /// From the beginning of an evacuation to the death of its host, in seconds; `nil`: it holds out.
  public var diesAfter: Distribution?
  /// What becomes of guests that were not out in time; `nil`: they are gone.
  public var rebuild: RestartTerms?
  /// Migrations out of such a host at once; `nil`: as many as ever.
  public var hostOut: Int?

  public init() {}
}

/// How guests of a host that has failed are started on another one (HA restart, Nova's evacuate): nobody asks for it, and
/// no chain leads to it. The strategy `rebuild` is the move by which somebody asks for a guest to be made anew.
public struct RestartTerms: Hashable, Sendable {
  /// From the failure until somebody is sure of it, and begins.
  public var after = Duration.minutes(2)
  public var source = Source.sharedStorage
  /// Until the guest can be booted, in seconds: attaching a volume, or writing an image.
  public var takes = Distribution.zero

  public enum Source: String, Hashable, Sendable, CaseIterable {
    /// Its disk has survived.
    case sharedStorage = "shared-storage"
    /// It is made anew, without its data.
    case image
  }

  public init() {}
}
