import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import FleetSimulation

/// Links by hour of day, and links that fail.
@Suite struct NetworkTests {
  /// One guest leaves its host cold: 4 s to shut down, and then 10 GB at 100 MB/s.
  private static func oneTransfer(_ edit: (inout Fixture) -> Void = { _ in }) throws -> [AttemptRow] {
    var fixture = Fixture(hosts: 2, guests: 1)
    fixture.drainFirstHost([step("cold", tries: 4, backoff: .hours(1))])
    edit(&fixture)
    return try fixture.run().rows
  }

  private static func step(_ strategy: String, tries: Int, backoff: Duration) -> ChainStep {
    var step = ChainStep(strategy: strategy)
    (step.tries, step.backoff) = (tries, backoff)
    return step
  }

  private static func total(_ rows: [AttemptRow]) throws -> Double {
    try #require(rows.count == 1 && rows[0].outcome == "completed", "\(rows.map(\.outcome))")
    return rows[0].totalTime.seconds
  }

  private static func hours(_ from: Duration, _ until: Duration, _ share: Double) -> LinkHours {
    var hours = LinkHours()
    hours.links.kind = .nic
    (hours.from, hours.until, hours.share) = (from, until, share)
    return hours
  }

  private static func failure(at time: Duration, repair: Duration, _ kind: LinkKind = .nic) -> LinkFailures {
    var failures = LinkFailures()
    failures.links.kind = kind
    (failures.at, failures.repair) = (time, repair)
    return failures
  }

  @Test func `half the rate from its middle on makes a transfer half as long again`() throws {
    let usual = try NetworkTests.total(NetworkTests.oneTransfer())
    // 4 s + 50 s: half of it has been sent.
    let changed = try NetworkTests.total(
      NetworkTests.oneTransfer {
        $0.scenario.network.hours = [NetworkTests.hours(.seconds(54), .hours(20), 0.5)]
      })
    #expect(abs(changed - usual - 50) < 1e-6)
  }

  @Test func `a narrow hour that ends costs what it held back`() throws {
    let usual = try NetworkTests.total(NetworkTests.oneTransfer())
    let changed = try NetworkTests.total(
      NetworkTests.oneTransfer {
        $0.scenario.network.hours = [
          NetworkTests.hours(.seconds(24), .seconds(44), 0.25),
          NetworkTests.hours(.seconds(34), .seconds(44), 0),
        ]
      })
    // 10 s at a quarter, and 10 s at nothing, for the least share counts.
    #expect(abs(changed - usual - 17.5) < 1e-6)
  }

  @Test func `hours come again the next day, and may lie around midnight`() {
    let night = NetworkTests.hours(.hours(22), .hours(6), 0.5)
    #expect(night.contains(.hours(23)) && night.contains(.zero) && !night.contains(.hours(6)))
    let day = NetworkTests.hours(.hours(8), .hours(20), 0.5)
    #expect(day.contains(.hours(8)) && !day.contains(.hours(20)) && !day.contains(.zero))
  }

  @Test func `the second day is as the first`() throws {
    // 40 GB at 1 MB/s take half a day; from the second noon on nothing goes.
    let rows = try NetworkTests.oneTransfer { fixture in
      fixture.host.nic = ByteRate(bytesPerSecond: 1e6)
      fixture.flavor.disk = Bytes(rounding: 100e9)
      fixture.scenario.network.hours = [NetworkTests.hours(.hours(12), .hours(18), 0)]
    }
    // 100,000 s of sending: 12 h, then 6 h of rest, 18 h more; 4 s of shutdown came first and the boot comes after.
    let copy = try #require(rows.first).totalTime.seconds
    #expect(rows.count == 1)
    let usual = try NetworkTests.total(
      NetworkTests.oneTransfer { fixture in
        fixture.host.nic = ByteRate(bytesPerSecond: 1e6)
        fixture.flavor.disk = Bytes(rounding: 100e9)
      })
    #expect(abs(copy - usual - 6 * 3600) < 1e-6)
  }

  @Test func `a transfer waits for a link that is soon repaired`() throws {
    let usual = try NetworkTests.total(NetworkTests.oneTransfer())
    let changed = try NetworkTests.total(
      NetworkTests.oneTransfer { fixture in
        fixture.scenario.network.failures = [NetworkTests.failure(at: .seconds(54), repair: .seconds(30))]
        fixture.scenario.network.patience = .seconds(31)
      })
    #expect(abs(changed - usual - 30) < 1e-6)
  }

  @Test func `patience with a link ends by name, and the move is tried again`() throws {
    let rows = try NetworkTests.oneTransfer { fixture in
      fixture.scenario.network.failures = [NetworkTests.failure(at: .seconds(54), repair: .hours(2))]
      fixture.scenario.network.patience = .minutes(10)
    }
    // The second attempt begins while the link is still away: it waits as long for it, from when it would send.
    #expect(rows.map(\.outcome) == ["failed_link", "failed_link", "completed"])
    #expect(rows[0].traffic.outage.value == 5e9)
    #expect(abs(rows[0].totalTime.seconds - (54 + 600 + 30 + 1)) < 1)
    #expect(rows[1].traffic.total == .zero)
  }

  @Test func `links without any rate end an attempt by its deadline`() throws {
    let rows = try NetworkTests.oneTransfer { fixture in
      fixture.scenario.network.hours = [NetworkTests.hours(.zero, .days(1), 0)]
      fixture.scenario.strategies = StrategyCatalog([Cold(timeout: .hours(3))])
    }
    #expect(rows.map(\.outcome) == ["timed_out"])
  }

  @Test func `an uplink that fails is felt between racks, though it is unlimited`() throws {
    for perRack in [1, 2] {
      let rows = try NetworkTests.oneTransfer { fixture in
        fixture.host.hostsPerRack = perRack
        fixture.scenario.network.failures = [
          NetworkTests.failure(at: .seconds(54), repair: .hours(9), .rackUplink)
        ]
      }
      #expect(rows.first?.outcome == (perRack == 1 ? "failed_link" : "completed"))
    }
  }

  @Test func `links fail by chance as often as they are said to`() throws {
    var fixture = Fixture(hosts: 40, guests: 1)
    fixture.scenario.horizon = .days(365)
    var failures = LinkFailures()
    failures.links.kind = .nic
    failures.perSecond = 1 / (10.0 * 86_400)
    failures.repair = .hours(24)
    fixture.scenario.network.failures = [failures]
    fixture.drainFirstHost("cold")
    // Each of 40 links is away for a day after ten days of service on average: 33.2 times a year.
    let count = Double(try fixture.run().ledger.linkFailures)
    #expect(abs(count - 40 * 365 / 11) < 4 * (40 * 365 / 11.0).squareRoot())
  }

  @Test func `a site that is not there is named`() {
    var fixture = Fixture()
    fixture.drainFirstHost("cold")
    var hours = NetworkTests.hours(.zero, .hours(1), 0.5)
    hours.links.site = "nowhere"
    fixture.scenario.network.hours = [hours]
    #expect(throws: FleetError.self) { try fixture.run() }
  }
}
