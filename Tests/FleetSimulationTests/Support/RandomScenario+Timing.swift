import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPolicy
import Quantities

@testable import FleetSimulation

extension RandomScenario {
  /// Windows, gates, dates, notices, and other people's patience.
  func time(_ scenario: inout Scenario, _ random: inout Choices) {
    let groups = scenario.fleet.guests.map(\.name)
    scenario.windows = (0..<random.int(0...2)).map { window("window\($0)", groups, &random) }
    if random.chance(0.5) {
      for strategy in ["warm", "reboot", "cold"] where random.chance(0.6) {
        scenario.notices.minimum[strategy] = .hours(Int64(random.int(0...72)))
      }
    }
    for index in scenario.campaigns.indices {
      for step in scenario.campaigns[index].chain.steps.indices {
        time(&scenario.campaigns[index].chain.steps[step], scenario.windows.map(\.name), &random)
      }
      watch(&scenario.campaigns[index].chain, &random)
    }
  }

  private func window(_ name: String, _ groups: [String], _ random: inout Choices) -> MaintenanceWindow {
    var window = MaintenanceWindow()
    window.name = name
    window.weekly = (0..<random.int(1...3)).map { _ in
      var range = WeeklyRange()
      range.from = .hours(Int64(random.int(0...167)))
      range.length = .hours(Int64(random.int(1...24)))
      return range
    }
    if random.chance(0.4) { window.utcOffset = .hours(Int64(random.int(-12...14))) }
    if random.chance(0.3) {
      var blackout = DateRange()
      blackout.from = .hours(Int64(random.int(0...200)))
      blackout.until = blackout.from + .hours(Int64(random.int(1...48)))
      window.blackouts = [blackout]
    }
    window.groups = groups.filter { _ in random.chance(0.5) }
    if random.chance(0.3) { window.leaves = .minutes(Int64(random.int(0...50))) }
    return window
  }

  private func time(_ step: inout ChainStep, _ windows: [String], _ random: inout Choices) {
    if random.chance(0.3) { ticket(&step, &random) }
    step.cutover.longestWait = .hours(Int64(random.int(1...72)))
    switch random.int(0...5) {
    case 0, 1: step.cutover.moment = .inWindow(random.one(of: [nil] + windows.map { $0 }))
    case 2: step.cutover.moment = .gate(gate(step.strategy, &random))
    default: break
    }
    if random.chance(0.3) {
      step.confirmation = random.one(of: [.never, .after(.hours(Int64(random.int(0...48))))])
    }
    for cause in FailureCause.allCases where random.chance(0.1) {
      step.on[cause] = random.one(of: [.next, .retry, .incident, .stop])
    }
    if random.chance(0.3) {
      step.backoff = .minutes(Int64(random.int(0...200)))
      step.longestBackoff = .minutes(Int64(random.int(1...200)))
      step.wantsOtherTarget = random.chance(0.5)
    }
  }

  private func ticket(_ step: inout ChainStep, _ random: inout Choices) {
    var terms = step.ticket ?? TicketTerms()
    terms.notice = .hours(Int64(random.int(0...72)))
    (terms.startedByCustomer, terms.moved, terms.optedOut) = (0.2, 0.3, 0.1)
    terms.unanswered = 0.2
    terms.needsAnswer = random.chance(0.3)
    terms.mostMoves = random.int(1...3)
    terms.movedByUpTo = .hours(Int64(random.int(1...48)))
    terms.window = .minutes(Int64(random.int(0...120)))
    if random.chance(0.5) { terms.latest = .hours(Int64(random.int(1...96))) }
    step.ticket = terms
    if random.chance(0.5) { step.cutover.copyAhead = .hours(Int64(random.int(0...24))) }
  }

  private func gate(_ strategy: String, _ random: inout Choices) -> GateTerms {
    var gate = GateTerms()
    // Only what boots the guest can take part in a customer's reboot.
    if ["warm", "reboot", "cold"].contains(strategy) {
      gate.kind = random.one(of: [.byHand, .onCustomerReboot])
      gate.hard = 0.3
    }
    gate.after = (try? .exponential(mean: random.number(60...90_000))) ?? .zero
    gate.within = .hours(Int64(random.int(1...24)))
    gate.otherwise = random.one(of: [.goAhead, .giveUp])
    return gate
  }

  /// Owners who lose patience, and the most that a chain may try; a step may go back to an earlier one then.
  private func watch(_ chain: inout FallbackChain, _ random: inout Choices) {
    chain.deadlines = (0..<random.int(0...3)).map { number in
      var deadline = OwnerDeadline()
      deadline.owner = "owner\(number)"
      deadline.scope = random.one(of: DeadlineScope.allCases)
      if random.chance(0.2) {
        deadline.at = .hours(Int64(random.int(0...100)))
      } else {
        deadline.after = .minutes(Int64(random.int(0...3_000)))
      }
      deadline.then = random.one(of: OverdueAction.allCases)
      return deadline
    }
    guard random.chance(0.3) else { return }
    chain.mostTries = random.int(1...6)
    let last = chain.steps.count - 1
    chain.steps[last].on[random.one(of: FailureCause.allCases)] = .goTo(random.int(0...last))
  }
}
