import CutoverCore
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import SystemPackage
import Testing

@testable import ImageCutover

@Suite struct CopySegmentTests {
  /// Runs of the set bits of a small world.
  private func ranges(_ bits: Int, _ width: Int) -> [Range<Int64>] {
    var ranges: [Range<Int64>] = []
    for index in 0..<width where bits & 1 << index != 0 {
      if let last = ranges.last, last.upperBound == index {
        ranges[ranges.count - 1] = last.lowerBound..<Int64(index + 1)
      } else {
        ranges.append(Int64(index)..<Int64(index + 1))
      }
    }
    return ranges
  }

  @Test("every layout of six blocks on both sides is aligned rightly") func everyLayout() {
    let width = 6
    for source in 0..<1 << width {
      for destination in 0..<1 << width {
        let segments = CopySegment.align(
          source: ranges(source, width), destination: ranges(destination, width))
        var kinds = [CopySegment.Kind?](repeating: nil, count: width)
        var end: Int64 = 0
        for segment in segments {
          #expect(segment.range.lowerBound >= end && !segment.range.isEmpty)
          end = segment.range.upperBound
          for index in segment.range { kinds[Int(index)] = segment.kind }
        }
        for index in 0..<width {
          let expected: CopySegment.Kind? =
            switch (source & 1 << index != 0, destination & 1 << index != 0) {
            case (true, true): .compare
            case (true, false): .write
            case (false, true): .punch
            case (false, false): nil
            }
          #expect(kinds[index] == expected, "\(source) \(destination)")
        }
      }
    }
  }
}

@Suite struct BlockDifferenceTests {
  @Test("the runs are the differing pages, no more, no fewer", arguments: 0..<40)
  func runs(seed: UInt64) {
    var random = SplitMix64(state: seed)
    let count = Int.random(in: 0...300_000, using: &random)
    let a = [UInt8](repeating: 7, count: count)
    var b = a
    var pages = Set<Int>()
    for _ in 0..<Int.random(in: 0...20, using: &random) where count > 0 {
      let place = Int.random(in: 0..<count, using: &random)
      b[place] = 8
      pages.insert(place / 4096)
    }
    let runs = a.withUnsafeBytes { a in b.withUnsafeBytes { BlockDifference.runs(a, $0) } }
    var found = Set<Int>()
    for (index, run) in runs.enumerated() {
      #expect(run.lowerBound % 4096 == 0 && (run.upperBound % 4096 == 0 || run.upperBound == count))
      if index > 0 { #expect(runs[index - 1].upperBound < run.lowerBound, "adjacent runs are one") }
      for page in run.lowerBound / 4096...(run.upperBound - 1) / 4096 { found.insert(page) }
    }
    #expect(found == pages)
  }
}

@Suite struct ScanFeedTests {
  @Test("the windows cover both images' data once, whatever the window", arguments: 0..<10)
  func cover(seed: UInt64) throws {
    let workshop = try Workshop()
    let layout = RandomLayout(seed: seed)
    let source = try layout.make(workshop["src"])
    let other = RandomLayout(seed: seed + 1000, most: layout.size)
    let destination = try Image(
      workshop["dst"], size: layout.size, data: other.data.filter { $0.upperBound <= layout.size })
    let files = LinuxFiles()
    let (a, b) = (
      OpenFile(try files.openForReading(source.path), files, .source, path: ""),
      OpenFile(try files.openForReading(destination.path), files, .destination, path: "")
    )
    func isData(_ map: [Range<Int>], _ page: Int) -> Bool {
      map.contains { $0.overlaps(page * 4096..<(page + 1) * 4096) }
    }
    let pages = (layout.size + 4095) / 4096
    let (sourceMap, destinationMap) = (source.map, destination.map)
    let expected = (0..<pages).map { page -> CopySegment.Kind? in
      switch (isData(sourceMap, page), isData(destinationMap, page)) {
      case (true, true): .compare
      case (true, false): .write
      case (false, true): .punch
      case (false, false): nil
      }
    }
    for window in [4096, 65_536, 1 << 20] as [Int64] {
      let feed = ScanFeed(a, b, size: Int64(layout.size), windowSize: window)
      var kinds = [CopySegment.Kind?](repeating: nil, count: pages)
      while let next = try feed.next() {
        #expect(next.range.upperBound - next.range.lowerBound <= window)
        for segment in next.segments {
          #expect(
            next.range.contains(segment.range.lowerBound) && segment.range.upperBound <= next.range.upperBound
          )
          for page in segment.range.lowerBound / 4096...(segment.range.upperBound - 1) / 4096 {
            #expect(kinds[Int(page)] == nil)
            kinds[Int(page)] = segment.kind
          }
        }
      }
      #expect(kinds == expected)
    }
  }
}

