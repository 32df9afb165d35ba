/// The fewer virtual CPUs per core, the better; below nothing where cores are overcommitted.
public struct FreeCores: HostScore {
  public let name = "free-cores"
  public init() {}
  public func score(of host: HostOutlook) -> Double { host.freeCores }
}
