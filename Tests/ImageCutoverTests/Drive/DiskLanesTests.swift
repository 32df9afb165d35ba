import CutoverCore
import ImageFiles
import Quantities
import Testing

@testable import ImageCutover

@Suite struct DiskLanesTests {
  private static func routes(_ ways: [(UInt64, UInt64)]) -> [DiskRoute] {
    ways.map { DiskRoute(sources: [$0.0], destination: $0.1) }
  }

  /// Disks 0 and 2 go the same way; 1 shares its destination with them, and 3 nothing.
  private static let four = routes([(1, 9), (2, 9), (1, 9), (3, 8)])

  @Test("those on one way go one after the other, those on others side by side, in the order of their names")
  func lanes() {
    let lanes = DiskLanes(Self.four, atOnce: 4)
    #expect(lanes.lanes == [[0, 2], [1], [3]] && lanes.atOnce == 3)
    #expect(DiskLanes(Self.four, atOnce: 2).atOnce == 2)
    let single = DiskLanes(Self.four, atOnce: 1)
    #expect(single.lanes == [[0, 1, 2, 3]] && single.atOnce == 1)
    #expect(DiskLanes(Self.routes([(1, 9), (9, 1)]), atOnce: 4).lanes == [[0], [1]])
    let chains = [DiskRoute(sources: [1, 2], destination: 9), DiskRoute(sources: [1], destination: 9)]
    #expect(DiskLanes(chains, atOnce: 4).lanes == [[0], [1]])
    #expect(DiskLanes([], atOnce: 4).lanes.isEmpty)
  }

  @Test("what has no device in common takes as long as the longest; what has, as long as one after the other")
  func time() {
    let each = [3.0, 5, 2, 4]
    // 0, 1 and 2 share device 9.
    #expect(DiskLanes(Self.four, atOnce: 4).time(of: each) == 10)
    #expect(DiskLanes(Self.four, atOnce: 1).time(of: each) == 14)
    let apart = Self.routes([(1, 5), (2, 6), (3, 7), (4, 8)])
    #expect(DiskLanes(apart, atOnce: 4).time(of: each) == 5)
    // 3 and 2 and then 4, beside 5: whoever is free first takes the next.
    #expect(DiskLanes(apart, atOnce: 2).time(of: each) == 9)
    #expect(DiskLanes(apart, atOnce: 1).time(of: each) == 14)
    #expect(DiskLanes([], atOnce: 4).time(of: []) == 0)
  }

  @Test(
    "never more at once than that, each once, and the results in the order of the disks", arguments: 1...4)
  func atOnce(most: Int) throws {
    let routes = (0..<7).map { DiskRoute(sources: [UInt64($0)], destination: 99) }
    let inside = Monitor((now: 0, most: 0, seen: [Int]()))
    let results = try DiskLanes(routes, atOnce: most).run(
      routes.map { _ in Bytes(1) }, StepControl()
    ) { disk, _ in
      inside.withLock { state in
        state.now += 1
        state.most = max(state.most, state.now)
        state.seen.append(disk)
      }
      // The first wait for each other, so that it is seen whether they go side by side.
      inside.wait(until: monotonicNow() + .seconds(60)) { $0.most >= most }
      sleepFor(.milliseconds(Int64(7 - disk)))
      inside.withLock { $0.now -= 1 }
      return disk * 10
    }
    #expect(results == [0, 10, 20, 30, 40, 50, 60])
    inside.withLock { state in
      #expect(state.most == most && state.seen.sorted() == Array(0..<7))
      if most == 1 { #expect(state.seen == Array(0..<7)) }
    }
  }

  @Test("the first failure is told, the others are stopped, and what waits is not begun") func failure()
    throws
  {
    let routes = (0..<4).map { DiskRoute(sources: [UInt64($0)], destination: 99) }
    let (begun, failed) = (Monitor<[Int]>([]), Monitor(false))
    let control = StepControl()
    #expect(throws: StepFailure(.source, "disk 1")) {
      try DiskLanes(routes, atOnce: 2).run(routes.map { _ in Bytes(1) }, control) { disk, own in
        begun.withLock { $0.append(disk) }
        begun.wait { $0.count == 2 }
        if disk == 1 {
          failed.withLock { $0 = true }
          throw StepFailure(.source, "disk 1")
        }
        failed.wait { $0 }
        while !own.isAbandoned { sleepFor(.milliseconds(1)) }
        throw StepFailure(.destination, "disk 0, of being stopped")
      }
    }
    #expect(begun.withLock { $0.sorted() } == [0, 1] && control.isAbandoned)
  }