@Suite struct ScanTrackerTests {
  private func tally(_ began: Int64, _ ended: Int64, examined: Int64, written: Int64) -> PassTally {
    PassTally(
      began: Instant(nanoseconds: began * 1_000_000_000), ended: Instant(nanoseconds: ended * 1_000_000_000),
      examined: .mebibytes(examined), written: .mebibytes(written))
  }

  @Test("what remains is the guest's pace between two passes over the length of the last one")
  func remaining()
    throws
  {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1)
    let files = LinuxFiles()
    let file = OpenFile(try files.openForReading(workshop["src"]), files, .source, path: "")
    let tracker = ScanTracker(CopyEnds(source: file, size: 1, destination: file), windowSize: 4096)
    func remaining(_ tally: PassTally, at seconds: Int64? = nil) -> Bytes {
      tracker.remaining(
        after: tally, at: seconds.map { Instant(nanoseconds: $0 * 1_000_000_000) } ?? tally.ended)
    }
    // Pass 0 knows nothing: all of it.
    #expect(remaining(tally(0, 10, examined: 1000, written: 1000)) == .mebibytes(1000))
    // Middles at 5 s and 11 s, 120 MiB in 6 s: 20 MiB/s; a pass of 2 s leaves 40 MiB.
    #expect(remaining(tally(10, 12, examined: 1000, written: 120)) == .mebibytes(40))
    // Middles at 11 s and 13 s.
    #expect(remaining(tally(12, 14, examined: 1000, written: 40)) == .mebibytes(40))
    // Middles at 13 s and 15 s, 20 MiB/s; another disk took until 24 s, ten since this pass began.
    #expect(remaining(tally(14, 16, examined: 1000, written: 40), at: 24) == .mebibytes(200))
    #expect(remaining(tally(24, 26, examined: 1000, written: 0)) == .zero)
  }
}

@Suite struct TokenBucketTests {
  @Test("takers wait in turn at the rate, and a rest earns no more than a short burst") func turns() {
    let second: Int64 = 1_000_000_000
    let start = Instant(nanoseconds: 100 * second)
    let bucket = TokenBucket(.mebibytesPerSecond(1), now: start)
    #expect(bucket.take(.mebibytes(1), now: start) == Instant(nanoseconds: 101 * second))
    #expect(bucket.take(.mebibytes(2), now: start) == Instant(nanoseconds: 103 * second))
    let late = Instant(nanoseconds: 200 * second)
    #expect(bucket.take(.mebibytes(1), now: late) == late + .milliseconds(980))
  }
}

@Suite struct MonitorTests {
  @Test("waiting ends at the deadline, or when it becomes true") func waits() throws {
    let monitor = Monitor(0)
    let began = monotonicNow()
    #expect(!monitor.wait(until: began + .milliseconds(50)) { $0 == 1 })
    #expect(monotonicNow() - began >= .milliseconds(50))
    try detachThread {
      sleepFor(.milliseconds(20))
      monitor.withLock { $0 = 1 }
    }
    #expect(monitor.wait(until: monotonicNow() + .seconds(60)) { $0 == 1 })
  }

  @Test("a deadline before this machine came up has passed") func beforeBoot() {
    let monitor = Monitor(0)
    for deadline in [Instant.zero, Instant(nanoseconds: -1), Instant(nanoseconds: -3_600_000_000_001)] {
      #expect(!monitor.wait(until: deadline) { $0 == 1 })
      #expect(monitor.wait(until: deadline) { $0 == 0 })
    }
  }
}

