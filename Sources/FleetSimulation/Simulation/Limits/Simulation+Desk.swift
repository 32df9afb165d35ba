internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

extension StreamPurpose {
  static let admission = StreamPurpose("move.admission")
}

// Moves that wait for leave of the limits, in the order of the policy.

extension Simulation {
  mutating func enterDesk(_ slot: Int32) {
    let place = DeskPlace(move: slot, ticket: desk.ticket(), key: orderKey(of: moves[slot]))
    moves[slot].wait = .desk(ticket: place.ticket)
    desk.arrivals.append(place)
    note(moves[slot].guest, .waits(.turn(ahead: desk.waiting.count)))
    desk.isDue = true
  }

  private func orderKey(of move: Move) -> Double {
    switch scenario.limits.order {
    case .fifo: return 0
    case .priority(let ranks): return -Double(ranks[scenario.campaigns[Int(move.campaign)].name] ?? 0)
    case .smallest: return bytesToMove(move)
    case .largest: return -bytesToMove(move)
    case .oldest: return fleet.guests[Int(move.guest)].born.seconds
    case .shuffle:
      var lot = stream(luckEntity(of: move), .admission)
      return lot.uniform()
    }
  }

  private func bytesToMove(_ move: Move) -> Double {
    let guest = fleet.guests[Int(move.guest)]
    return guest.memory.value + guest.diskAllocated(at: now).value
  }

  /// Lets those begin that can. What comes of one may let others come or go: it goes on until nobody has come.
  mutating func serveDesk() {
    guard desk.isDue, !desk.isServing else { return }
    desk.isServing = true
    defer { desk.isServing = false }
    while desk.isDue {
      desk.isDue = false
      // The next batch begins when the last one has ended altogether.
      if scenario.limits.release == .barrier, underWay > 0 { return }
      desk.sortIn()
      let line = desk.waiting
      desk.waiting = []
      var kept: [DeskPlace] = []
      var isHeldUp = false
      for place in line where waits(place) {
        isHeldUp = isHeldUp || underWay >= scenario.limits.fleet || desk.isExhausted(scenario.limits)
        if isHeldUp || !tryToBegin(place) {
          kept.append(place)
          isHeldUp = isHeldUp || scenario.limits.isStrict
        }
      }
      desk.waiting = kept
      // What was begun has changed what is free, but only for the worse.
      desk.isDue = !desk.arrivals.isEmpty
    }
  }

  private func waits(_ place: DeskPlace) -> Bool {
    moves.contains(place.move) && moves[place.move].wait == .desk(ticket: place.ticket)
  }

  /// - Returns: whether it has left the line.
  private mutating func tryToBegin(_ place: DeskPlace) -> Bool {
    let host = Int(fleet.guests[Int(moves[place.move].guest)].host)
    guard hosts[host].out < hostOutLimit(host) else { return false }
    desk.stays = false
    begin(place.move)
    return !desk.stays
  }

  /// The move cannot begin now: it keeps its place.
  mutating func stayAtDesk() { desk.stays = true }

  // MARK: - Rules

  /// What a move takes of each rule on its way.
  func charges(for plan: CutoverPlan, from source: Int, to target: Int) -> [LimitCharge] {
    var charges: [LimitCharge] = []
    for (number, rule) in scenario.limits.rules.enumerated() {
      let units = rule.cost.units(of: plan)
      guard units > 0 else { continue }
      let places = places(of: rule, number, plan, from: source, to: target)
      for index in 0..<places.count {
        let key = LimitKey(rule: Int32(number), first: places[index].first, second: places[index].second)
        charges.append(LimitCharge(key: key, units: units, hold: rule.held))
      }
    }
    return charges
  }

