import CutoverCore
import FleetModel
import MigrationPolicy
import Quantities
import Testing

@testable import FleetSimulation

/// Moves for which there is room, but no slot.
@Suite struct SlotTests {
  /// Four guests leave a host, two at a time, for another that takes in one at a time: 10 GB at 100 MB/s each.
  private static func congested() -> Fixture {
    var fixture = Fixture(hosts: 2, guests: 4)
    fixture.scenario.limits.hostIn = 1
    fixture.drainFirstHost("cold")
    return fixture
  }

  @Test func `one that waits for a slot begins the moment it is free`() throws {
    let rows = try SlotTests.congested().run().rows
    #expect(rows.map(\.outcome) == Array(repeating: "completed", count: 4))
    for (earlier, later) in zip(rows, rows.dropFirst()) {
      #expect(later.accounts.began == earlier.accounts.ended)
    }
  }

  @Test func `those who have waited longest go first`() throws {
    let rows = try SlotTests.congested().run().rows
    #expect(rows.map(\.guest) == [0, 1, 2, 3])
  }

  @Test func `a wait for a slot is no wait for room, and patience does not end it`() throws {
    var fixture = SlotTests.congested()
    fixture.scenario.limits.patience = .minutes(1)
    let run = try fixture.run()
    #expect(run.ledger.total.completed == 4 && run.ledger.total.failedAttempts == 0)
  }

  @Test func `the longest waiting one of those that a host can serve is served`() {
    var lines = SlotLines()
    func kind(_ gib: Int64, site: Int32 = 0) -> SlotLines.Kind {
      SlotLines.Kind(site: site, passenger: -1, memory: .gibibytes(gib), disk: .zero)
    }
    _ = lines.append(1, kind(8))
    let second = lines.append(2, kind(2))
    _ = lines.append(3, kind(2))
    _ = lines.append(4, kind(1, site: 1))
    _ = lines.append(5, kind(1))
    let limit = lines.nextTicket
    _ = lines.append(6, kind(1))
    func next(_ gib: Int64) -> Int32? {
      lines.popFirst(before: limit) {
        $0.site == 0 && $0.memory <= .gibibytes(gib)
      } stillWaits: {
        $0.ticket != second
      }
    }
    #expect(next(4) == 3)
    #expect(next(4) == 5)
    #expect(next(4) == nil, "the sixth came too late")
    #expect(next(8) == 1)
    #expect(next(8) == nil)
  }
}
