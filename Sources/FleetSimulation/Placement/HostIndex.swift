internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

/// Finds the host that takes a guest without looking at all of them, and chooses just as a look at all of them would.
///
/// Hosts of one site, CPU and size are alike but for what they have free, so in such a group any placement score means
/// an order by free memory. A group keeps two treaps in that order (Seidel and Aragon 1996), of the hosts that may take
/// a guest in now and of those that take in as many as they may; each node knows the most free disk below it, which
/// prunes the search. Filing and finding are O(log hosts) for each group of the site.
struct HostIndex: Equatable {
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
  }

  private let placement: PlacementScore
  private var treaps: HostTreaps
  private var groups: [Group] = []
  private var groupOf: ContiguousArray<Int32> = []
  /// The groups of each site, one behind the other.
  private var ofSite: [Range<Int>] = []

  private struct Group: Hashable {
    var site: Int32
    var cpu: Int16
    var memory: Bytes
    var hosts = 0
  }

  /// All hosts are closed until they are filed.
  init(of fleet: Fleet, placement: PlacementScore) {
    self.placement = placement
    let kinds = Set(fleet.hosts.map { Group(site: $0.site, cpu: $0.cpu, memory: $0.memory) })
    groups = kinds.sorted { ($0.site, $0.cpu, $0.memory) < ($1.site, $1.cpu, $1.memory) }
    var number: [Group: Int32] = [:]
    for (index, group) in groups.enumerated() { number[group] = Int32(index) }
    for host in fleet.hosts {
      let group = number[Group(site: host.site, cpu: host.cpu, memory: host.memory)] ?? 0
      groupOf.append(group)
      groups[Int(group)].hosts += 1
    }
    for site in fleet.sites.indices {
      let first = groups.firstIndex { $0.site >= Int32(site) } ?? groups.count
      ofSite.append(first..<(groups.firstIndex { $0.site > Int32(site) } ?? groups.count))
    }
    treaps = HostTreaps(
      hosts: fleet.hosts.count, trees: groups.count * 2, lowestIndexLast: placement == .spread)
  }

  /// Files a host anew after a change of what it has free, or of where it stands.
  mutating func file(_ host: Int, _ standing: Standing, freeMemory: Bytes, freeDisk: Bytes) {
    let tree = standing == .closed ? -1 : groupOf[host] * 2 + standing.rawValue
    treaps.put(Int32(host), into: tree, memory: freeMemory.count, disk: freeDisk.count)
  }

  /// The best host of a site with room: the highest score, and the lowest number among equals.
  ///
  /// - Parameters:
  ///   - source: where the guest is.
  ///   - fits: whether the guest could run on a CPU.
  func find(
    site: Int32, memory: Bytes, disk: Bytes, from source: Int, fits: (_ cpu: Int16) -> Bool
  ) -> Found {
    var (best, bestScore) = (-1, -Double.infinity)
    var (sawHost, sawFit, sawRoom) = (false, false, false)
    for index in ofSite[Int(site)] {
      let group = groups[index]
      guard group.hosts > (groupOf[source] == Int32(index) ? 1 : 0) else { continue }
      sawHost = true
      guard fits(group.cpu) else { continue }
      sawFit = true
      let host = search(Int32(index) * 2, memory, disk, source)
      if host >= 0 {
        let score = placement.score(
          freeShare: Double(treaps.memory(of: host)) / group.memory.value)
        if score > bestScore || (score == bestScore && Int(host) < best) {
          (best, bestScore) = (Int(host), score)
        }
      } else if best < 0, !sawRoom {
        sawRoom = search(Int32(index) * 2 + 1, memory, disk, source) >= 0
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
