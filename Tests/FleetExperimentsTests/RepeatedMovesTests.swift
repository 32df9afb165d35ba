import DiscreteEvent
import Foundation
import Testing

@testable import FleetExperiments
@testable import FleetSimulation

@Suite("More moves completed, and whether that is any better") struct RepeatedMovesTests {
  /// Ten replications in which so many moves are asked for and completed.
  private func result(asked: Int, completed: Int, again: Int = 0, replications: Int = 10) throws
    -> StudyResult
  {
    let ledgers = (0..<replications).map { replication in
      var ledger = Ledger(strategies: ["warm"], classes: ["small"], campaigns: ["drain"], guests: 8)
      var cell = Cell()
      (cell.requested, cell.completed) = (asked + replication, completed + replication)
      cell.attempts = cell.completed
      ledger.byClass[0] = cell
      ledger.byCampaign[0] = cell
      ledger.repeatMoves = again
      return ledger
    }
    return StudyResult(try tinyScenario(), ledgers)
  }

  private func verdicts(_ before: StudyResult, _ after: StudyResult) throws -> [PairedVerdict] {
    try Check(before: before, after: after).findings.filter { $0.metric == .completed }.map(\.verdict)
  }

  @Test("moves asked for again are neither better nor worse: nobody is left") func again() throws {
    let (few, many) = (try result(asked: 120, completed: 120), try result(asked: 130, completed: 130))
    #expect(try verdicts(few, many) == [.different, .different])
    #expect(try verdicts(many, few) == [.different, .different])
    let check = try Check(before: many, after: few)
    #expect(check.outcome == .moved && check.differing.map(\.verdict) == [.different, .different])
  }

  /// What each move saves, sends and slows down, give or take a little of each replication's.
  private func totals(_ result: StudyResult, perMove: Double) -> StudyResult {
    var result = result
    func amounts(_ moves: [Double], _ size: Double) -> [Double] {
      moves.enumerated().map { $1 * size * perMove + Double($0 % 3) * size / 100 }
    }
    guard var series = result.totals.series else { return result }
    series.savedSeconds = amounts(series.completed, 100)
    series.transferredBytes = amounts(series.completed, 1e9)
    series.brownoutSeconds = amounts(series.completed, 10)
    series.downtimeSeconds = amounts(series.completed, 5)
    result.totals.series = series
    return result
  }

  @Test("what more moves save, send and slow down is no merit unless a move by itself does") func byMove()
    throws
  {
    func verdicts(_ before: StudyResult, _ after: StudyResult) throws -> [PairedVerdict?] {
      let contrast = try Comparison([.init(name: "a", result: before), .init(name: "b", result: after)])
        .contrasts[0]
      return [.saved, .bytes, .brownout, .downtime].map { contrast[$0]?.verdict }
    }
    let (few, many) = (try result(asked: 120, completed: 120), try result(asked: 130, completed: 130))
    let usual = totals(few, perMove: 1)
    let neutral = Array(repeating: PairedVerdict.different, count: 4)
    #expect(try verdicts(usual, totals(many, perMove: 1)) == neutral)
    #expect(try verdicts(totals(many, perMove: 1), usual) == neutral)
    // Where each saves more, too, more is saved; and as many moves are held against each other by their totals.
    #expect(try verdicts(usual, totals(many, perMove: 1.2)) == [.better, .worse, .worse, .worse])
    #expect(try verdicts(usual, totals(few, perMove: 1.2)) == [.better, .worse, .worse, .worse])
    // Each saves less, and only their number makes up for it.
    #expect(try verdicts(usual, totals(many, perMove: 0.98)) == neutral)
  }

  @Test("replications without a partner say nothing of those with one") func unpaired() throws {
    func verdicts(_ replications: Int) throws -> [PairedVerdict?] {
      let few = totals(try result(asked: 120, completed: 120), perMove: 1)
      let more = totals(try result(asked: 120, completed: 120, replications: replications), perMove: 1.2)
      let contrast = try Comparison([.init(name: "a", result: few), .init(name: "b", result: more)])
        .contrasts[0]
      return [.completed, .saved, .bytes].map { contrast[$0]?.verdict }
    }
    #expect(try verdicts(10) == [.equal, .better, .worse])
    #expect(try verdicts(14) == verdicts(10))
    let (all, again) = (
      try result(asked: 120, completed: 120), try result(asked: 130, completed: 130, replications: 14)
    )
    let contrast = try Comparison([.init(name: "a", result: all), .init(name: "b", result: again)])
      .contrasts[0]
    #expect(contrast[.completed]?.verdict == .different)
  }

  @Test("fewer left undone is better, more is worse") func undone() throws {
    let (some, all) = (try result(asked: 130, completed: 120), try result(asked: 130, completed: 130))
    #expect(try verdicts(some, all) == [.better, .better])
    #expect(try verdicts(all, some) == [.worse, .worse])
  }

  @Test("a comparison knows how many are left undone, and how many were moved again") func counts() throws {
    let sides = [
      Comparison.Side(name: "a", result: try result(asked: 125, completed: 120, again: 3)),
      Comparison.Side(name: "b", result: try result(asked: 130, completed: 129, again: 12)),
    ]
    let contrast = try Comparison(sides).contrasts[0]
    #expect(contrast.undone == .init(before: 5, after: 1, repeatedBefore: 3, repeatedAfter: 12))
    #expect(contrast[.completed]?.verdict == .better)
  }

  @Test("names come as people count, not letter by letter") func names() throws {
    let names = ["linode-32gb", "linode-8gb", "a", "linode-08gb", "b10", "b9", "linode", "10", "9"]
    #expect(
      names.sorted { NumberedName($0) < NumberedName($1) } == [
        "9", "10", "a", "b9", "b10", "linode", "linode-08gb", "linode-8gb", "linode-32gb",
      ])
    let ages = ["up to 1 y", "1 to 3 y", "3 to 10 y", "over 10 y"]
    let classes = ["m-512mb", "m-2gb", "m-16gb"].flatMap { size in ages.map { "\(size), \($0)" } }
    #expect(classes.sorted().sorted { NumberedName($0) < NumberedName($1) } == classes)
    // And so they come out of a file, which keeps no order.
    let group = try result(asked: 1, completed: 1).totals
    let file = try JSONEncoder().encode(NamedGroups(classes.sorted().map { ($0, group) }))
    #expect(try JSONDecoder().decode(NamedGroups.self, from: file).groups.map(\.name) == classes)
  }
}
