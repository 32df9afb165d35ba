internal import DiscreteEvent
internal import MigrationPhysics
internal import Quantities

// One migration, for a single prediction: flat, so that each key is an option of the command line too.

/// "90 % of the writes go to 10 % of the set".
struct HotForm: Sendable {
  var writes = 0.9
  var part = 0.1
}

enum MigrationTables {
  private static let hot = Shape.object("hot", doc: "A part that takes most writes.", initial: HotForm()) {
    Field("writes", \.writes, .fraction, doc: "The share of the writes that goes to it.")
    Field("part", \.part, .fraction, doc: "Its share of the working set.")
  }

  private static let tier = Shape.object(
    "tier", doc: "A part of the working set that is written alike.", initial: WriteTier(part: 1, writes: 1)
  ) {
    Field("part", \.part, .fraction, .required, doc: "Its share of the working set.")
    Field("writes", \.writes, .fraction, .required, doc: "Its share of the writes.")
  }

  private static let point = Shape.object(
    "window", doc: "Distinct memory written in a window.",
    initial: DirtyPoint(window: .zero, distinct: .zero)
  ) {
    Field("window", \.window, .positiveDuration, .required, doc: "Its length.")
    Field("distinct", \.distinct, .bytes, .required, doc: "What was written in it, each page once.")
  }

  private static let pattern = Shape<WritePattern>.tagged(
    "pattern", doc: "Which pages of the working set are written.",
    [
      .bare("uniform", .uniform, doc: "Any of them.", matches: { $0 == .uniform }),
      .bare("sweep", .sweep, doc: "One after the other, round and round.", matches: { $0 == .sweep }),
      .tag("hot", hot, bare: HotForm(), doc: "Most writes go to a part.") {
        .hot(writes: $0.writes, part: $0.part)
      },
      .tag("mixture", .list(of: tier, items: "tiers", min: 1, max: 4), doc: "Up to four parts.") {
        .mixture($0)
      },
      .tag("curve", .list(of: point, items: "windows", min: 1, max: 1_000), doc: "As measured.") {
        .curve($0)
      },
    ])

  static let migration = Shape.object(
    "migration", doc: "One migration, as far as it is known before.", initial: MigrationCase.standard
  ) {
    Field("kind", \.kind, .keyword, doc: "How it moves.")
    Field("memory", \.memory.configured, .bytes, doc: "What the guest was given.")
    Field("workload", \.memory.workload, .bytes, doc: "What its programs hold.")
    Field(
      "used", \.memory.used, .bytes, doc: "Its non-zero memory, if it is known.",
      standard: "the workload and the guest's own system")
    Field("pattern", \.memory.writes.pattern, pattern, doc: "Which pages are written.")
    Field("dirty-rate", \.dirtyRate, .byteRate, doc: "Memory written, each page as often as it is.")
    Field("working-set", \.memory.writes.workingSet, .bytes, doc: "Memory that is written at all.")
    Field(
      "bytes-per-write", \.memory.writes.bytesPerWrite, .bytes, doc: "What a write changes of its page.")
    Field(
      "catches-up", \.memory.writes.catchesUp, .boolean,
      doc: "Whether a throttled guest does later what it was kept from.")
    Field("link", \.transport.link, .limit, doc: "What the network lets through.")
    Field("max-bandwidth", \.transport.maxBandwidth, .limit, doc: "The hypervisor's own limit.")
    Field("round-trip", \.transport.roundTrip, .duration, doc: "One way and back.")
    Field("downtime-limit", \.transport.downtimeLimit, .duration, doc: "The pause that ends the rounds.")
    Field("timeout", \.transport.timeout, .positiveDuration, doc: "When it is called off.")
    Field(
      "xbzrle-cache", \.transport.xbzrleCache, .bytes, doc: "Deltas, with such a cache.", standard: "none")
    Field(
      "compression", \.transport.compressionRatio, .fraction, doc: "What compression leaves of a page.",
      standard: "none")
    Field("channels", \.transport.channels, .integer(in: 0...64), doc: "Parallel channels; 0: one stream.")
    Field("auto-converge", \.transport.autoConverge, .boolean, doc: "Slow the guest if it writes too much.")
    Field(
      "post-copy-after-rounds", \.transport.postCopyAfterRounds, .integer(in: 0...100_000),
      doc: "Start there after so many rounds; 0: never.")
    Field("disk", \.disk.virtual, .bytes, doc: "The size of its disk.")
    Field("allocated", \.disk.allocated, .bytes, doc: "What of the disk holds data.")
    Field("disk-writes", \.disk.writes.rate, .byteRate, doc: "Written to the disk.")
    Field("disk-write-size", \.disk.writes.size, .bytes, doc: "Of one write.")
    Field("disk-working-set", \.disk.writes.workingSet, .bytes, doc: "The part of it that is written.")
    Field("disk-pattern", \.disk.writes.pattern, .keyword, doc: "In which order.")
    Field("job-limit", \.disk.jobLimit, .limit, doc: "The limit of the copying job.")
    Field("granularity", \.disk.granularity, .bytes, doc: "What one bit of the dirty bitmap stands for.")
    Field("write-blocking", \.disk.isWriteBlocking, .boolean, doc: "Each write is held until both have it.")
    Field("passes", \.disk.passes, .integer(in: 1...1_000), doc: "Copies made while it runs (reboot).")
    Field("dwell", \.disk.dwell, .duration, doc: "Between the copy and what follows.")
    Field("boot", \.boot, .duration, doc: "How long it takes to boot.")
    Field("shutdown", \.shutdown, .duration, doc: "How long it takes to power down.")
  }
}

extension MigrationCase {
  /// What a prediction starts from where nothing is said.
  fileprivate static var standard: MigrationCase {
    var migration = MigrationCase(.liveRAM)
    migration.memory.configured = .gibibytes(4)
    migration.transport.link = .bitsPerSecond(10e9)
    migration.transport.timeout = .hours(1)
    return migration
  }

  /// The rate of page writes, as memory.
  fileprivate var dirtyRate: ByteRate {
    get { ByteRate(bytesPerSecond: memory.writes.pagesPerSecond * 4096) }
    set { memory.writes.pagesPerSecond = newValue.bytesPerSecond / 4096 }
  }
}
