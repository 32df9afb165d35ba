internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

extension StreamPurpose {
  static let campaign = StreamPurpose("campaign")
  static let relocationOrder = StreamPurpose("campaign.order")
}

// Why guests move, and when.

extension Simulation {
  mutating func startCampaigns() {
    for (index, campaign) in scenario.campaigns.enumerated() {
      if let deadline = campaign.deadline {
        _ = queue.schedule(at: .zero + deadline.after, .campaignDeadline(Int32(index)))
      }
      switch campaign.kind {
      case .drains(let drains): scheduleFirst(drains, index)
      case .relocation(let relocation):
        campaigns[index].order = relocationOrder(relocation, index)
        scheduleNext(relocation, index)
      case .resizes(let resizes): scheduleNext(resizes, index)
      case .guests(let moves):
        _ = queue.schedule(at: .zero + moves.kind.firstTurn, .campaign(Int32(index)))
      }
    }
  }

  mutating func campaignDue(_ index: Int) {
    guard !campaigns[index].isStopped else { return }
    campaignBegan(index)
    switch scenario.campaigns[index].kind {
    case .drains(let drains):
      switch drains.order {
      case .everyHost where drains.waves != nil: beginWave(index)
      case .everyHost:
        campaigns[index].pending += drains.end == nil ? campaigns[index].allTurns : 1
        scheduleTurn(drains, index)
      case .atRandom(let perSecond):
        campaigns[index].pending += 1
        scheduleArrival(perSecond, after: now, index)
      }
      startDrains(index)
    case .relocation(let relocation):
      relocateNext(relocation, index)
      scheduleNext(relocation, index)
    case .resizes(let resizes):
      resizeSomebody(resizes, index)
      scheduleNext(resizes, index)
    case .guests: takeTurn(ofCampaign: index)
    }
  }

  /// The next event of a Poisson process. Keyed by its number: each variant has the same arrivals.
  mutating func scheduleArrival(_ perSecond: Double, after time: Instant, _ index: Int) {
    guard perSecond > 0 else { return }
    var arrival = stream(UInt64(index) << 40 | UInt64(campaigns[index].arrivals), .arrivals)
    campaigns[index].arrivals += 1
    let gap = -1 / perSecond * log1p(-arrival.uniform())
    _ = queue.schedule(at: time + Duration(seconds: gap), .campaign(Int32(index)))
  }

  // MARK: - Relocation

  private func relocationOrder(_ relocation: Relocation, _ index: Int) -> [Int32] {
    guard let site = fleet.siteIndex(named: relocation.from) else { return [] }
    var order = fleet.guests.indices.filter { fleet.hosts[Int(fleet.guests[$0].host)].site == Int32(site) }
      .map(Int32.init)
    var shuffle = stream(UInt64(index), .relocationOrder)
    for i in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(i, shuffle.index(below: i + 1)) }
    return Array(order.prefix(relocation.guests))
  }

  private mutating func scheduleNext(_ relocation: Relocation, _ index: Int) {
    let progress = campaigns[index]
    guard progress.next < progress.order.count else { return }
    let share = (Double(progress.next) + 0.5) / Double(progress.order.count)
    let time = relocation.start + (relocation.end - relocation.start) * share
    _ = queue.schedule(at: max(.zero + time, now), .campaign(Int32(index)))
  }

  private mutating func relocateNext(_ relocation: Relocation, _ index: Int) {
    let guest = campaigns[index].order[campaigns[index].next]
    campaigns[index].next += 1
    // A guest that is on another move goes when that is over: it must not be left behind.
    relocationsDue.append((guest, index))
    if moveOfGuest[Int(guest)] < 0 { relocateIfDue(guest) }
  }

  /// Begins the relocation of a guest that has no other move, if it is time for one.
  mutating func relocateIfDue(_ guest: Int32) {
    guard moveOfGuest[Int(guest)] < 0,
      let place = relocationsDue.firstIndex(where: { $0.guest == guest })
    else { return }
    let campaign = relocationsDue.remove(at: place).campaign
    guard !campaigns[campaign].isStopped,
      case .relocation(let relocation) = scenario.campaigns[campaign].kind,
      let site = fleet.siteIndex(named: relocation.to),
      fleet.hosts[Int(fleet.guests[Int(guest)].host)].site != Int32(site)
    else { return }
    request(guest, campaign: campaign, targetSite: Int32(site))
  }

  // MARK: - Resizes

  private mutating func scheduleNext(_ resizes: Resizes, _ index: Int) {
    scheduleArrival(resizes.perSecond, after: now, index)
  }

  private mutating func resizeSomebody(_ resizes: Resizes, _ index: Int) {
    guard !fleet.guests.isEmpty else { return }
    var choice = stream(UInt64(index) << 40 | UInt64(campaigns[index].next), .choices)
    campaigns[index].next += 1
    var guest = choice.index(below: fleet.guests.count)
    let isUp = choice.chance(resizes.up)
    // The rate is that of resizes that there is a flavor for: whoever has the smallest wants no smaller one.
    for _ in 0..<Simulation.mostChoices {
      if let flavor = fleet.neighbour(of: guest, isLarger: isUp) {
        request(Int32(guest), campaign: index, flavor: Int16(flavor))
        return
      }
      guest = choice.index(below: fleet.guests.count)
    }
    ledger.resizes.unfit += 1
  }

  /// Guests that are looked at for one who can have another size. Where one in a hundred can, it is missed once in
  /// 23,000 times.
  private static let mostChoices = 1_000
}

#if canImport(Glibc)
  private import Glibc
#endif
