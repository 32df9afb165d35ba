import MigrationPhysics
import Quantities
import Testing

/// Cases that can be worked out by hand, on a rig without overheads and without chance.
@Suite("Closed forms") struct ClosedFormTests {
  /// 100 MB/s, a pause of 100 ms at most, and 1 GB of non-zero memory.
  static func guest(_ pattern: WritePattern, rate: Double, workingSet: Double = 1e9) -> MigrationCase {
    var migration = MigrationCase(.liveRAM)
    migration.memory.configured = .gigabytes(2)
    migration.memory.used = .gigabytes(1)
    migration.memory.writes = MemoryWrites(
      pattern, pagesPerSecond: rate / 4096, workingSet: Bytes(rounding: workingSet))
    migration.transport.link = ByteRate(bytesPerSecond: 100e6)
    migration.transport.downtimeLimit = .milliseconds(100)
    return migration
  }

  static let ideal = RigProfile(name: "ideal")

  @Test("an idle guest: its non-zero memory over the link, and no pause")
  func idle() throws {
    let point = try Self.guest(.uniform, rate: 0).point(under: Self.ideal)
    #expect(point.completed && abs(point.totalTime - 10) < 1e-6 && abs(point.bytes - 1e9) < 1)
    #expect((point.blackout ?? 1) < 1e-6)
  }

  @Test(
    "a sweep over less than its set: 10 s leave 100 MB at 10 MB/s, 1 s leaves 10 MB, which fits the pause")
  func sweep() throws {
    let point = try Self.guest(.sweep, rate: 10e6).point(under: Self.ideal)
    #expect(abs(point.bytes - 1.11e9) < 1e3)
    #expect(abs((point.blackout ?? 0) - 0.1) < 1e-6)
    #expect(abs(point.totalTime - 11.1) < 1e-5)
  }

  @Test("a sweep over a small set leaves the set: min(W, r t)")
  func smallSweep() throws {
    let point = try Self.guest(.sweep, rate: 80e6, workingSet: 5e6).point(under: Self.ideal)
    #expect(abs(point.bytes - 1.005e9) < 1e3)
  }

  @Test("uniform writes leave W (1 - exp(-r t / W))")
  func uniform() throws {
    // 10 s at 0.5 MB/s over 10 MB: 10 MB (1 - exp(-0.5)) = 3.935 MB, which fits the pause.
    let point = try Self.guest(.uniform, rate: 0.5e6, workingSet: 10e6).point(under: Self.ideal)
    #expect(abs(point.bytes - (1e9 + 3_934_693)) < 10)
  }

  @Test("a hot set leaves the sum of its two parts")
  func hot() throws {
    // 9 of 10 MB/s over 0.5 MB, 1 of 10 over 4.5 MB, for 10 s.
    let point = try Self.guest(.hot(writes: 0.9, part: 0.1), rate: 1e6, workingSet: 5e6).point(
      under: Self.ideal)
    let left = 0.5e6 * (1 - 1.523e-8) + 4.5e6 * 0.199_262_6
    #expect(abs(point.bytes - 1e9 - left) < 20)
  }

  @Test("a measured curve is followed between and beyond its points")
  func curve() throws {
    let points = [
      DirtyPoint(window: .seconds(1), distinct: .megabytes(2)),
      DirtyPoint(window: .seconds(21), distinct: .megabytes(6)),
    ]
    let point = try Self.guest(.curve(points), rate: 0, workingSet: 1e9).point(under: Self.ideal)
    // Half way between 1 s and 21 s lie 4 MB; 10 s are 0.2 MB short of that.
    #expect(abs(point.bytes - (1e9 + 3.8e6)) < 10)
  }

  @Test("rounds of a slow sweep are a geometric series: V / (1 - r/B) in the limit of no pause")
  func geometric() throws {
    var migration = Self.guest(.sweep, rate: 50e6)
    migration.transport.downtimeLimit = .milliseconds(1)
    let point = try migration.point(under: Self.ideal)
    #expect(abs(point.bytes - 2e9) < 2e5)
  }

  @Test("post-copy sends each page of the first round's leftovers once, after the guest has gone on")
  func postCopy() throws {
    var migration = Self.guest(.sweep, rate: 50e6)
    migration.transport.postCopyAfterRounds = 1
    let point = try migration.point(under: Self.ideal)
    #expect(abs(point.bytes - 1.5e9) < 1e3 && (point.blackout ?? 1) < 1e-6)
  }

  @Test("a mirror pays for what is written behind its head only")
  func mirror() throws {
    var migration = MigrationCase(.warm)
    migration.disk.virtual = .gigabytes(1)
    migration.disk.allocated = .gigabytes(1)
    migration.disk.writes = DiskWrites(
      .sequential, rate: ByteRate(bytesPerSecond: 1e6), workingSet: .gigabytes(1))
    migration.transport.link = ByteRate(bytesPerSecond: 100e6)
    // The head takes 10 s for the set; half of the 10 MB was behind it, and what came on its next way round.
    let bulk = try #require(try migration.point(under: Self.ideal).bulkTime)
    #expect(abs(bulk - 10.05) < 0.005)
  }
}
