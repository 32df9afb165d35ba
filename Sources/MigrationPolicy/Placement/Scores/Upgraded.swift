/// A host with the newest kernel of its site is better than others: a guest that goes there need not move again.
public struct Upgraded: HostScore {
  public let name = "upgraded"
  public init() {}
  public func score(of host: HostOutlook) -> Double { host.isUpgraded ? 1 : 0 }
}
