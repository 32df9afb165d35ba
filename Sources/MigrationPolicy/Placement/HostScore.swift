/// What a score may know of a host that could take a guest. Promises to migrations under way count as given.
public struct HostOutlook: Sendable {
  /// Shares of the whole, 0 to 1.
  public var freeMemory: Double
  public var freeDisk: Double
  /// 1 where the scenario says nothing of cores.
  public var freeCores: Double
  /// Whether no host of its site has a newer kernel.
  public var isUpgraded: Bool

  public init(freeMemory: Double, freeDisk: Double, freeCores: Double, isUpgraded: Bool) {
    self.freeMemory = freeMemory
    self.freeDisk = freeDisk
    self.freeCores = freeCores
    self.isUpgraded = isUpgraded
  }
}

/// A view of how good a host is as a target; the higher, the better.
///
/// Whoever adds one to the house writes one type in one file, and its name in `HostScores.shipped`; whoever brings one
/// along from outside hands it to the reader of scenarios (`PlugIns`).
public protocol HostScore: Sendable {
  /// As scenarios write it.
  var name: String { get }
  func score(of host: HostOutlook) -> Double
}

/// The scores that scenarios may name.
public enum HostScores {
  public static let shipped: [any HostScore] = [FreeMemory(), FreeDisk(), FreeCores(), Upgraded()]

  public static func score(named name: String) -> (any HostScore)? { shipped.first { $0.name == name } }
}

/// A score, and how much it counts; less than nothing turns it round.
public struct WeightedScore: Sendable {
  public var score: any HostScore
  public var weight: Double

  public init(_ score: any HostScore, weight: Double) {
    self.score = score
    self.weight = weight
  }
}
