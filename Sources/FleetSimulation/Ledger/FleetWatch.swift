internal import FleetModel
internal import Quantities

/// Watches the fleet as a whole: the least headroom of any site, and the most hosts out of service at once.
///
/// O(1) for each change of a host; nothing is allocated after the start.
struct FleetWatch {
  private var seen: ContiguousArray<Seen>
  private var sites: ContiguousArray<(free: Int64, whole: Int64)>
  private var out = 0
  private var hasBegun = false
  /// The share of the memory in service that was free.
  private(set) var leastHeadroom = 1.0
  private(set) var mostOut = 0

  private struct Seen {
    var free: Int64 = 0
    var whole: Int64 = 0
    var isOut = false
  }

  init(of fleet: Fleet) {
    seen = ContiguousArray(repeating: Seen(), count: fleet.hosts.count)
    sites = ContiguousArray(repeating: (0, 0), count: fleet.sites.count)
  }

  /// All hosts have been seen: from here on what is there counts.
  mutating func begin() {
    hasBegun = true
    for site in sites.indices { judge(site) }
    mostOut = out
  }

  mutating func see(_ number: Int, _ host: Host, isIn: Bool, isOut: Bool) {
    let before = seen[number]
    let now = Seen(free: isIn ? host.freeMemory.count : 0, whole: isIn ? host.memory.count : 0, isOut: isOut)
    seen[number] = now
    let site = Int(host.site)
    sites[site].free += now.free - before.free
    sites[site].whole += now.whole - before.whole
    if isOut != before.isOut {
      out += isOut ? 1 : -1
      if hasBegun { mostOut = max(mostOut, out) }
    }
    if hasBegun, now.free < before.free || now.whole != before.whole { judge(site) }
  }

  private mutating func judge(_ site: Int) {
    guard sites[site].whole > 0 else { return }
    leastHeadroom = min(leastHeadroom, Double(sites[site].free) / Double(sites[site].whole))
  }
}
