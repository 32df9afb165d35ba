public import DiscreteEvent
internal import FleetModel
public import Quantities

/// Guests move from the fullest host to the emptiest until no two hosts of a site differ by more than a spread of their
/// memory, as DRS, Watcher's workload balance and the KubeVirt descheduler do.
public struct Rebalance: GuestCampaign {
  /// Hosts of this site only; `nil`: each site for itself.
  public var site: String?
  /// The greatest difference between two hosts' used shares of memory that is left alone.
  public var spread = 0.1
  public var start = Duration.zero
  /// Between two looks.
  public var every = Duration.hours(1)
  /// Moves asked for at a look, in a site.
  public var movesAtOnce = 10
  /// It looks again until then; `nil`: until it has once found nothing to do.
  public var end: Duration?

  public init() {}

  public var firstTurn: Duration { start }
  /// KubeVirt's VEP 62: the descheduler.
  public var standardPriority: Int { 20 }

  public mutating func turn(
    _ number: Int, at now: Instant, in view: some CampaignView, chance: inout RandomStream,
    orders: inout CampaignOrders
  ) {
    let fleet = view.fleet
    var asked = false
    var isMoving = false
    for index in fleet.sites.indices where site == nil || fleet.sites[index].name == site {
      let hosts = fleet.hosts.indices.filter { Int(fleet.hosts[$0].site) == index && view.isInService($0) }
      guard hosts.count > 1 else { continue }
      let members = guests(of: hosts, fleet)
      isMoving = isMoving || members.contains { $0.contains { view.isBusy($0) } }
      asked = balance(hosts, members, view, &orders) || asked
    }
    let isDone = !asked && !isMoving && end == nil
    if !isDone, now + every <= .zero + (end ?? .max) { orders.next = now + every }
  }

  private func guests(of hosts: [Int], _ fleet: Fleet) -> [[Int]] {
    var place = [Int](repeating: -1, count: fleet.hosts.count)
    for (number, host) in hosts.enumerated() { place[host] = number }
    var members = [[Int]](repeating: [], count: hosts.count)
    for (guest, vm) in fleet.guests.enumerated() where place[Int(vm.host)] >= 0 {
      members[place[Int(vm.host)]].append(guest)
    }
    return members
  }

  /// Each step takes the guest that brings the two ends nearest to each other, as if those before had arrived.
  private func balance(
    _ hosts: [Int], _ guests: [[Int]], _ view: some CampaignView, _ orders: inout CampaignOrders
  ) -> Bool {
    let fleet = view.fleet
    var guests = guests
    var used = hosts.map { (fleet.hosts[$0].memory - fleet.hosts[$0].freeMemory).value }
    var disk = hosts.map { fleet.hosts[$0].freeDisk.value }
    var asked = 0
    while asked < movesAtOnce {
      let shares = zip(hosts, used).map { $1 / fleet.hosts[$0].memory.value }
      guard let full = shares.indices.max(by: { (shares[$0], $1) < (shares[$1], $0) }),
        let empty = shares.indices.min(by: { (shares[$0], $0) < (shares[$1], $1) }),
        shares[full] - shares[empty] > spread
      else { break }
      let room = fleet.hosts[hosts[empty]].memory.value - used[empty]
      let (fullSize, emptySize) = (
        fleet.hosts[hosts[full]].memory.value, fleet.hosts[hosts[empty]].memory.value
      )
      var best: (guest: Int, gap: Double)?
      for guest in guests[full] where !view.isBusy(guest) {
        let (memory, size) = (fleet.guests[guest].memory.value, fleet.guests[guest].diskVirtual.value)
        guard memory <= room, size <= disk[empty] else { continue }
        let gap = abs((used[full] - memory) / fullSize - (used[empty] + memory) / emptySize)
        if gap < best?.gap ?? (shares[full] - shares[empty]) { best = (guest, gap) }
      }
      guard let guest = best?.guest else { break }
      orders.ask(GuestWish(guest: guest, host: hosts[empty]))
      let memory = fleet.guests[guest].memory.value
      guests[full].removeAll { $0 == guest }
      used[full] -= memory
      used[empty] += memory
      disk[empty] -= fleet.guests[guest].diskVirtual.value
      asked += 1
    }
    return asked > 0
  }
}
