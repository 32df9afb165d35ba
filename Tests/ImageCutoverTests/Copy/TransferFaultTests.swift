import Glibc
import ImageFiles
import Quantities
import SystemPackage
import Testing

@testable import ImageCutover

/// What the pipeline makes of the kernel's answers on io_uring, and of the same answers by threads: continued, made
/// again, gone round the cache, or named with its place.
@Suite struct TransferFaultTests {
  /// A file of whole pages and of one more byte, open for both.
  private final class Bench {
    static let size = 300_001
    let workshop: Workshop
    let image: Image
    let source: TransferEnd
    let copy: Image
    let destination: TransferEnd
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 303_104, alignment: 4096)
    let queue: any TransferQueue

    init(usesRing: Bool) throws {
      workshop = try Workshop()
      image = try Image(workshop["src"], size: Self.size, data: [0..<Self.size])
      copy = try Image(workshop["dst"], size: Self.size)
      let files = LinuxFiles()
      source = TransferEnd(
        OpenFile(try files.openForReading(image.path), files, .source, path: "src"), writing: false)
      let file = try FileDescriptor.open(FilePath(copy.path), .readWrite)
      destination = TransferEnd(OpenFile(file, files, .destination, path: "dst"), writing: true)
      queue =
        usesRing ? try #require(RingQueue(depth: 16)) : try ThreadQueue(threads: 4, depth: 16)
    }

    deinit { memory.deallocate() }

    func pipeline(_ effect: @escaping (Int, Transfer) -> FaultyQueue.Effect?) -> TransferPipeline {
      TransferPipeline(
        FaultyQueue(
          queue, spoil: { [copy] in try? copy.write(Int($0.lowerBound)..<Int($0.upperBound), seed: 99) },
          effect: effect))
    }

    static func settle(_ pipeline: TransferPipeline) throws {
      while !pipeline.isIdle { _ = try pipeline.settle(within: .seconds(1)) }
    }

    /// All of it, in pieces of ten pages; the last reaches beyond the end.
    func read(_ pipeline: TransferPipeline) throws {
      for start in stride(from: 0, to: Self.size, by: 40_960) {
        let room = UnsafeMutableRawBufferPointer(
          rebasing: memory[start..<min(start + 40_960, memory.count)])
        pipeline.read(
          source, into: room, needed: min(40_960, Self.size - start), at: Int64(start), for: start)
      }
      try Self.settle(pipeline)
    }

    /// Expects all of the source in the memory.
    func expectRead(sourceLocation: SourceLocation = #_sourceLocation) {
      expectSame(image.bytes, Array(memory[..<Self.size]), sourceLocation: sourceLocation)
    }
  }

  /// Whether the tests' file system takes direct access.
  static let isDirect = (try? Bench(usesRing: false).source.isDirect) == true
  static let queues = RingQueue(depth: 1) == nil ? [false] : [true, false]

  @Test("interrupted and short transfers are carried to their end", arguments: queues, 0..<8)
  func interrupted(_ usesRing: Bool, _ seed: UInt64) throws {
    let bench = try Bench(usesRing: usesRing)
    var random = SplitMix64(state: seed)
    let effect = { (number: Int, transfer: Transfer) -> FaultyQueue.Effect? in
      if transfer.operation == .flush { return nil }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: return .error(.interrupted)
      case 1: return .error(.resourceTemporarilyUnavailable)
      // Of whole pages, as a disk gives them; or of any number of bytes, as a file system may.
      case 2: return .short(4096 * Int.random(in: 1...9, using: &random))
      case 3: return .short(Int.random(in: 1...5000, using: &random))
      default: return nil
      }
    }
    let pipeline = bench.pipeline(effect)
    defer { pipeline.drain() }
    try bench.read(pipeline)
    #expect(pipeline.failure == nil)
    pipeline.write(.init(rebasing: bench.memory[..<Bench.size]), to: bench.destination, at: 0, for: 1)
    pipeline.flush(bench.destination, for: 2)
    try Bench.settle(pipeline)
    #expect(pipeline.failure == nil && bench.source.isDirect == Self.isDirect)
    expectSame(bench.image.bytes, bench.copy.bytes)
  }

  @Test(
    "a failed write is named with the place that it had come to", arguments: queues,
    [Errno.noSpace, .ioError])
  func failedWrite(_ usesRing: Bool, _ errno: Errno) throws {
    let bench = try Bench(usesRing: usesRing)
    let pipeline = bench.pipeline { number, _ in number == 0 ? .short(8192) : .error(errno) }
    defer { pipeline.drain() }
    pipeline.write(.init(rebasing: bench.memory[..<65_536]), to: bench.destination, at: 4096, for: 1)
    try Bench.settle(pipeline)
    let fault = try #require(pipeline.failure as? FileFault)
    #expect(fault.cause == .errno(errno) && fault.offset == 4096 + 8192 && fault.role == .destination)
  }

  @Test(
    "a flush that fails is believed, even where it was only interrupted", arguments: queues,
    [Errno.ioError, .interrupted, .noSpace])
  func failedFlush(_ usesRing: Bool, _ errno: Errno) throws {
    let bench = try Bench(usesRing: usesRing)
    var flushes = 0
    let pipeline = bench.pipeline { _, transfer in
      guard transfer.operation == .flush else { return nil }
      flushes += 1
      return .error(errno)
    }
    defer { pipeline.drain() }
    pipeline.flush(bench.destination, for: 1)
    try Bench.settle(pipeline)
    #expect((pipeline.failure as? FileFault)?.cause == .errno(errno) && flushes == 1)
  }

  @Test(
    "a source that fails directly is read through the cache, and fails where that fails",
    .enabled(if: isDirect, "no direct access on this file system"), arguments: queues)
  func failedRead(_ usesRing: Bool) throws {
    let bench = try Bench(usesRing: usesRing)
    let cache = bench.source.file.descriptor
    let first = bench.pipeline { _, transfer in transfer.file == cache ? nil : .error(.ioError) }
    try bench.read(first)
    #expect(first.failure == nil)
    first.drain()
    bench.expectRead()
    let second = bench.pipeline { _, _ in .error(.ioError) }
    defer { second.drain() }
    try bench.read(second)
    let fault = try #require(second.failure as? FileFault)
    #expect(fault.cause == .errno(.ioError) && fault.role == .source && fault.offset == 0)
  }

  @Test(
    "a file system that does not take direct transfers after all gets others",
    .enabled(if: isDirect, "no direct access on this file system"), arguments: queues)
  func stepsBack(_ usesRing: Bool) throws {
    let bench = try Bench(usesRing: usesRing)
    let cache = bench.source.file.descriptor
    let pipeline = bench.pipeline { _, transfer in transfer.file == cache ? nil : .error(.invalidArgument) }
    defer { pipeline.drain() }
    try bench.read(pipeline)
    #expect(pipeline.failure == nil && !bench.source.isDirect)
    bench.expectRead()
  }
}
