internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// By which plan a guest goes, what the rules say of it, and where to.

extension Simulation {
  /// What is to come of a move whose turn it is.
  enum Choice {
    case go(Departure)
    case refused(RefusalReason)
    /// Not now.
    case later(RefusalReason)
    /// There is room, but its hosts take in as many as they may.
    case busy(SlotLines.Kind)
    /// The guest's own host is down until then.
    case down(Instant)
  }

  struct Departure {
    var plan: CutoverPlan
    var risk: KernelPolicyRow?
    var target: Int
  }

  /// A disk on shared storage stays there, as long as any other host of the site reaches it.
  mutating func choose(_ slot: Int32, _ strategy: Int, from source: Int) -> Choice {
    if fleet.sharesDisk(Int(moves[slot].guest), on: source) {
      let choice = choose(slot, strategy, from: source, .shared)
      guard case .refused(.storage) = choice else { return choice }
    }
    return choose(slot, strategy, from: source, .local)
  }

  private mutating func choose(
    _ slot: Int32, _ strategy: Int, from source: Int, _ disk: DiskPlacement
  ) -> Choice {
    moves[slot].sharesDisk = disk == .shared
    let move = moves[slot]
    let prepared: PreparedPlan
    switch plan(strategy, for: move, at: now) {
    case .plan(let plan): prepared = plan
    case .refused(let reason): return .refused(reason)
    }
    // One that is made anew needs nothing of its host.
    if let back = backAgain(move.guest, on: source), prepared.plan.rebuild == nil {
      guard lost.contains(move.guest) else { return .down(back) }
      // It comes back by being made again, if at all.
      return rebuildPolicy(of: source) == nil ? .refused(.hostDied) : .later(.hostDied)
    }
    let key = key(of: move, prepared, from: source)
    let number = book.number(of: key) ?? book.note(key, candidate(for: move, key, prepared.plan))
    book.prepare(number, fleet)
    if let refusal = book.decision(number).refusal {
      return Choice(refusal: refusalByKinds(of: move, number, from: source) ?? refusal)
    }
    let search = search(for: move, number, prepared.plan, from: source)
    switch target(of: search, slot, prepared.plan) {
    case .host(let target):
      let decision =
        book.looksAtKinds
        ? book.decision(number, onKind: fleet.hosts[target].kind) : book.decision(number)
      moves[slot].delay = decision.delay
      return .go(Departure(plan: prepared.plan, risk: decision.risk, target: target))
    case .unfit:
      guard book.looksAtKinds else { return .refused(.cpu) }
      if search.storage != nil, kinds(for: search).isEmpty { return .refused(.storage) }
      return refusalByKinds(of: move, number, from: source).map(Choice.init(refusal:)) ?? .refused(.cpu)
    case .noRoom: return .later(.targetFull)
    case .blocked(let reason): return .later(reason)
    case .busy: return .busy(search.wish)
    }
  }

  // MARK: - Plans

  /// The plan of a strategy for a move: prepared beforehand unless it is for this guest alone.
  mutating func plan(_ strategy: Int, for move: Move, at time: Instant) -> PlanBook.Answer {
    let disk: DiskPlacement = move.sharesDisk ? .shared : .local
    if let known = planBook.answer(strategy, flavor: move.flavor, disk) { return known }
    return planBook.ask(strategy, flavor: move.flavor, for: request(of: move, disk, at: time))
  }

  private func request(of move: Move, _ disk: DiskPlacement, at time: Instant) -> MigrationRequest {
    var request = MigrationRequest(guest: fleet.facts(of: Int(move.guest), at: time), disk: disk)
    if move.flavor >= 0 { request.resizeTo = fleet.flavors[Int(move.flavor)].disk }
    return request
  }

