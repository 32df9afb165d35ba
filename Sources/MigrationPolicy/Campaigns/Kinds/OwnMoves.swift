public import DiscreteEvent
internal import FleetModel
public import Quantities

/// Customers move their guests when they please: a Poisson process, each guest as likely as any other.
public struct OwnMoves: GuestCampaign {
  /// Of the whole fleet.
  public var perSecond = 0.0
  public var start = Duration.zero

  public init() {}

  public var firstTurn: Duration { start }
  /// KubeVirt's VEP 62.
  public var standardPriority: Int { 50 }

  public mutating func turn(
    _ number: Int, at now: Instant, in view: some CampaignView, chance: inout RandomStream,
    orders: inout CampaignOrders
  ) {
    // The first turn only draws when somebody comes.
    let guests = view.fleet.guests.count
    let (gap, who) = (-log1p(-chance.uniform()), chance.uniform())
    if number > 0, guests > 0 { orders.ask(GuestWish(guest: min(guests - 1, Int(who * Double(guests))))) }
    if perSecond > 0, guests > 0 { orders.next = now + Duration(seconds: gap / perSecond) }
  }
}

#if canImport(Glibc)
  private import Glibc
#endif
