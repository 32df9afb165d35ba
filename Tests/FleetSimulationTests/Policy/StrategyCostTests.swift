import CutoverCore
import DiscreteEvent
import FleetModel
import MigrationPhysics
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import FleetSimulation

/// What the strategies beside the first four cost one guest: each figure follows from a formula.
@Suite struct StrategyCostTests {
  /// 1 GiB of memory, all of it used, and 10 GB of disk, over 100 MB/s.
  private static func row(_ strategy: any MigrationStrategy, _ edit: (inout Fixture) -> Void = { _ in })
    throws
    -> (row: AttemptRow, ledger: Ledger)
  {
    var fixture = Fixture()
    fixture.scenario.strategies.add(strategy)
    fixture.scenario.mechanics.deviceState = .zero
    fixture.scenario.mechanics.zeroPageScan = .zero
    fixture.scenario.mechanics.pause = .zero
    fixture.scenario.mechanics.resume = .zero
    edit(&fixture)
    fixture.drainFirstHost(strategy.name)
    let run = try fixture.run()
    return (try #require(run.rows.first), run.ledger)
  }

  private static let memory = Bytes.gibibytes(1).value / 100e6

  @Test func `suspend: frozen for disk and memory`() throws {
    let row = try Self.row(Suspend()).row
    #expect(abs(row.downtimes.pause.seconds - 100 - Self.memory) < 1e-3)
    #expect(row.brownout == .zero && row.downtimes.serviceGap == .zero)
  }

  @Test func `post-copy: the disk first, a short pause, and the memory follows`() throws {
    let row = try Self.row(PostCopyLive()).row
    #expect(row.downtimes.pause.seconds < 2)
    #expect(abs(row.traffic.postcopy.value - Bytes.gibibytes(1).value) < 1e6)
    #expect(abs(row.totalTime.seconds - 101 - Self.memory) < 2)
  }

  /// One guest of 1 GiB that is moved by post-copy, and has gone on at the destination after 101 s or so, when its link
  /// fails at 105 s; or the host that it goes to does.
  private static func torn(
    _ chain: String..., at time: Duration = .seconds(105), repair: Duration = .hours(2)
  ) throws -> Fixture.Run {
    var fixture = Fixture()
    fixture.scenario.strategies.add(PostCopyLive())
    var failures = LinkFailures()
    failures.links.kind = .nic
    (failures.at, failures.repair) = (time, repair)
    fixture.scenario.network.failures = [failures]
    fixture.drainFirstHost(chain.map(ChainStep.init))
    return try fixture.run()
  }

  @Test func `post-copy that loses its link: down from there until it has booted where it was`() throws {
    let run = try Self.torn("post-copy")
    let row = try #require(run.rows.first)
    #expect(row.outcome == "lost_torn" && run.ledger.total.abandoned == 1)
    #expect(row.downtimes.pause < .seconds(2) && row.downtimes.pause > .zero)
    #expect(row.downtimes.serviceGap == .minutes(10) + .seconds(30), "in vain for memory, then the boot")
    // Slowed by the copy of its disk, and from the resume until the link failed.
    let resumed = try #require(row.accounts.outageEnded)
    #expect(row.accounts.lost == row.accounts.ended && row.accounts.isGuestDown)
    #expect(row.brownout == .seconds(100) + (.seconds(105) - (resumed - .zero)))
  }

  @Test func `a guest that was lost boots before anything else is tried with it`() throws {
    let run = try Self.torn("post-copy", "cold", repair: .minutes(10) + .seconds(1))
    #expect(run.rows.map(\.outcome) == ["lost_torn", "completed"])
    let (lost, began) = (run.rows[0].accounts.lost, run.rows[1].accounts.began)
    #expect(try #require(began) >= #require(lost) + .seconds(30))
  }

  @Test func `post-copy whose link comes back: the guest stood still as long`() throws {
    let row = try #require(try Self.torn("post-copy", repair: .seconds(30)).rows.first)
    // The link fails when all is over.
    let usual = try #require(try Self.torn("post-copy", at: .days(1)).rows.first)
    #expect(row.outcome == "completed")
    #expect(abs((row.downtimes.pause - usual.downtimes.pause).seconds - 30) < 1e-6)
    #expect(abs((row.downtimes.networkGap - usual.downtimes.networkGap).seconds - 30) < 1e-6)
    #expect(abs((row.brownout - usual.brownout).seconds) < 1e-6)
  }

  @Test func `post-copy whose destination dies: up until then, and down until it has booted`() throws {
    var fixture = Fixture()
    fixture.scenario.strategies.add(PostCopyLive())
    fixture.drainFirstHost("post-copy")
    for host in [0, 1] {
      var simulation = try Simulation(fixture.build(), replication: 0)
      let rows = Box<[AttemptRow]>([])
      simulation.attemptSink = { rows.value.append($0) }
      simulation.queue.schedule(at: .zero + .seconds(105), .hostFails(Int32(host)))
      simulation.run()
      let row = try #require(rows.value.first)
      #expect(row.outcome == "lost_torn" && row.downtimes.pause < .seconds(2))
      // What a guest is down with its own host is the host's doing, and counted there.
      #expect(row.downtimes.serviceGap == (host == 0 ? .zero : .seconds(30)))
      #expect(simulation.finished().outages.guests == (host == 0 ? 1 : 0))
    }
  }

  @Test func `hybrid: one round first, and then only what was written since`() throws {
    let row = try Self.row(PostCopyLive(rounds: 1)).row
    #expect(row.traffic.memory.value > 1e9 && row.traffic.postcopy < .megabytes(1))
  }

  @Test(arguments: [false, true])
  func `in place: down or frozen for the work, and nothing travels`(isFrozen: Bool) throws {
    let (row, ledger) = try Self.row(InPlace(isFrozen: isFrozen, work: .minutes(10)))
    #expect(row.source == row.target && row.transferred == .zero)
    #expect(row.downtimes.pause == (isFrozen ? .minutes(10) : .zero))
    #expect(row.downtimes.serviceGap == (isFrozen ? .zero : .seconds(600 + 4 + 30)))
    #expect(ledger.drains.finished == 1, "a host is done when all that are left on it have stayed on purpose")
  }

  @Test(arguments: RebuildDisk.allCases)
  func `rebuild: made anew, and its disk is lost unless it is shared`(disk: RebuildDisk) throws {
    let (row, ledger) = try Self.row(Rebuild(disk: disk))
    #expect(row.transferred == .zero && row.downtimes.serviceGap == .seconds(34))
    #expect(ledger.disksLost == (disk == .blank ? 1 : 0))
  }

  @Test func `a compressed memory takes half the bytes and half the time`() throws {
    func live(_ transport: CutoverTransport?) throws -> AttemptRow {
      try Self.row(Live(transport: transport)).row
    }
    let (plain, packed) = (try live(nil), try live(CutoverTransport(compression: 2)))
    #expect(abs(packed.traffic.memory.value * 2 - plain.traffic.memory.value) < 1e3)
    #expect(abs(plain.totalTime.seconds - packed.totalTime.seconds - Self.memory / 2) < 0.1)
    // Whoever compresses 40 MB/s sends 20 MB/s.
    let slow = try live(CutoverTransport(compression: 2, compressionRate: ByteRate(bytesPerSecond: 40e6)))
    #expect(abs(slow.totalTime.seconds - plain.totalTime.seconds - Self.memory * 1.5) < 0.1)
  }

  @Test func `four streams copy four times what one does, up to the link`() throws {
    func time(_ streams: Int) throws -> Double {
      try Self.row(Live(transport: CutoverTransport(streams: streams))) {
        $0.scenario.mechanics.streamRate = constant(20e6)
      }.row.totalTime.seconds
    }
    let copied = Bytes.gigabytes(10).value + Bytes.gibibytes(1).value
    #expect(abs(try time(1) - time(4) - copied / 20e6 + copied / 80e6) < 0.2)
    #expect(abs(try time(8) - time(5)) < 0.2)
  }

  @Test(arguments: SnapshotConsolidation.Moment.allCases)
  func `snapshots: the last change set, and their merging, fall into the outage or not`(
    moment: SnapshotConsolidation.Moment
  ) throws {
    // 1 MB/s of new blocks: an hour's change set is 3.6 GB.
    let strategy = Warm(
      snapshots: WarmSnapshots(
        interval: .hours(1), consolidation: moment, mergeRate: ByteRate(bytesPerSecond: 36e6)))
    let row = try Self.row(strategy) { fixture in
      fixture.guests.disk.writes = constant(1e6)
      fixture.guests.disk.workingSet = 1
    }.row
    #expect(row.outcome == "completed")
    let delta = row.traffic.repeated.value
    #expect(delta > 2.5e9 && delta <= 3.6e9, "blocks that are written twice travel once")
    let merging = delta / 36e6
    let sent = row.traffic.outage.value / 100e6
    let gap = row.downtimes.serviceGap.seconds - 34 - sent
    #expect(abs(gap - (moment == .inside ? merging : 0)) < 0.1)
    // From the begin of the second snapshot at 1 h: the change set, the merging somewhere, the outage, the release.
    let whole = 3_600 + delta / 100e6 + merging + sent + 34 + 1
    #expect(abs(row.totalTime.seconds - whole) < 0.1)
  }
}
