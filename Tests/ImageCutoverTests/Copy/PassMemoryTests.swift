import ImageFiles
import Quantities
import SystemPackage
import TestTools
import Testing

@testable import ImageCutover

@Suite struct PassMemoryTests {
  private static let window: Int64 = 64 << 10

  @Test("what hangs when it is read back leaves memory for what is copied") func hanging() throws {
    let (workshop, files, count) = (try Workshop(isFast: true), FaultyFiles(), 64)
    let size = Int64(count) * Self.window
    try Image(workshop["src"], size: Int(size), data: [0..<Int(size)])
    try Image(workshop["dst"], size: Int(size), data: [])
    // No reading back comes to its end before everything is written.
    let cameTooSoon = Monitor(false)
    files.add(
      .read, of: .destination, at: nil,
      .first {
        if cameTooSoon.withLock({ $0 }) { return }
        if !eventually(within: 30, { files.count(.write, of: .destination) >= count }) {
          cameTooSoon.withLock { $0 = true }
        }
      })
    let directory = try files.openDirectory(workshop.path)
    let source = try files.openForReading(workshop["src"])
    let destination = try files.open("dst", in: directory, forWriting: true)
    let ends = CopyEnds(
      source: OpenFile(source, files, .source, path: "src"), size: size, disk: nil,
      destination: OpenFile(destination, files, .destination, path: "dst"), writer: nil)
    // Five windows; a clock that stands still lets flushes follow each other at once.
    let settings = PassRunner.Settings(
      windowSize: Self.window, threads: 16, readsBack: true, share: MemoryShare(sharers: 64),
      pace: CheckpointPace { .zero })
    #expect(settings.share.windows / Int(Self.window) == 5)
    let runner = try PassRunner(
      ends.openSource(), ends.openDestination(), settings, startingAt: 0, StepControl())
    try runner.run(ends.scan(size: size, windowSize: Self.window)) { _ in }
    #expect(!cameTooSoon.withLock { $0 })
    #expect(runner.counts.readBack == size && runner.heldByReadBacks == 0)
    expectSame(Image(at: workshop["dst"]).bytes, Image(at: workshop["src"]).bytes)
  }
}
