public import DiscreteEvent
public import FleetModel
public import Quantities

/// A kind of campaign that moves guests one by one: a value that has its turn now and then, looks at the fleet, and says
/// what it wants and when it comes again. It reads no clock and draws from no stream but the one it is given.
///
/// A new kind is one file with a type that conforms to this, and one line where scenarios name it. Turns cannot be had
/// without end: one that comes again at once, or earlier, comes a nanosecond later.
public protocol GuestCampaign: Hashable, Sendable {
  /// From the start of the simulation to its first turn.
  var firstTurn: Duration { get }
  /// See `Campaign.priority`.
  var standardPriority: Int { get }

  /// - Parameters:
  ///   - number: counts its turns from 0.
  ///   - now: the time of this turn.
  ///   - view: the fleet as it stands.
  ///   - chance: a stream for this turn alone, whatever was drawn in others.
  ///   - orders: takes the wishes, and when the next turn is to be.
  mutating func turn(
    _ number: Int, at now: Instant, in view: some CampaignView, chance: inout RandomStream,
    orders: inout CampaignOrders)

  /// Why it cannot come to anything in such a fleet; `nil` if nothing speaks against it.
  func problem(in fleet: Fleet) -> CampaignProblem?
}

extension GuestCampaign {
  public func problem(in fleet: Fleet) -> CampaignProblem? { nil }
}

/// A kind of guest campaign, whichever it is.
public struct GuestMoves: Hashable, Sendable {
  public var kind: any GuestCampaign

  public init(_ kind: any GuestCampaign) { self.kind = kind }

  public static func == (a: GuestMoves, b: GuestMoves) -> Bool { AnyHashable(a.kind) == AnyHashable(b.kind) }

  public func hash(into hasher: inout Hasher) { AnyHashable(kind).hash(into: &hasher) }
}

/// What a guest campaign may see.
public protocol CampaignView {
  var fleet: Fleet { get }
  /// Whether a guest is on a move already, or about to be.
  func isBusy(_ guest: Int) -> Bool
  /// Whether a host takes guests in, as far as its state goes.
  func isInService(_ host: Int) -> Bool
}

/// What a guest campaign wants after a turn.
public struct CampaignOrders: Sendable {
  public private(set) var wishes: [GuestWish] = []
  /// When it wants another turn; `nil`: never, it has asked for all that it wants.
  public var next: Instant?

  public init() {}

  public mutating func ask(_ wish: GuestWish) { wishes.append(wish) }

  package mutating func clear() {
    wishes.removeAll(keepingCapacity: true)
    next = nil
  }
}

/// That a guest be moved.
public struct GuestWish: Hashable, Sendable {
  public var guest: Int
  /// To this site; `nil`: within its own.
  public var site: Int?
  /// To this very host.
  public var host: Int?
  /// The flavor it is to have afterwards.
  public var flavor: Int?

  public init(guest: Int, site: Int? = nil, host: Int? = nil, flavor: Int? = nil) {
    self.guest = guest
    self.site = site
    self.host = host
    self.flavor = flavor
  }
}

/// Why a campaign cannot come to anything, known before it begins.
public struct CampaignProblem: Error, Hashable, Sendable {
  public var message: String
  public var remedy: String
  /// Which key of the campaign it is about, such as `hosts`.
  public var key: String?

  public init(_ message: String, remedy: String, at key: String? = nil) {
    self.message = message
    self.remedy = remedy
    self.key = key
  }
}