  private func places(
    of rule: LimitRule, _ number: Int, _ plan: CutoverPlan, from source: Int, to target: Int
  ) -> LimitPlaces {
    let (from, to) = (fleet.hosts[source], fleet.hosts[target])
    let counts = (from: desk.isAbout(number, site: from.site), to: desk.isAbout(number, site: to.site))
    var places = LimitPlaces()
    func addBoth(_ first: Int, _ second: Int) {
      if counts.from { places.add(first) }
      if counts.to { places.add(second) }
    }
    switch rule.scope {
    case .hostOut: if counts.from { places.add(source) }
    case .hostIn: if counts.to && source != target { places.add(target) }
    case .host, .nic: addBoth(source, target)
    case .pair: if counts.from || counts.to { places.add(source, target) }
    case .pool: if plan.media.contains(.disk) { addBoth(source, target) }
    case .rack: addBoth(Int(from.rack), Int(to.rack))
    case .rackUplink: if from.rack != to.rack { addBoth(Int(from.rack), Int(to.rack)) }
    case .site: addBoth(Int(from.site), Int(to.site))
    case .wan: if from.site != to.site { addBoth(Int(from.site), Int(to.site)) }
    case .fleet: if counts.from || counts.to { places.add(0) }
    case .appliance: if goesThrough(number, source, target) { places.add(0) }
    }
    return places
  }

  /// Whether a way leads through an appliance: between sites, and the one that it stands in, if it names one.
  private func goesThrough(_ rule: Int, _ source: Int, _ target: Int) -> Bool {
    let (from, to) = (fleet.hosts[source].site, fleet.hosts[target].site)
    return from != to && (desk.isAbout(rule, site: from) || desk.isAbout(rule, site: to))
  }

  /// The first rule without the units for a move; `nil` where all have them.
  func fullRule(_ charges: [LimitCharge]) -> LimitRule? {
    for charge in charges {
      let rule = scenario.limits.rules[Int(charge.key.rule)]
      if desk.inUse(charge.key) + charge.units > rule.capacity { return rule }
    }
    return nil
  }

  /// What becomes of a move for which a rule has no units.
  mutating func holdBack(_ slot: Int32, _ rule: LimitRule, _ strategy: Int, target: Int) {
    note(moves[slot].guest, .waits(.limit(rule.label)))
    switch rule.whenFull {
    case .queue: stayAtDesk()
    case .reject: refuse(slot, .overLimit, strategy)
    case .retry(let after):
      unpark(slot)
      wait(slot, until: now + after)
    case .park:
      park(slot, on: target)
      stayAtDesk()
    }
  }

  /// The appliances on a way, as parts of the path.
  func addAppliances(to path: inout FlowPath, from source: Int, to target: Int) {
    guard !desk.isPlain else { return }
    for number in scenario.limits.rules.indices {
      guard let resource = desk.appliance(number), goesThrough(number, source, target) else { continue }
      if path.count < FlowPath.limit { path.append(resource) }
    }
  }

  /// An attempt gives back what it has taken: all of it, or what it keeps only until its disk has been copied.
  mutating func giveBack(_ index: Int32, onlyCopied: Bool = false) {
    guard !attempts[index].charges.isEmpty else { return }
    for charge in attempts[index].charges where !onlyCopied || charge.hold == .untilCopied {
      desk.give(back: charge)
    }
    attempts[index].charges.removeAll { !onlyCopied || $0.hold == .untilCopied }
  }

  // MARK: - Parked

  /// Reserves the room at the destination, and prepares it, while the move waits.
  private mutating func park(_ slot: Int32, on target: Int) {
    guard moves[slot].parked == nil, target != Int(fleet.guests[Int(moves[slot].guest)].host) else { return }
    let (memory, disk) = needs(of: moves[slot])
    fleet.hosts[target].reserve(memory: memory, disk: disk)
    moves[slot].parked = Parking(host: Int32(target), since: now, memory: memory, disk: disk)
    refile(target)
  }

  /// Gives the room up that was kept for a move.
  mutating func unpark(_ slot: Int32) {
    guard let parked = moves[slot].parked else { return }
    moves[slot].parked = nil
    fleet.hosts[Int(parked.host)].release(memory: parked.memory, disk: parked.disk)
    refile(Int(parked.host))
  }
}

extension RefusalReason {
  static let overLimit = RefusalReason(rawValue: "over_limit")
}