  @Test("of disks side by side that which has most before it says how far a step is") func share() {
    let control = StepControl()
    #expect(control.share(of: .zero) == 0)
    control.add(Bytes(10))
    #expect(control.share(of: Bytes(40)) == 0.25)
    let step = StepControl()
    let parts = step.split([Bytes(100), Bytes(50), .zero])
    parts[0].add(Bytes(90))
    parts[1].add(Bytes(10))
    #expect(step.bytesDone == Bytes(100) && step.share(of: Bytes(150)) == 0.2)
    parts[1].add(Bytes(60))
    #expect(step.share(of: Bytes(150)) == 0.9)
    step.abandon()
    #expect(parts.allSatisfy { $0.isAbandoned })
  }

  @Test("however many share the memory, together they hold no more than one alone", arguments: 1...8)
  func memory(sharers: Int) {
    for hasTables in [false, true] { share(of: sharers, hasTables) }
  }

  private func share(of sharers: Int, _ hasTables: Bool) {
    let (share, whole) = (
      MemoryShare(sharers: sharers, hasTables: hasTables), MemoryShare(hasTables: hasTables)
    )
    #expect(share.windows * sharers <= whole.windows)
    #expect(share.comparisons * sharers <= whole.comparisons)
    #expect(share.tablesRead * sharers <= whole.tablesRead)
    #expect(share.tablesWritten * sharers <= whole.tablesWritten)
    for block in [4096, 65_536, 1_048_576, 1_572_864, 4_194_304] as [Int64] {
      let window = share.window(atMost: block)
      let largest = BuddyArena.size(holding: Int(window))
      #expect(window <= block && window % 4096 == 0 && window >= min(block, 512 << 10))
      // Both arenas of a pass, and that of a proof with its two sides.
      #expect(largest <= share.comparisons && 2 * largest <= share.windows + share.comparisons)
    }
    #expect(
      whole.window(atMost: ImageCutoverOptions.largestBlock.count) == ImageCutoverOptions.largestBlock.count)
  }
}

@Suite struct JoinedFactsTests {
  private func facts(_ source: UInt64, _ destination: UInt64, mebibytes: Int64, rate: Double) -> ImageFacts {
    let identity = FileIdentity(
      FileStatus(isRegular: true, size: 0, allocated: 0, device: source, inode: source, modified: 0))
    var facts = ImageFacts(
      identity: identity, virtualSize: .mebibytes(mebibytes), allocated: .mebibytes(mebibytes),
      destinationAllocated: .mebibytes(mebibytes), sourceDevice: source, destinationDevice: destination,
      free: .mebibytes(1000))
    facts.links = [ImageLink(path: "/\(source)", format: .raw, identity: identity)]
    facts.copyRate = .mebibytesPerSecond(rate)
    facts.scanRate = .mebibytesPerSecond(2 * rate)
    facts.passSeconds = 0.5
    return facts
  }

  @Test("the longest of disks on different devices, the sum of those on the same, is what a pass is to take")
  func times() throws {
    let disks = [
      facts(1, 11, mebibytes: 100, rate: 100), facts(2, 12, mebibytes: 300, rate: 50),
      facts(1, 11, mebibytes: 200, rate: 100),
    ]
    func rates(_ atOnce: Int?) -> (copy: Double, scan: Double, pass: Double, sideBySide: Int?) {
      var options = ImageCutoverOptions()
      options.disksAtOnce = atOnce
      let sum = ImageFacts(joining: disks, options)
      #expect(sum.allocated == .mebibytes(600) && sum.compareRate == nil && sum.free == .mebibytes(2000))
      func seconds(_ rate: ByteRate?) -> Double { 600 / ((rate?.bytesPerSecond ?? 0) / Double(1 << 20)) }
      return (seconds(sum.copyRate), seconds(sum.scanRate), sum.passSeconds, sum.sideBySide)
    }
    func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-9 }
    // 1 s and 2 s one after the other, beside 6 s.
    let apart = rates(4)
    #expect(isNear(apart.copy, 6) && isNear(apart.scan, 3) && isNear(apart.pass, 0.5))
    #expect(apart.sideBySide == 2)
    for atOnce in [1, nil] {
      let one = rates(atOnce)
      #expect(isNear(one.copy, 9) && isNear(one.scan, 4.5) && isNear(one.pass, 1.5) && one.sideBySide == 1)
    }
    #expect(ImageFacts(joining: [disks[0]], ImageCutoverOptions()) == disks[0])
  }
}
