/// The more of its pool is free, the better; an unlimited pool is always free.
public struct FreeDisk: HostScore {
  public let name = "free-disk"
  public init() {}
  public func score(of host: HostOutlook) -> Double { host.freeDisk }
}
