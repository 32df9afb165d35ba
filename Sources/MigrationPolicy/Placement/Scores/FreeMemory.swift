/// The more of its memory is free, the better.
public struct FreeMemory: HostScore {
  public let name = "free-memory"
  public init() {}
  public func score(of host: HostOutlook) -> Double { host.freeMemory }
}
