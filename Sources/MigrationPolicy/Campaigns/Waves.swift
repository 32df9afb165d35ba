public import FleetModel
public import Quantities

/// Hosts have their turns in waves: a wave begins when all hosts of the one before are done and some time has passed.
public struct Waves: Hashable, Sendable {
  public var size = Size.hosts(1)
  /// Hosts of a first wave, taken from the front; 0: none.
  public var canary = 0
  /// From the end of the canary wave to the next.
  public var canaryPause = Duration.zero
  /// From the end of any other wave to the next.
  public var gap = Duration.zero

  public enum Size: Hashable, Sendable {
    case hosts(Int)
    /// Of the campaign's hosts; at least one.
    case share(Double)
    /// One wave for each rack.
    case rack
    /// One wave for so many racks that follow each other: what one fault may take down together.
    case faultDomain(racks: Int)
    /// One wave for each site.
    case site
    /// So many hosts in the first wave, the second, ...; the last number again for those that are left.
    case listed([Int])
  }

  public init() {}

  /// Puts hosts into the order of their waves, and says how many each wave has.
  ///
  /// Hosts keep their order within a wave; none is empty.
  public func waves(of hosts: [Int], in fleet: Fleet) -> (order: [Int], sizes: [Int]) {
    let early = Array(hosts.prefix(canary))
    let (order, sizes) = cut(Array(hosts.dropFirst(canary)), of: hosts.count, in: fleet)
    return (early + order, (early.isEmpty ? [] : [early.count]) + sizes)
  }

  private func cut(_ hosts: [Int], of all: Int, in fleet: Fleet) -> (order: [Int], sizes: [Int]) {
    switch size {
    case .hosts(let count): (hosts, Waves.sizes(hosts.count, [count]))
    case .share(let share):
      (hosts, Waves.sizes(hosts.count, [max(1, Int((share * Double(all)).rounded()))]))
    case .listed(let counts): (hosts, Waves.sizes(hosts.count, counts))
    case .rack: Waves.grouped(hosts) { Int(fleet.hosts[$0].rack) }
    case .faultDomain(let racks): Waves.grouped(hosts) { Int(fleet.hosts[$0].rack) / max(1, racks) }
    case .site: Waves.grouped(hosts) { Int(fleet.hosts[$0].site) }
    }
  }

  private static func sizes(_ hosts: Int, _ counts: [Int]) -> [Int] {
    var (sizes, left, number) = ([Int](), hosts, 0)
    while left > 0 {
      let size = min(left, max(1, counts.isEmpty ? 1 : counts[min(number, counts.count - 1)]))
      sizes.append(size)
      (left, number) = (left - size, number + 1)
    }
    return sizes
  }

  private static func grouped(_ hosts: [Int], by key: (Int) -> Int) -> (order: [Int], sizes: [Int]) {
    var (order, sizes) = ([Int](), [Int]())
    let keyed = hosts.enumerated().map { (key: key($0.element), place: $0.offset, host: $0.element) }
    var last: Int?
    for item in keyed.sorted(by: { ($0.key, $0.place) < ($1.key, $1.place) }) {
      order.append(item.host)
      if item.key == last { sizes[sizes.count - 1] += 1 } else { sizes.append(1) }
      last = item.key
    }
    return (order, sizes)
  }
}
