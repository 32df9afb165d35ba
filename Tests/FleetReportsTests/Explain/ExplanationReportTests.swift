import FleetExperiments
import FleetReports
import Foundation
import ScenarioFormat
import Testing

/// What `fleetshift explain` says of a fleet that was worked out by head.
@Suite struct ExplanationReportTests {
  @Test func `the life of a VM that goes at once`() throws {
    #expect(try ByHand.screen(of: .vm(0)) == ByHand.live)
  }

  @Test func `the life of a VM that waits for room, with what was compared and what would help`() throws {
    #expect(try ByHand.screen(of: .vm(2)) == ByHand.waited)
  }

  @Test func `a host that is not emptied names who is left`() throws {
    #expect(try ByHand.screen(of: .host(0)) == ByHand.host)
  }

  @Test func `why not live: a rule, the values that it compared, and what would help`() throws {
    #expect(try ByHand.screen(of: .whyNot(1)) == ByHand.kernel)
  }

  @Test func `why not live: each host, and how much room is missing`() throws {
    #expect(try ByHand.screen(of: .whyNot(2)) == ByHand.room)
  }

  @Test func `why not at all: every step, and the drain that it holds up`() throws {
    #expect(try ByHand.screen(of: .whyNot(3)) == ByHand.stays)
  }

  @Test func `why not yet: what it waits for at the horizon, and the drain that waits for it`() throws {
    #expect(try ByHand.screen(of: .whyNot(2), variant: "stuck") == ByHand.stuck)
  }

  @Test func `whom nobody asked: what would have been in the way`() throws {
    #expect(try ByHand.screen(of: .whyNot(2), variant: "idle") == ByHand.idle)
  }

  @Test func `whom to ask about: one for each thing that went wrong or took longest`() throws {
    #expect(LeadsReport.text(try ByHand.leads()) == ByHand.leads)
    let stuck = try ByHand.leads(variant: "stuck").leads
    #expect(stuck.first { $0.matter == .drainsUnfinished }?.subject == .host(0))
    #expect(stuck.first { $0.matter == .movesUnfinished }?.subject == .whyNot(2))
    #expect(stuck.first { $0.matter == .movesGivenUp }.map { [$0.count] } == [2])
    #expect(LeadsReport.text(try ByHand.leads(variant: "idle")).contains("Nothing went wrong"))
  }

  @Test func `whom to ask about, for programs`() throws {
    let text = try LeadsReport.json(try ByHand.leads())
    let record = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let leads = try #require(record["leads"] as? [[String: Any]])
    let device = try #require(leads.first { $0["reason"] as? String == "device" })
    #expect(device["strategy"] as? String == "live" && device["ask"] as? String == "--why-not 3")
    let downtime = try #require(leads.first { $0["matter"] as? String == "longest_downtime" })
    #expect(downtime["seconds"] as? Double == 120 && downtime["ask"] as? String == "--vm 1")
  }

  @Test func `what would have to change is what makes it go`() throws {
    // The room that host 1 lacked for VM 2.
    let mended = try ByHand.explanation(of: .whyNot(2), variant: "mended")
    #expect(mended.whyNot?.move?.setbacks.isEmpty == true && mended.whyNot?.steps[0].outcome == .moved)
    // The kernel rule that VM 1 met with.
    #expect(try ByHand.explanation(of: .whyNot(1), variant: "mended").whyNot?.steps[0].outcome == .moved)
    // A device that may be put aside while it is down.
    let tied = try #require(try ByHand.explanation(of: .whyNot(3), variant: "mended").whyNot)
    #expect(tied.steps.map(\.outcome) == [.refused(code: "device"), .moved] && !tied.drains[0].isHeldUp)
  }

  @Test func `programs get the same, with figures`() throws {
    let text = try ExplanationReport.json(try ByHand.explanation(of: .whyNot(3)))
    let record = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let whyNot = try #require(record["why_not"] as? [String: Any])
    #expect(whyNot["verdict"] as? String == "It did not move")
    #expect((whyNot["holds_up"] as? [[String: Any]])?.first?["left"] as? [Int] == [3])
    let steps = try #require(whyNot["steps"] as? [[String: Any]])
    #expect(steps.map { $0["reason"] as? String } == ["device", "device"])
    #expect(steps[0]["at_seconds"] as? Double == 3701.04048576)
    let obstacles = try #require(steps[0]["obstacles"] as? [String: Any])
    let rule = try #require((obstacles["rules"] as? [[String: Any]])?.first)
    #expect(rule["rule"] as? String == "devices" && rule["remedy"] as? String == "its device removed")
    let hosts = try #require(obstacles["hosts"] as? [[String: Any]])
    #expect(hosts.map { $0["hosts"] as? [Int] } == [[1], [2], [3]])
    #expect(record["vm"] as? Int == 3 && record["drains"] == nil)
    let life = try ExplanationReport.json(try ByHand.explanation(of: .vm(3)))
    #expect(!life.contains("why_not"))
  }

  @Test(arguments: [40, 64, 100]) func `no line is wider than the window`(width: Int) throws {
    for subject in [Explanation.Subject.whyNot(1), .whyNot(2), .whyNot(3)] {
      let style = TerminalStyle(width: width)
      let screen = ExplanationReport.text(try ByHand.explanation(of: subject), style: style)
      for line in screen.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
    }
  }
}
