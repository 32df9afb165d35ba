import CutoverCore
import Quantities

@testable import CutoverExploration

/// A run drawn as text: one line an event, with the time, what happened, and what the machine made of it.
///
/// The same text is the script and the expectation: `replay` takes the left-hand sides and writes the whole anew.
struct Transcript {
  enum Fault: Error { case unreadable(Substring) }

  let plan: CutoverPlan
  /// What the link carries, for the reports of copies.
  var bandwidth = ByteRate.mebibytesPerSecond(1_000)

  func replay(_ text: String) throws -> String {
    var machine = try CutoverMachine(plan)
    var lines: [String] = []
    for line in text.split(separator: "\n") where line.contains(" -> ") {
      let left = line.prefix(upTo: line.firstRange(of: " -> ")!.lowerBound)
      let words = left.split(separator: " ", maxSplits: 2)
      guard words.count == 3, let second = Int64(words[0]), words[1] == "s" else {
        throw Fault.unreadable(left)
      }
      let now = Instant.zero + .seconds(second)
      let reaction = try machine.handle(event(words[2]), at: now)
      lines.append("\(left) -> \(told(reaction))")
    }
    return (lines + [told(machine.accounts)]).joined(separator: "\n")
  }

  private func told(_ reaction: CutoverReaction) -> String {
    let action = reaction.step.action.told
    if case .finish = reaction.step.action { return action }
    switch reaction {
    case .perform(let step): return "\(action), until \(step.deadline.told)"
    case .carryOn(let step): return "(on with) \(action), until \(step.deadline.told)"
    }
  }

  private func told(_ accounts: CutoverAccounts) -> String {
    "down for \(accounts.downtime?.told ?? "ever"); sent \(accounts.diskBytes.told) of disk, "
      + "\(accounts.memoryBytes.told) of memory, \(accounts.repeatedBytes.told) again, "
      + "\(accounts.downtimeBytes.told) while down"
  }

  private func event(_ text: Substring) throws -> CutoverEvent {
    let text = text.drop { $0 == " " }
    let name = text.prefix { $0.isLetter }
    let amounts = text.split { !$0.isNumber }.compactMap { Int64($0) }.map { Bytes.megabytes($0) }
    switch name {
    case "begin": return .begin
    case "prepared": return .prepared
    case "copied" where amounts.count == 2:
      return .copied(CopyReport(transferred: amounts[0], remaining: amounts[1], bandwidth: bandwidth))
    case "timeReached": return .timeReached
    case "guestStopped": return .guestStopped
    case "moved" where amounts.count == 1: return .moved(amounts[0])
    case "resized": return .resized
    case "verified": return .verified
    case "started": return .started
    case "released": return .released
    case "fenced": return .fenced
    case "restored": return .restored
    case "discarded": return .discarded
    case "failed":
      let fault = CutoverFault.allCases.first { text.hasPrefix("failed(\($0))") }
      guard let fault else { throw Fault.unreadable(text) }
      return .failed(fault)
    case "deadlinePassed": return .deadlinePassed
    case "cancelled": return .cancelled
    case "guestCrashed": return .guestCrashed
    case "sourceLost": return .sourceLost
    case "destinationLost": return .destinationLost
    default: throw Fault.unreadable(text)
    }
  }
}
