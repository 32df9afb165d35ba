import Glibc
import ImageFiles
import Quantities
import SystemPackage
import TestTools
import Testing

@testable import ImageCutover

/// What is worked out beside the transfers.
@Suite struct ComputeTests {
  private static let queues = RingQueue(depth: 1) == nil ? [false] : [true, false]

  private func queue(_ usesRing: Bool) throws -> any TransferQueue {
    usesRing ? try #require(RingQueue(depth: 16)) : try ThreadQueue(threads: 4, depth: 16)
  }

  private func opened(_ image: Image) throws -> TransferEnd {
    let files = LinuxFiles()
    return TransferEnd(
      OpenFile(try files.openForReading(image.path), files, .source, path: "src"), writing: false)
  }

  @Test("a wait for transfers ends when somebody wakes it, before it or meanwhile", arguments: queues)
  func wakes(usesRing: Bool) throws {
    let queue = try queue(usesRing)
    for round in 0..<200 {
      let wake = queue.wake
      let isAhead = round % 2 == 0
      if isAhead { wake() }
      let began = Monitor(false)
      let woken = Monitor(isAhead)
      if !isAhead {
        try detachThread {
          began.wait { $0 }
          wake()
          woken.withLock { $0 = true }
        }
      }
      began.withLock { $0 = true }
      let deadline = monotonicNow() + .seconds(20)
      try queue.complete(within: .seconds(20)) { _, _ in Issue.record("nothing was begun") }
      try #require(monotonicNow() < deadline, "nobody was woken in round \(round)")
      woken.wait { $0 }
    }
  }

  @Test(
    "an owner is reported once, when its transfers and what is worked out for it are over", arguments: queues)
  func owners(usesRing: Bool) throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 1 << 20, data: [0..<1 << 20])
    let source = try opened(image)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { memory.deallocate() }
    let pipeline = TransferPipeline(try queue(usesRing))
    defer { pipeline.drain() }
    let gate = Monitor(false)
    let done = Monitor([Int]())
    for owner in 0..<8 {
      let room = UnsafeMutableRawBufferPointer(rebasing: memory[owner << 17..<(owner + 1) << 17])
      pipeline.read(source, into: room, needed: room.count, at: Int64(owner) << 17, for: owner)
      let isBegun = pipeline.compute(for: owner, of: 1 << 20) {
        gate.wait { $0 }
        done.withLock { $0.append(owner) }
      }
      #expect(isBegun)
    }
    // All has been read, and nothing is worked out: nobody is ready.
    for _ in 0..<20 { #expect(try pipeline.settle(within: .milliseconds(5)).isEmpty) }
    #expect(!pipeline.isIdle)
    gate.withLock { $0 = true }
    var reported: [Int] = []
    while !pipeline.isIdle { reported += try pipeline.settle(within: .seconds(20)) }
    #expect(reported.sorted() == Array(0..<8))
    #expect(done.withLock { $0 } == Array(0..<8))
    expectSame(image.bytes, Array(memory))
  }

  @Test("a failed transfer waits for what is worked out from its memory", arguments: queues)
  func failure(usesRing: Bool) throws {
    let workshop = try Workshop()
    let source = try opened(Image(workshop["src"], size: 4096, data: [0..<4096]))
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { memory.deallocate() }
    let pipeline = TransferPipeline(try queue(usesRing))
    let isOver = Monitor(false)
    let gate = Monitor(false)
    #expect(
      pipeline.compute(for: 1, of: 1 << 20) {
        gate.wait { $0 }
        isOver.withLock { $0 = true }
      })
    pipeline.read(source, into: memory, needed: 1 << 20, at: 0, for: 1)
    while pipeline.failure == nil { #expect(try pipeline.settle(within: .milliseconds(5)).isEmpty) }
    gate.withLock { $0 = true }
    pipeline.drain()
    #expect(isOver.withLock { $0 } && pipeline.isIdle)
  }

  /// One that is refused, as where a machine has as many threads as it may.
  private static func refused(_: @escaping @Sendable () -> Void) throws(ThreadFailure) {
    throw ThreadFailure(errno: EAGAIN)
  }

  @Test("where there is no second thread the first does its work") func alone() throws {
    #expect(throws: ThreadFailure.self) { try ComputeThread(wake: {}, Self.refused) }
    let pipeline = TransferPipeline(try queue(false), startThread: Self.refused)
    let done = Monitor(0)
    for owner in 1...3 { #expect(!pipeline.compute(for: owner, of: 1 << 20) { done.withLock { $0 += 1 } }) }
    #expect(done.withLock { $0 } == 3 && pipeline.isIdle)
  }

  @Test("what is small is done at once") func small() throws {
    let pipeline = TransferPipeline(try queue(false))
    let done = Monitor(0)
    #expect(!pipeline.compute(for: 1, of: 4096) { done.withLock { $0 += 1 } })
    #expect(done.withLock { $0 } == 1 && pipeline.isIdle)
  }
}