  /// What a guest needs on its target: after a resize, if that is what the move is for.
  func needs(of move: Move) -> (memory: Bytes, disk: Bytes) {
    let guest = fleet.guests[Int(move.guest)]
    guard move.flavor >= 0 else { return (guest.memory, move.sharesDisk ? .zero : guest.diskVirtual) }
    let flavor = fleet.flavors[Int(move.flavor)]
    // While the copy lasts the destination holds the old size too.
    return (flavor.memory, move.sharesDisk ? .zero : max(flavor.disk, guest.diskVirtual))
  }

  // MARK: - Rules

  func key(of move: Move, _ prepared: PreparedPlan, from source: Int) -> EligibilityBook.Case {
    let guest = fleet.guests[Int(move.guest)]
    return EligibilityBook.Case(
      plan: prepared.number, cpu: guest.bootCPU, kernel: guest.kernel, forbidsLive: guest.forbidsLive,
      traits: guest.traits, flavor: guest.flavor,
      source: book.looksAtKinds ? fleet.hosts[source].kind : -1, isEmergency: move.isEmergency,
      isBackingUp: isBackingUp(Int(move.guest)))
  }

  func candidate(for move: Move, _ key: EligibilityBook.Case, _ plan: CutoverPlan) -> Candidate {
    let guest = fleet.guests[Int(move.guest)]
    var candidate = Candidate(
      plan: plan, guestCPU: fleet.cpus[Int(key.cpu)], guestKernel: key.kernel, forbidsLive: key.forbidsLive)
    candidate.traits = fleet.traits[Int(key.traits)]
    candidate.memory = guest.memory
    candidate.disk = guest.diskVirtual
    candidate.isEmergency = key.isEmergency
    candidate.isBackingUp = key.isBackingUp
    if key.source >= 0 { candidate.source = fleet.facts(ofKind: Int(key.source)) }
    return candidate
  }

  /// The rule after which no host of the site is left.
  private func refusalByKinds(of move: Move, _ number: Int32, from source: Int) -> RuleRefusal? {
    guard book.looksAtKinds else { return nil }
    return book.refusal(number, onKinds: index.keys(ofSite: site(of: move, from: source), from: source))
  }

  func site(of move: Move, from source: Int) -> Int32 {
    move.targetSite >= 0 ? move.targetSite : fleet.hosts[source].site
  }

  /// Whether the guest is being backed up; each has a time of its own for that.
  private func isBackingUp(_ guest: Int) -> Bool {
    guard let backup = fleet.groups[Int(fleet.guests[guest].group)].backup else { return false }
    var phase = stream(UInt64(guest), .backup)
    let since = (now - Instant.zero).seconds + phase.uniform() * backup.every.seconds
    return since.truncatingRemainder(dividingBy: backup.every.seconds) < backup.lasts.seconds
  }

  // MARK: - Hosts

  /// What tells hosts apart for the rules.
  func key(of host: Int) -> Int32 {
    book.looksAtKinds ? fleet.hosts[host].kind : Int32(fleet.hosts[host].cpu)
  }

  /// A host comes back with another kernel or microcode.
  mutating func upgrade(_ host: Int, kernel: KernelVersion?, microcode: Int?) {
    guard kernel != nil || microcode != nil else { return }
    fleet.upgrade(host, kernel: kernel, microcode: microcode)
    // What the others of its pool give their guests may have changed with it.
    if fleet.levelsPools { for other in fleet.hosts.indices { refile(other) } }
  }

  private func search(
    for move: Move, _ number: Int32, _ plan: CutoverPlan, from source: Int
  ) -> TargetSearch {
    let needs = needs(of: move)
    let guest = fleet.guests[Int(move.guest)]
    return TargetSearch(
      guest: Int(move.guest), source: source,
      wish: SlotLines.Kind(
        site: site(of: move, from: source), passenger: book.passenger(number, cpu: guest.bootCPU, plan),
        memory: needs.memory, disk: needs.disk),
      storage: move.sharesDisk ? fleet.group(of: source).group.storage : nil, isEmergency: move.isEmergency)
  }
}

extension Simulation.Choice {
  fileprivate init(refusal: RuleRefusal) {
    self = refusal.isFinal ? .refused(refusal.reason) : .later(refusal.reason)
  }
}
