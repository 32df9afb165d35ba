internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

/// Where moves wait for leave to begin, and what those under way have taken of the limits.
///
/// Used where limits say more than how many leave a host, enter one, and are under way at all; otherwise each host has a
/// line of its own, which costs less. Here all wait in one line, in the order of the policy, and at each change the first
/// that can begin does; O(waiting) a change.
struct AdmissionDesk {
  let isPlain: Bool
  /// In order.
  var waiting: [DeskPlace] = []
  /// Those who came while the line was being served, or since.
  var arrivals: [DeskPlace] = []
  private var nextTicket: UInt64 = 1
  /// Something has changed that may let somebody begin.
  var isDue = false
  var isServing = false
  /// The one that is being tried stays in line.
  var stays = false
  private var used: [LimitKey: Int] = [:]
  /// The site that each rule is about; of any: -1.
  private let sites: [Int32]
  /// What all that goes through an appliance shares, by the number of its rule.
  private var appliances: [Int: ResourceID] = [:]

  init(_ limits: MigrationLimits, _ fleet: Fleet, _ network: inout FlowNetwork) {
    isPlain = limits.isPlain
    sites = limits.rules.map { $0.site.flatMap { fleet.siteIndex(named: $0) }.map(Int32.init) ?? -1 }
    for (number, rule) in limits.rules.enumerated() where rule.rate < .unlimited {
      appliances[number] = network.addResource(capacity: rule.rate)
    }
  }

  mutating func ticket() -> UInt64 {
    nextTicket += 1
    return nextTicket - 1
  }

  /// Puts arrivals where they belong.
  mutating func sortIn() {
    guard !arrivals.isEmpty else { return }
    waiting += arrivals
    arrivals.removeAll(keepingCapacity: true)
    waiting.sort { ($0.key, $0.ticket) < ($1.key, $1.ticket) }
  }

  func inUse(_ key: LimitKey) -> Int { used[key] ?? 0 }

  mutating func take(_ charge: LimitCharge) { used[charge.key, default: 0] += charge.units }

  mutating func give(back charge: LimitCharge) {
    used[charge.key, default: 0] -= charge.units
    isDue = true
  }

  /// Whether a rule is about this site, among others.
  func isAbout(_ rule: Int, site: Int32) -> Bool { sites[rule] < 0 || sites[rule] == site }

  func appliance(_ rule: Int) -> ResourceID? { appliances[rule] }

  /// Whether nothing is left of a limit of the whole fleet.
  func isExhausted(_ limits: MigrationLimits) -> Bool {
    limits.rules.indices.contains { number in
      let rule = limits.rules[number]
      guard rule.scope == .fleet, rule.whenFull == .queue else { return false }
      let least = min(
        rule.cost.live, rule.cost.liveWithDisk, rule.cost.warm, rule.cost.cold, rule.cost.inPlace)
      return least > 0 && inUse(LimitKey(rule: Int32(number), first: 0, second: 0)) + least > rule.capacity
    }
  }
}

/// A place in line.
struct DeskPlace {
  var move: Int32
  var ticket: UInt64
  /// The lower goes first; at a tie the ticket decides.
  var key: Double
}

/// What a limit counts: which rule's, and of which host, rack, site or pair.
struct LimitKey: Hashable {
  var rule: Int32
  var first: Int32
  var second: Int32
}

/// What of a rule's kind a move touches: two at most.
struct LimitPlaces {
  private(set) var count = 0
  private var places: ((Int32, Int32), (Int32, Int32)) = ((0, 0), (0, 0))

  subscript(index: Int) -> (first: Int32, second: Int32) { index == 0 ? places.0 : places.1 }

  /// Adds a place, unless it is there.
  mutating func add(_ first: Int, _ second: Int = 0) {
    let place = (Int32(first), Int32(second))
    if count == 0 {
      places.0 = place
      count = 1
    } else if places.0 != place {
      places.1 = place
      count = 2
    }
  }
}

/// What an attempt has taken of a limit.
struct LimitCharge {
  var key: LimitKey
  var units: Int
  var hold: LimitHold
}

/// Room at a destination that is kept for a move which waits for a slot.
struct Parking {
  var host: Int32
  var since: Instant
  var memory: Bytes
  var disk: Bytes
}

/// What a resize keeps of its old host until it is confirmed.
struct ResizeHold {
  var host: Int32
  var memory: Bytes
  var disk: Bytes
}