@Suite struct ImageProbeTests {
  @Test("the facts are the image's, and nothing is left behind") func facts() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 5_000_001, data: [0..<65_536, 1_048_576..<3_000_000])
    var probe = ImageProbe(source: workshop["src"], destination: workshop["dst"])
    probe.sample = .mebibytes(2)
    let facts = try probe.measure()
    #expect(facts.virtualSize == Bytes(5_000_001))
    #expect(facts.allocated == Bytes(Int64(image.allocated)))
    #expect(facts.extents == 2)
    #expect(facts.sourceDevice == UInt64(image.status.st_dev))
    #expect(facts.destinationDevice == facts.sourceDevice)
    #expect(facts.free > .zero && facts.abilities.holes)
    for rate in [facts.copyRate, facts.scanRate, facts.compareRate] { #expect(try #require(rate) > .zero) }
    #expect(facts.spread >= 0)
    expectOnlySource(workshop)
  }

  @Test("a guest that writes while the probe looks is no fault of the disk") func busyGuest() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 4 << 20, data: [0..<4 << 20])
    var probe = ImageProbe(source: workshop["src"], destination: workshop["dst"])
    let files = FaultyFiles()
    let seed = Monitor<UInt64>(7)
    files.add(
      .read, of: .source, at: nil,
      .first {
        let next = seed.withLock { seed in
          seed += 1
          return seed
        }
        for place in stride(from: 0, to: 4 << 20, by: 65_536) {
          try? image.write(place..<place + 4096, seed: next)
        }
      })
    probe.files = files
    #expect(try probe.measure().compareRate != nil)
    expectOnlySource(workshop)
  }

  @Test("a hole has no rate") func hole() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1 << 20)
    var probe = ImageProbe(source: workshop["src"], destination: workshop["dst"])
    probe.sample = .kibibytes(8)
    #expect(try probe.measure().copyRate == nil)
  }

  @Test("what the cutover will read back is read back by the probe, in the same pass") func readsBack() throws
  {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1 << 20, data: [0..<8192])
    var probe = ImageProbe(source: workshop["src"], destination: workshop["dst"])
    probe.looksAgain = false
    // Whoever reads the destination comes to grief.
    probe.files = FaultyFiles(.read, of: .directory, at: nil, .error(.ioError))
    probe.options.verification = .none
    #expect(throws: Never.self) { try probe.measure() }
    probe.options.verification = .written
    #expect(throws: ImageCutoverError.self) { try probe.measure() }
  }

  @Test("faults are typed, and leave nothing") func faults() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1 << 20, data: [0..<8192])
    var probe = ImageProbe(source: workshop["src"], destination: workshop["dst"])
    for (call, side) in [
      (FaultyFiles.Call.write, FaultyFiles.Side.directory), (.flushData, .directory), (.read, .source),
      (.create, .directory), (.freeSpace, .directory),
    ] {
      probe.files = FaultyFiles(call, of: side, .error(.ioError))
      #expect(throws: ImageCutoverError.self) { try probe.measure() }
      expectOnlySource(workshop)
    }
    #expect(throws: ImageCutoverError.sourceMissing(path: workshop["no"])) {
      try ImageProbe(source: workshop["no"], destination: workshop["dst"]).measure()
    }
    #expect(throws: ImageCutoverError.sourceNotRegular(path: workshop.path)) {
      try ImageProbe(source: workshop.path, destination: workshop["dst"]).measure()
    }
  }
}

/// Destinations whose file system knows no holes, such as exfat-fuse, ntfs-3g or NFS 3.
@Suite struct WithoutHolesTests {
  @Test("holes are kept as zeros, and what becomes a hole becomes zeros", arguments: DiskFormat.allCases)
  func cutover(_ format: DiskFormat) throws {
    let workshop = try Workshop()
    let source = try Image(workshop["src"], size: 48 << 20, data: [0..<1 << 20, 20 << 20..<23 << 20])
    let guest = ScriptedGuest { command in
      guard command == "shutDown" else { return }
      try source.punch((21 << 20) + 4096..<22 << 20)
      try source.write(40 << 20..<41 << 20, seed: 9)
    }
    var cutover = ImageCutover(
      [ImageMove(source: workshop["src"], destination: workshop["dst"], destinationFormat: format)],
      // What is a hole on one side only is not taken for something that was written meanwhile.
      strategy: Warm(rest: .kibibytes(64)))
    cutover.guest = guest
    cutover.files = FaultyFiles(knowsHoles: false)
    let report = try cutover.run()
    #expect(report.isCompleted && report.verified, "\(report)")
    let made = Image(at: workshop["dst"])
    expectSame(try made.disk(format), source.bytes)
    // What nobody has written is not written now.
    #expect(made.allocated < 8 << 20, "\(made.allocated)")
  }

  @Test("nothing is cleared but what was to be, whatever its ends") func exact() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["a"], size: 3_000_001, data: [0..<3_000_001])
    let before = image.bytes
    let files = FaultyFiles(knowsHoles: false)
    let directory = try files.openDirectory(workshop.path)
    defer { files.close(directory) }
    // Made by these files, it is a destination.
    _ = try files.create("b", in: directory)
    try #require(rename(workshop["a"], workshop["b"]) == 0)
    let file = OpenFile(
      try files.open("b", in: directory, forWriting: true), files, .destination, path: workshop["b"])
    for range in [4096..<8192, 1_048_576..<1_900_544, 2_998_272..<3_000_001] as [Range<Int64>] {
      let count = range.upperBound - range.lowerBound
      #expect(try WritingEnd(file).punch(range) == count)
      #expect(try WritingEnd(file).punch(range) == 0)
    }
    var expected = before
    for range in [4096..<8192, 1_048_576..<1_900_544, 2_998_272..<3_000_001] {
      expected.replaceSubrange(range, with: repeatElement(0, count: range.count))
    }
    expectSame(Image(at: workshop["b"]).bytes, expected)
  }
}
