import MigrationPolicy

/// Hosts that are about half full come first: the emptiest stay free for large guests, the fullest are not made fuller.
public struct HalfFull: HostScore {
  public let name = "half-full"

  public init() {}

  public func score(of host: HostOutlook) -> Double { -abs(host.freeMemory - 0.5) }
}
