import Foundation
import Testing

@testable import fleetshift_bench

/// Live migrations of guests that dirty their memory against SimGrid's plugin, whose answers lie in
/// `Tests/Peers/simgrid_livemig.txt`; `.ci/differential` asks the plugin anew.
@Suite struct PeerLiveTests {
  private static let answers: [[Double]] = {
    let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Peers/simgrid_livemig.txt").path
    let path = ProcessInfo.processInfo.environment["SIMGRID_LIVE"] ?? shipped
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: " ").compactMap { Double($0) } }
  }()

  @Test func `the plugin's answers are there`() {
    #expect(Self.answers.count >= 13 && Self.answers.allSatisfy { $0.count == 9 })
  }

  @Test(
    "makespan, mean duration, mean and longest downtime agree to the printed digits", arguments: Self.answers)
  func agrees(answer: [Double]) throws {
    let (hosts, count) = (Int(answer[0]), Int(answer[2]))
    var fleet = try LiveFleet(
      WorkloadMigration.fleet(count: count, hosts: hosts, mean: 16_384, sigma: answer[4]), hosts: hosts,
      dirtyShare: answer[3] / 100, LiveFleet.plan(maxRounds: 100))
    fleet.run(slots: Int(answer[1]))
    #expect(fleet.completed == count)
    agree(fleet.makespan, answer[5], digit: 1e-3)
    agree(fleet.duration / Double(count), answer[6], digit: 1e-4)
    agree(fleet.downtime / Double(count) * 1e3, answer[7], digit: 1e-4)
    agree(fleet.longestDowntime * 1e3, answer[8], digit: 1e-3)
  }

  /// To half of the last printed digit, and one part in ``part`` of the figure.
  private func agree(
    _ ours: Double, _ theirs: Double, digit: Double, at location: SourceLocation = #_sourceLocation
  ) {
    let away = abs(ours - theirs)
    let most = digit / 2 + theirs * Self.part
    #expect(away <= most, "\(ours) and \(theirs): \(away / most) of what may be", sourceLocation: location)
  }

  /// Ours are whole bytes and nanoseconds, rounded in each of up to 58 rounds, whose errors the next rounds inherit.
  private static let part = 1e-5

  @Test(
    "guests that dirty faster than they can be sent end by name, where the plugin goes on for ever",
    arguments: [100, 130])
  func tooFast(dirty: Int) throws {
    var fleet = try LiveFleet(
      WorkloadMigration.fleet(count: 3, hosts: 2, mean: 16_384, sigma: 0), hosts: 2,
      dirtyShare: Double(dirty) / 100, LiveFleet.plan(maxRounds: 100))
    fleet.run(slots: 1)
    #expect(fleet.completed == 0 && fleet.notConverging == 3)
  }

  @Test func `guests that share a link too narrow for all of them end by name, and the rest completes`()
    throws
  {
    // SimGrid's plugin never ends on this fleet.
    var fleet = try LiveFleet(
      WorkloadMigration.fleet(count: 200, hosts: 20, mean: 16_384, sigma: 0.7), hosts: 20, dirtyShare: 0.3,
      LiveFleet.plan(maxRounds: 100))
    fleet.run(slots: 3)
    #expect(fleet.completed + fleet.notConverging == 200)
    #expect(fleet.completed > 0 && fleet.notConverging > 0)
  }
}
