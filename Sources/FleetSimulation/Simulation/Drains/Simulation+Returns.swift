internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Guests that had to leave a host go back to it.

extension Simulation {
  /// A guest has to leave its host: where it is to come back to, unless it has been sent away before.
  mutating func noteHome(of guest: Int32, _ index: Int) {
    guard case .drains(let drains) = scenario.campaigns[index].kind, drains.returnHome != nil,
      campaigns[index].awayFromHome.insert(guest).inserted
    else { return }
    let home = fleet.guests[Int(guest)].host
    if campaigns[index].homes[home] == nil { campaigns[index].homeOrder.append(home) }
    campaigns[index].homes[home, default: []].append(guest)
  }

  /// A host is back: its guests come home, if they are to do so at once.
  mutating func hostIsBack(_ host: Int, _ drains: HostDrains, _ index: Int) {
    if drains.returnHome?.when == .hostBack { sendHome(to: Int32(host), index) }
  }

  /// All hosts are done: guests come home host by host, in passes over all of them as long as a pass brings anybody home.
  /// Those who find their home full of others who have not gone home yet have another chance (xen-orchestra#10295).
  ///
  /// - Returns: whether anybody is on his way.
  mutating func bringHome(_ index: Int) -> Bool {
    guard case .drains(let drains) = scenario.campaigns[index].kind, let home = drains.returnHome,
      home.when != .hostBack
    else { return false }
    while campaigns[index].openReturns == 0 {
      if let host = campaigns[index].homecoming.popLast() {
        sendHome(to: host, index)
        continue
      }
      let isFirst = campaigns[index].homePass == 0
      guard !campaigns[index].homes.isEmpty, isFirst || campaigns[index].returnedInPass > 0 else { break }
      campaigns[index].homePass += 1
      campaigns[index].returnedInPass = 0
      let order = campaigns[index].homeOrder.filter { campaigns[index].homes[$0] != nil }
      campaigns[index].homecoming = home.when == .atEnd ? order : order.reversed()
    }
    guard campaigns[index].openReturns == 0 else { return true }
    ledger.courses[index].returnMisses += campaigns[index].homes.reduce(0) { $0 + $1.value.count }
    campaigns[index].homes = [:]
    return false
  }

  private mutating func sendHome(to host: Int32, _ index: Int) {
    guard let guests = campaigns[index].homes.removeValue(forKey: host) else { return }
    // It is not over before each guest has been asked, though the first ones may refuse at once.
    campaigns[index].openReturns += 1
    for guest in guests {
      campaigns[index].awayFromHome.remove(guest)
      if campaigns[index].homePass <= 1 { ledger.courses[index].toReturn += 1 }
      campaigns[index].openReturns += 1
      sendHome(guest, ReturnDue(campaign: index, home: host))
    }
    campaigns[index].openReturns -= 1
  }

  private mutating func sendHome(_ guest: Int32, _ due: ReturnDue) {
    if fleet.guests[Int(guest)].host == due.home {
      // It never left, or has come back by itself.
      ledger.courses[due.campaign].returned += 1
      campaigns[due.campaign].returnedInPass += 1
      campaigns[due.campaign].openReturns -= 1
    } else if moveOfGuest[Int(guest)] >= 0 {
      // A later wish takes the place of an earlier one, which nobody can fulfil any more.
      if let earlier = returnsDue.updateValue(due, forKey: guest) {
        ledger.courses[earlier.campaign].returnMisses += 1
        campaigns[earlier.campaign].openReturns -= 1
      }
    } else {
      request(guest, campaign: due.campaign, targetHost: due.home, isReturn: true)
    }
  }

  /// Sends a guest home that was on another move when it was to go.
  mutating func returnIfDue(_ guest: Int32) {
    guard !returnsDue.isEmpty, moveOfGuest[Int(guest)] < 0,
      let due = returnsDue.removeValue(forKey: guest)
    else { return }
    sendHome(guest, due)
  }

  /// Whether a guest gives its home up for now: it is full, and there may be another pass.
  func givesUpHome(_ move: Move) -> Bool {
    guard move.isReturn, campaigns[Int(move.campaign)].homePass > 0 else { return false }
    let (memory, disk) = needs(of: move)
    return !fleet.hosts[Int(move.targetHost)].fits(memory: memory, disk: disk)
  }

  mutating func returned(_ move: Move, isCompleted: Bool) {
    let index = Int(move.campaign)
    campaigns[index].openReturns -= 1
    if isCompleted {
      ledger.courses[index].returned += 1
      campaigns[index].returnedInPass += 1
    } else if campaigns[index].homePass > 0 {
      campaigns[index].homes[move.targetHost, default: []].append(move.guest)
    } else {
      ledger.courses[index].returnMisses += 1
    }
  }
}
