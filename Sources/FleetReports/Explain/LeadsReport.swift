internal import CutoverCore
public import FleetExperiments
internal import FleetSimulation
internal import Quantities

/// Whom to ask about: for a terminal, or for programs.
public enum LeadsReport {
  public static func text(_ leads: Leads, style: TerminalStyle = .plain) -> String {
    var document = Document()
    document.add(
      .title("Whom to ask about in \(leads.scenario)\(leads.variant.map { ", variant \($0)" } ?? "")"))
    document.add(
      .note(
        "seed \(leads.seed), replication \(leads.replication), horizon \(Figure.span(leads.horizon.seconds))")
    )
    // Chance is another one there: what a run tells on average may have spared this replication.
    document.add(
      .note(
        "Of this replication alone: what is not here may be in another, --replication \(leads.replication + 1)."
      ))
    guard !leads.leads.isEmpty else {
      document.add(.paragraph("Nothing went wrong, and nothing took time: any --vm or --host will do."))
      return document.text(style)
    }
    var table = Table([.text("what"), .number("how many"), .text("ask with")])
    for lead in leads.leads {
      let words = words(lead.matter, leads)
      table.add([words.what, words.value ?? Figure.count(Double(lead.count)), option(lead.subject)])
    }
    document.add(
      "What went wrong, and what took longest", table,
      note: "One to whom it happened. Give the same command, and what stands in the last column.")
    return document.text(style)
  }

  /// Schema `fleetshift.leads/1`.
  public static func json(_ leads: Leads) throws -> String { try JSONReport.encode(LeadsRecord(leads)) }

  private static func words(_ matter: Leads.Matter, _ leads: Leads) -> (what: String, value: String?) {
    switch matter {
    case .setback(let strategy, let code):
      ("\(leads.names.strategies[strategy]): \(FailureReason.words(for: code))", nil)
    case .movesGivenUp: ("moves given up", nil)
    case .movesUnfinished: ("moves not over at the horizon", nil)
    case .drainsGivenUp: ("hosts given up", nil)
    case .drainsUnfinished: ("hosts not empty at the horizon", nil)
    case .longestDrain(let time): ("the host that took longest to empty", Figure.span(time.seconds))
    case .longestMove(let time): ("the longest from the wish to the end", Figure.span(time.seconds))
    case .longestDowntime(let time): ("the longest downtime of a move", Figure.span(time.seconds))
    }
  }

  static func option(_ subject: Explanation.Subject) -> String {
    switch subject {
    case .vm(let number): "--vm \(number)"
    case .host(let number): "--host \(number)"
    case .whyNot(let number): "--why-not \(number)"
    }
  }
}

private struct LeadsRecord: Encodable {
  struct LeadRecord: Encodable {
    let matter: String
    var strategy: String?
    var reason: String?
    var seconds: Double?
    let count: Int
    let ask: String
  }

  var schema = "fleetshift.leads/1"
  let scenario: String
  let variant: String?
  let seed: UInt64
  let replication: Int
  let leads: [LeadRecord]

  init(_ leads: Leads) {
    (scenario, variant, seed) = (leads.scenario, leads.variant, leads.seed)
    replication = leads.replication
    self.leads = leads.leads.map { lead in
      func record(_ matter: String) -> LeadRecord {
        LeadRecord(matter: matter, count: lead.count, ask: LeadsReport.option(lead.subject))
      }
      func record(_ matter: String, _ time: Duration) -> LeadRecord {
        var record = record(matter)
        record.seconds = time.seconds
        return record
      }
      switch lead.matter {
      case .setback(let strategy, let code):
        var record = record("setback")
        (record.strategy, record.reason) = (leads.names.strategies[strategy], code)
        return record
      case .movesGivenUp: return record("moves_given_up")
      case .movesUnfinished: return record("moves_unfinished")
      case .drainsGivenUp: return record("drains_given_up")
      case .drainsUnfinished: return record("drains_unfinished")
      case .longestDrain(let time): return record("longest_drain", time)
      case .longestMove(let time): return record("longest_move", time)
      case .longestDowntime(let time): return record("longest_downtime", time)
      }
    }
  }
}
