public import DiscreteEvent
public import FleetModel
public import Quantities

/// A known number of guests get another size, evenly up to a date.
public struct ResizeBatch: GuestCampaign {
  public var guests = 0
  /// The share that goes to the next larger flavor of its group; the others go to the next smaller.
  public var up = 1.0
  public var start = Duration.zero
  public var end = Duration.days(1)

  /// Those who still have to go, the next one last.
  private var waiting: [Wish] = []
  private var asked = 0

  private struct Wish: Hashable {
    var guest: Int32
    var isLarger: Bool
  }

  public init() {}

  public var firstTurn: Duration { start }
  /// Bulk work of the operator, as a drain is.
  public var standardPriority: Int { 100 }

  private var goingUp: Int { Int((Double(guests) * up).rounded()) }

  public mutating func turn(
    _ number: Int, at now: Instant, in view: some CampaignView, chance: inout RandomStream,
    orders: inout CampaignOrders
  ) {
    if number == 0 { choose(view.fleet, &chance) }
    // One that is on another move has its turn later, if there is anybody else.
    let place = waiting.lastIndex { !view.isBusy(Int($0.guest)) } ?? waiting.count - 1
    guard place >= 0 else { return }
    let wish = waiting.remove(at: place)
    if let flavor = view.fleet.neighbour(of: Int(wish.guest), isLarger: wish.isLarger) {
      orders.ask(GuestWish(guest: Int(wish.guest), flavor: flavor))
    }
    asked += 1
    guard !waiting.isEmpty else { return }
    let share = Double(asked) / Double(asked + waiting.count)
    orders.next = .zero + (start + (end - start) * share)
  }

  /// Larger ones first as they are drawn, then all in random order.
  private mutating func choose(_ fleet: Fleet, _ chance: inout RandomStream) {
    var order = Array(fleet.guests.indices)
    chance.shuffle(&order)
    var (larger, smaller) = (goingUp, guests - goingUp)
    for guest in order {
      let canGrow = larger > 0 && fleet.neighbour(of: guest, isLarger: true) != nil
      let canShrink = smaller > 0 && fleet.neighbour(of: guest, isLarger: false) != nil
      guard canGrow || canShrink else { continue }
      // In proportion to what is still wanted, where both are possible.
      let grows = canGrow && (!canShrink || chance.uniform() * Double(larger + smaller) < Double(larger))
      if grows { larger -= 1 } else { smaller -= 1 }
      waiting.append(Wish(guest: Int32(guest), isLarger: grows))
    }
    waiting.reverse()
  }

  public func problem(in fleet: Fleet) -> CampaignProblem? {
    for (wanted, isLarger) in [(goingUp, true), (guests - goingUp, false)] {
      let there = fleet.guests.indices.count { fleet.neighbour(of: $0, isLarger: isLarger) != nil }
      if wanted > there {
        return CampaignProblem(
          "\(wanted) guests are to get a \(isLarger ? "larger" : "smaller") size, and \(there) could",
          remedy: "at most \(there), or more flavors in their group", at: "vms")
      }
    }
    return nil
  }
}

extension RandomStream {
  /// Fisher and Yates.
  mutating func shuffle(_ items: inout [Int]) {
    for i in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(i, index(below: i + 1)) }
  }
}
