internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

extension StreamPurpose {
  static let guestCampaign = StreamPurpose("campaign.turn")
}

// Campaigns that move guests one by one, as a kind of their own decides.

extension Simulation {
  mutating func takeTurn(ofCampaign index: Int) {
    guard campaigns[index].kind != nil else { return }
    var chance = stream(UInt64(index) << 40 | UInt64(campaigns[index].next), .guestCampaign)
    var orders = orders
    orders.clear()
    do {
      // What it sees must not outlive the turn, or the first change would copy it.
      let view = FleetView(fleet: fleet, hosts: hosts, moveOfGuest: moveOfGuest)
      let (number, now) = (campaigns[index].next, now)
      campaigns[index].kind?.turn(
        number, at: now, in: view, chance: &chance, orders: &orders)
    }
    campaigns[index].next += 1
    if let next = orders.next {
      _ = queue.schedule(at: max(next, now + Duration(nanoseconds: 1)), .campaign(Int32(index)))
    } else {
      campaigns[index].isAsking = false
    }
    for wish in orders.wishes { request(wish, index) }
    self.orders = orders
    seeIfOver(index)
  }

  private mutating func request(_ wish: GuestWish, _ index: Int) {
    request(
      Int32(wish.guest), campaign: index, targetSite: wish.site.map { Int32($0) } ?? -1,
      flavor: wish.flavor.map { Int16($0) } ?? -1, targetHost: wish.host.map { Int32($0) } ?? -1)
  }

  /// Whether the only host that will do takes a guest.
  func standing(of host: Int, _ search: TargetSearch) -> HostIndex.Found {
    guard fits(search, key(of: host)) else { return .unfit }
    let isOpen = hosts[host].mayReceive && hosts[host].into < hostInLimit
    // A slot of another host is of no use, so that it looks again now and then, as for room.
    guard isOpen, fleet.hosts[host].fits(memory: search.wish.memory, disk: search.wish.disk),
      host != search.source
    else { return .noRoom }
    return setsAllow(search, host) ? .host(host) : .blocked(.affinity)
  }
}

/// The fleet as a guest campaign sees it.
private struct FleetView: CampaignView {
  let fleet: Fleet
  let hosts: ContiguousArray<HostDuty>
  let moveOfGuest: ContiguousArray<Int32>

  func isBusy(_ guest: Int) -> Bool { moveOfGuest[guest] >= 0 }
  func isInService(_ host: Int) -> Bool { hosts[host].mayReceive }
}
