import MigrationPhysics
import Quantities
import Testing

/// What must hold between two predictions, whatever they are; without chance, on a rig with overheads.
@Suite("Relations between predictions") struct MetamorphicTests {
  private static func guest(_ pattern: WritePattern) -> MigrationCase {
    var migration = MigrationCase(.liveRAM)
    migration.memory.configured = .gibibytes(1)
    migration.memory.workload = .mebibytes(600)
    migration.memory.writes = MemoryWrites(pattern, pagesPerSecond: 4_000, workingSet: .mebibytes(128))
    migration.transport.link = .mebibytesPerSecond(64)
    return migration
  }

  private static let patterns: [WritePattern] = [.uniform, .hot(writes: 0.9, part: 0.1)]

  @Test("more bandwidth is never slower", arguments: patterns)
  func bandwidth(_ pattern: WritePattern) throws {
    var last = Double.infinity
    for rate in [24.0, 32, 48, 64, 96, 128, 192, 256] {
      var migration = Self.guest(pattern)
      migration.transport.link = .mebibytesPerSecond(rate)
      let time = try migration.point(under: .qemuTCG).totalTime
      #expect(time <= last * 1.001, "\(rate) MiB/s")
      last = time
    }
  }

  @Test("more dirtying never sends less, up to what a round's granularity hides", arguments: patterns)
  func dirtying(_ pattern: WritePattern) throws {
    var last = 0.0
    for rate in stride(from: 0.0, through: 14_000, by: 1_000) {
      var migration = Self.guest(pattern)
      migration.memory.writes.pagesPerSecond = rate
      let bytes = try migration.point(under: .qemuTCG).bytes
      #expect(bytes >= last * 0.99, "\(rate) pages/s")
      last = max(last, bytes)
    }
  }

  @Test("a larger allowance never sends more", arguments: patterns)
  func allowance(_ pattern: WritePattern) throws {
    var last = Double.infinity
    for limit in [30, 100, 300, 1_000, 2_000] {
      var migration = Self.guest(pattern)
      migration.transport.downtimeLimit = .milliseconds(Int64(limit))
      let bytes = try migration.point(under: .qemuTCG).bytes
      #expect(bytes <= last * 1.01, "\(limit) ms")
      last = bytes
    }
  }

  @Test("the same seed gives the same forecast, another one another")
  func determinism() throws {
    let migration = Self.guest(.uniform)
    let first = try migration.forecast(under: .qemuTCG, samples: 50, seed: 3)
    #expect(try migration.forecast(under: .qemuTCG, samples: 50, seed: 3) == first)
    #expect(try migration.forecast(under: .qemuTCG, samples: 50, seed: 4) != first)
  }

  @Test("auto-converge brings a guest to an end that would never come to one")
  func autoConverge() throws {
    var migration = Self.guest(.sweep)
    migration.memory.writes.pagesPerSecond = 40_000
    migration.memory.writes.catchesUp = false
    migration.transport.timeout = .seconds(120)
    #expect(try !migration.point(under: .qemuTCG).completed)
    migration.transport.autoConverge = true
    #expect(try migration.point(under: .qemuTCG).completed)
    migration.memory.writes.catchesUp = true
    #expect(try !migration.point(under: .qemuTCG).completed)
  }

  @Test("near the threshold completion is a matter of chance, and far from it it is not")
  func chance() throws {
    var migration = Self.guest(.uniform)
    migration.transport.timeout = .seconds(60)
    migration.transport.downtimeLimit = .milliseconds(50)
    var chances: [Double] = []
    for rate in stride(from: 12_000.0, through: 24_000, by: 500) {
      migration.memory.writes.pagesPerSecond = rate
      chances.append(try migration.forecast(under: .qemuTCG, samples: 60).completion)
    }
    #expect(chances.first == 1 && chances.last == 0)
    #expect(chances.contains { (0.05...0.95).contains($0) }, "\(chances)")
  }

  @Test("what contradicts itself is refused by name")
  func refusals() {
    var migration = Self.guest(.uniform)
    migration.memory.workload = .gibibytes(2)
    #expect(throws: CaseError.self) { try migration.point(under: .qemuTCG) }
    migration = Self.guest(.mixture([WriteTier(part: 0.5, writes: 1)]))
    #expect(throws: CaseError.self) { try migration.point(under: .qemuTCG) }
  }
}
