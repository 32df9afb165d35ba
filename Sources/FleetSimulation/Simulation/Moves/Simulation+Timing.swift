internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

extension StreamPurpose {
  static let gate = StreamPurpose("move.gate")
}

// When a guest is stopped: the date that was agreed, its window, or somebody's leave.

extension Simulation {
  /// Puts the times into a plan that the chain's step and the guest's window set to it.
  func time(_ plan: inout CutoverPlan, for move: Move) {
    let terms = chainStep(of: move).cutover
    guard move.agreed != nil || terms.moment != .asap else { return }
    if let agreed = move.agreed, agreed > now { plan.notBefore = max(plan.notBefore ?? agreed, agreed) }
    switch terms.moment {
    case .asap: break
    // An emergency waits for no customer, and a customer for no window; an operator's leave is his own.
    case .inWindow where move.isEmergency || move.notice?.isByCustomer == true: break
    case .gate(let gate) where move.isEmergency && gate.kind == .onCustomerReboot: break
    case .inWindow(let name):
      plan.windows = window(named: name, of: move)?.schedule(until: now + terms.longestWait)
    case .gate(let gate):
      plan.gate = CutoverGate(gate.kind, within: gate.within, otherwise: gate.otherwise)
    }
  }

  /// When the window that a step waits for opens next; `nil` where it waits for none, or none opens in time.
  func opening(from date: Instant, for move: Move) -> Instant? {
    let terms = chainStep(of: move).cutover
    guard case .inWindow(let name) = terms.moment else { return nil }
    return window(named: name, of: move)?.schedule(until: date + terms.longestWait).opening(from: date)
  }

  /// The window that is named, or that the guest's group has.
  private func window(named name: String?, of move: Move) -> MaintenanceWindow? {
    if let name { return scenario.windows.first { $0.name == name } }
    let group = fleet.groups[Int(fleet.guests[Int(move.guest)].group)].name
    return scenario.windows.first { $0.groups.contains(group) }
  }

  /// From when the copy is ready until somebody lets the guest be stopped; `nil` if nobody does.
  func gateDelay(of move: Move) -> Duration? {
    guard case .gate(let terms) = chainStep(of: move).cutover.moment else { return nil }
    var chance = stream(luckEntity(of: move), .gate)
    let after = Duration(seconds: max(0, terms.after.sample(&chance)))
    // A hard reboot is none that the move could take part in.
    if terms.kind == .onCustomerReboot, chance.uniform() < terms.hard { return nil }
    return after
  }

  // MARK: - Notices

  /// The guest was stopped: was its customer told in time?
  mutating func checkNotice(_ slot: Int32, _ strategy: Int, stopped: Instant) {
    guard let minimum = minimumNotice[strategy] else { return }
    guard !moves[slot].isEmergency else {
      ledger.notices.waived += 1
      return
    }
    let notice = moves[slot].notice
    let isInTime = notice.map { $0.isByCustomer || stopped - $0.opened >= minimum } ?? false
    if isInTime || minimum == .zero { ledger.notices.kept += 1 } else { ledger.notices.violated += 1 }
  }

  /// Where the tickets stand whose moves have not ended, in the words of Linode's API.
  mutating func countOpenTickets() {
    for slot in 0..<moves.end where moves.contains(slot) {
      guard let notice = moves[slot].notice else { continue }
      if moves[slot].attempt >= 0 {
        ledger.tickets.inProgress += 1
      } else if notice.date <= now {
        ledger.tickets.started += 1
      } else if notice.isAnswered {
        ledger.tickets.scheduled += 1
      } else {
        ledger.tickets.pending += 1
      }
    }
  }

  // MARK: - Confirmation

  /// Keeps what a resized guest had on its old host until somebody confirms the resize.
  mutating func hold(_ memory: Bytes, _ disk: Bytes, on host: Int, _ confirmation: ResizeConfirmation) {
    fleet.hosts[host].reserve(memory: memory, disk: disk)
    refile(host)
    let number = holds.insert(ResizeHold(host: Int32(host), memory: memory, disk: disk))
    guard case .after(let time) = confirmation else { return }
    _ = queue.schedule(at: now + time, .confirmed(hold: number))
  }

  mutating func confirm(_ number: Int32) {
    let hold = holds.remove(number)
    fleet.hosts[Int(hold.host)].release(memory: hold.memory, disk: hold.disk)
    refile(Int(hold.host))
    ledger.resizes.confirmed += 1
  }

  mutating func countHolds() {
    for number in 0..<holds.end where holds.contains(number) {
      ledger.resizes.unconfirmed += 1
      ledger.resizes.heldBytes += holds[number].memory.value
    }
  }
}

/// What a customer was told, and what he made of it.
struct Notice {
  var opened: Instant
  /// The date it came to.
  var date: Instant
  var isAnswered = true
  var isByCustomer = false
}
