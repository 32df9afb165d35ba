internal import CutoverCore
internal import FleetExperiments
internal import FleetSimulation
internal import Quantities

/// Notes in the words of people.
struct NoteWords {
  let names: AttemptNames
  /// By host.
  let sites: [String]

  private var hasSites: Bool { Set(sites).count > 1 }

  func host(_ number: Int) -> String {
    "host \(number)" + (hasSites ? " (\(sites[number]))" : "")
  }

  func strategy(_ number: Int) -> String { names.strategies[number] }
  func campaign(_ number: Int) -> String { names.campaigns[number] }

  /// What the note says; `nil` for what is not worth a line.
  func text(_ note: Note) -> String? {
    switch note.event {
    case .asked(let campaign, let isDrain):
      let wish = "\(self.campaign(campaign)) asks for its move"
      return isDrain ? wish + ": \(host(note.host)) is to be emptied" : wish + " from \(host(note.host))"
    case .turnedAway(let campaign):
      return "\(self.campaign(campaign)) asks for a move as well, in vain: one is under way"
    case .tooFull(let campaign):
      return "\(self.campaign(campaign)) asks for a smaller size, in vain: its disk holds more"
    case .stepBegan(let strategy, let step, let count):
      let place = count == 1 ? "the only step of its chain" : "step \(step + 1) of \(count) of its chain"
      return "\(self.strategy(strategy)): \(place)"
    case .ticket(let date, let answer): return ticket(date, answer)
    case .ticketRefused: return "ticket: its owner does not want it, or does not answer"
    case .waits(let wait): return waits(wait, note.host)
    case .overdue(let owner): return "\(owner) has waited long enough"
    // Told with what becomes of the step.
    case .examined: return nil
    case .refused(let strategy, let reason):
      return "\(self.strategy(strategy)) refused: \(FailureReason.words(for: reason.rawValue))"
    case .attemptBegan(let strategy, let number, let target, let cap):
      let rate = cap == .unlimited ? "" : ", at most \(cap)"
      return "attempt \(number): \(self.strategy(strategy)) from \(host(note.host)) to \(host(target))\(rate)"
    case .acted(let action, let event, let took): return ActionWords.text(action, event, took, note.host)
    case .attemptEnded(let strategy, let outcome, let target, let costs):
      return ended(strategy, outcome, target, costs, note.host)
    case .incident(let down):
      return "found hanging after all, and booted again: down for \(Figure.span(down.seconds)) more"
    case .bootsAgain(let time): return "boots on \(host(note.host)), in \(Figure.span(time.seconds))"
    case .lost: return "lost: \(host(note.host)) has died with it"
    case .restarted(let target): return "its host has failed: started on \(host(target))"
    case .moveEnded(let isCompleted, let downtime):
      let cost = downtime > .zero ? ", down for \(Figure.span(downtime.seconds)) in all" : ", never down"
      return isCompleted
        ? "moved: on \(host(note.host))\(cost)" : "given up: stays on \(host(note.host))\(cost)"
    case .drainBegan(let campaign, let guests):
      return "\(self.campaign(campaign)) begins to empty it of \(count(guests.count))"
    case .drainFinished(let until): return "empty; worked on until \(Moment.text(until))"
    case .drainGivenUp(let left, let isOutOfTime):
      let why = isOutOfTime ? "out of time" : "every chain has come to its end"
      return "given up, \(why): \(count(left.count)) left"
    case .tookBack: return "back in service"
    case .failed(let until): return "fails; back at \(Moment.text(until))"
    case .repaired: return "repaired"
    }
  }

  private func count(_ guests: Int) -> String { guests == 1 ? "1 VM" : "\(guests) VMs" }

  private func ticket(_ date: Instant, _ answer: TicketAnswer) -> String {
    switch answer {
    case .letItRun: "ticket: its owner is told of \(Moment.text(date)), and agrees"
    case .movedTheDate: "ticket: its owner asks for a later date, \(Moment.text(date))"
    case .silence: "ticket: its owner is told of \(Moment.text(date)), and does not answer"
    case .startsItHimself: "ticket: its owner starts it himself, at \(Moment.text(date))"
    }
  }

  private func waits(_ wait: NoteWait, _ host: Int) -> String? {
    switch wait {
    case .turn(let ahead):
      ahead == 0
        ? "waits for its turn: as many leave \(self.host(host)), or move in the fleet, as may at once"
        : "waits for its turn: \(ahead) in line before it on \(self.host(host))"
    case .limit(let name): "waits: the limit \(name) has no units left"
    case .slot: "waits for a slot: hosts with room take in as many as they may"
    case .room(let memory, let disk, _):
      "waits for room: no host that is fit has \(memory) of RAM and \(disk) of disk free"
    case .rule(let reason, _): "waits: \(FailureReason.words(for: reason.rawValue))"
    // The ticket has said so.
    case .date: nil
    case .backoff(let until): "tries again at \(Moment.text(until))"
    case .repair(let until): "waits: \(self.host(host)) is down until \(Moment.text(until))"
    }
  }

  private func ended(
    _ strategy: Int, _ outcome: CutoverOutcome, _ target: Int, _ costs: NoteCosts, _ host: Int
  ) -> String {
    let name = self.strategy(strategy)
    let cost = "\(Figure.span(costs.time.seconds)), \(costs.transferred.description)"
    let down = costs.downtime > .zero ? ", down for \(Figure.span(costs.downtime.seconds))" : ""
    guard outcome != .completed else { return "\(name) completed: \(cost)\(down)" }
    let reason = FailureReason.words(for: outcome.code)
    if case .lost = outcome { return "\(name) failed: \(reason); \(cost) for nothing\(down)" }
    return "\(name) failed: \(reason); \(cost) for nothing\(down), and it is still on \(self.host(host))"
  }
}
