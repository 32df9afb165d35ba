internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

/// Finds the host that takes a guest without looking at all of them, and chooses just as a look at all of them would.
///
/// Hosts of one site, CPU (or kind, where rules ask for more) and size are alike but for what they have free, so in such a
/// group any placement score means an order by free memory. A group keeps two treaps in that order (Seidel and Aragon 1996), of the hosts that may take
/// a guest in now and of those that take in as many as they may; each node knows the most free disk below it, which
/// prunes the search. Filing and finding are O(log hosts) for each group of the site.
struct HostIndex {
  /// Where a host stands when a guest looks for one.
  enum Standing: Int32 {
    /// Out of service, or down.
    case closed = -1
    case open = 0
    /// In service, but it takes in as many as it may.
    case busy = 1
  }

  /// What came of a search.
  enum Found: Hashable {
    case host(Int)
    /// There is room, but its host takes in as many as it may.
    case busy
    case noRoom
    /// No other host of the site could run it, in service or not.
    case unfit
    /// There is room, but only where a rule about placement forbids it.
    case blocked(RefusalReason)
  }

  private let placement: PlacementScore
  private var treaps: HostTreaps
  private var groups: [Group] = []
  private var groupOf: ContiguousArray<Int32> = []
  /// The groups of each site.
  private var ofSite: [ContiguousArray<Int32>] = []

  private struct Group: Hashable {
    var site: Int32
    /// The CPU or kind of its hosts.
    var key: Int32
    var memory: Bytes
    var hosts = 0
  }

  /// All hosts are closed until they are filed.
  ///
  /// - Parameter byKind: whether a guest may look at more of a host than what its CPU shows.
  init(of fleet: Fleet, placement: PlacementScore, byKind: Bool = false) {
    self.placement = placement
    ofSite = Array(repeating: [], count: fleet.sites.count)
    treaps = HostTreaps(hosts: fleet.hosts.count, trees: 0, lowestIndexLast: placement == .spread)
    var number: [Group: Int32] = [:]
    for host in fleet.hosts {
      let wanted = Group(
        site: host.site, key: byKind ? host.kind : Int32(host.cpu), memory: host.memory)
      let group = number[wanted] ?? add(wanted)
      number[wanted] = group
      groupOf.append(group)
      groups[Int(group)].hosts += 1
    }
  }

  private mutating func add(_ group: Group) -> Int32 {
    groups.append(group)
    treaps.addTrees(2)
    let number = Int32(groups.count - 1)
    ofSite[Int(group.site)].append(number)
    return number
  }

  /// Files a host anew after a change of what it has free, or of where it stands.
  ///
  /// - Parameter key: its CPU or kind.
  mutating func file(_ host: Int, _ standing: Standing, freeMemory: Bytes, freeDisk: Bytes, key: Int32) {
    if groups[Int(groupOf[host])].key != key { regroup(host, key) }
    let tree = standing == .closed ? -1 : groupOf[host] * 2 + standing.rawValue
    treaps.put(Int32(host), into: tree, memory: freeMemory.count, disk: freeDisk.count)
  }

  /// A host that has been upgraded is another kind of host.
  private mutating func regroup(_ host: Int, _ key: Int32) {
    var wanted = groups[Int(groupOf[host])]
    treaps.put(Int32(host), into: -1, memory: 0, disk: 0)
    groups[Int(groupOf[host])].hosts -= 1
    (wanted.key, wanted.hosts) = (key, 0)
    let known = groups.firstIndex {
      $0.site == wanted.site && $0.key == key && $0.memory == wanted.memory
    }
    let group = known.map(Int32.init) ?? add(wanted)
    groupOf[host] = group
    groups[Int(group)].hosts += 1
  }

  /// The CPUs or kinds of the other hosts of a site, in service or not.
  func keys(ofSite site: Int32, from source: Int) -> [Int32] {
    ofSite[Int(site)].filter { groups[Int($0)].hosts > (groupOf[source] == $0 ? 1 : 0) }
      .map { groups[Int($0)].key }
  }

  /// The best host of a site with room: the highest score, and the lowest number among equals.
  ///
  /// - Parameters:
  ///   - source: where the guest is.
  ///   - fits: whether the guest could run on a CPU or kind of host.
  func find(
    site: Int32, memory: Bytes, disk: Bytes, from source: Int, fits: (_ key: Int32) -> Bool
  ) -> Found {
    var (best, bestScore) = (-1, -Double.infinity)
    var (sawHost, sawFit, sawRoom) = (false, false, false)
    for index in ofSite[Int(site)] {
      let group = groups[Int(index)]
      guard group.hosts > (groupOf[source] == index ? 1 : 0) else { continue }
      sawHost = true
      guard fits(group.key) else { continue }
      sawFit = true
      let host = search(index * 2, memory, disk, source)
      if host >= 0 {
        let score = placement.score(
          freeShare: Double(treaps.memory(of: host)) / group.memory.value)
        if score > bestScore || (score == bestScore && Int(host) < best) {
          (best, bestScore) = (Int(host), score)
        }
      } else if best < 0, !sawRoom {
        sawRoom = search(index * 2 + 1, memory, disk, source) >= 0
      }
    }
    if best >= 0 { return .host(best) }
    return sawRoom ? .busy : sawHost && !sawFit ? .unfit : .noRoom
  }

  private func search(_ tree: Int32, _ memory: Bytes, _ disk: Bytes, _ source: Int) -> Int32 {
    switch placement {
    case .spread: treaps.last(in: tree, memory: memory.count, disk: disk.count, except: Int32(source))
    case .pack: treaps.first(in: tree, memory: memory.count, disk: disk.count, except: Int32(source))
    }
  }
}

extension HostIndex: Equatable {
  /// Whether both find the same; the order in which groups became known does not count.
  static func == (a: HostIndex, b: HostIndex) -> Bool {
    guard a.groupOf.count == b.groupOf.count else { return false }
    return a.groupOf.indices.allSatisfy { host in
      let (one, other) = (a.groupOf[host], b.groupOf[host])
      return a.groups[Int(one)] == b.groups[Int(other)]
        && a.treaps.isFiledAlike(Int32(host), in: b.treaps)
        && (0...1).allSatisfy {
          a.treaps.root(of: one * 2 + $0) == b.treaps.root(of: other * 2 + $0)
        }
    }
  }
}
