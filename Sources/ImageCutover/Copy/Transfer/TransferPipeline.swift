internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// Many requests under way at once, each of them carried to its end: short counts are continued, interrupted calls
/// made again, what cannot go past the cache goes through it. The first failure ends it all.
///
/// Requests belong to owners, numbers that the user of the pipeline chooses; an owner is reported when the last of its
/// requests has ended. One thread uses a pipeline.
final class TransferPipeline {
  /// Enough to keep disks busy with single pages: 65,536 of them took 1.3 s at depth 128 and 0.9 s at 256.
  /// One less than a power of two, for the ring has an entry more, by which it is woken.
  static let ringDepth = 255
  /// A digest of so much takes about as long as waking a thread, some microseconds.
  private static let leastComputed = 64 << 10

  fileprivate struct Request {
    var operation: Transfer.Operation
    var end: TransferEnd
    var memory: UnsafeMutableRawBufferPointer
    var offset: Int64
    /// Bytes that must be there; behind them a read may meet the end of the file.
    var needed: Int
    var done = 0
    var owner: Int
    var face = FileDescriptor(rawValue: -1)
    /// A direct read of it has failed.
    var goesThroughCache = false
  }

  private let queue: any TransferQueue
  private var underWay: [Request?]
  private var idle: [Int]
  /// Requests that wait for room in the queue, from `firstWaiting` on.
  private var waiting: [Request] = []
  private var firstWaiting = 0
  private var open: [Int: Int] = [:]
  private var finished: [Int] = []
  /// `nil` where there is no second thread to be had.
  private lazy var computer = try? ComputeThread(wake: queue.wake, startThread)
  private let startThread: ComputeThread.Starter
  /// How many things are being worked out.
  private var computing = 0
  /// What went wrong first; from then on nothing is begun.
  private(set) var failure: (any Error)?

  /// - Parameters:
  ///   - files: Of all the ends that will be used.
  ///   - threads: How many calls are under way at once where there is no io_uring.
  convenience init(_ files: [any FileAccess], threads: Int) throws {
    let ring = files.allSatisfy { $0.usesRing } ? RingQueue(depth: Self.ringDepth) : nil
    self.init(try ring ?? ThreadQueue(threads: threads, depth: 2 * threads))
  }

  init(_ queue: any TransferQueue, startThread: @escaping ComputeThread.Starter = detachThread) {
    self.queue = queue
    self.startThread = startThread
    underWay = .init(repeating: nil, count: queue.depth)
    idle = Array((0..<queue.depth).reversed())
  }

  deinit {
    // Before the queue, which it wakes.
    computer = nil
  }

  /// Whether nothing is left to wait for.
  var isIdle: Bool { idle.count == underWay.count && firstWaiting == waiting.count && computing == 0 }
  /// Whether more requests would only wait.
  var isFull: Bool { idle.count <= waiting.count - firstWaiting }

  /// Reads `needed` bytes at least into the memory, which may reach beyond the end of the file.
  func read(
    _ end: TransferEnd, into memory: UnsafeMutableRawBufferPointer, needed: Int, at offset: Int64,
    for owner: Int
  ) { add(.init(operation: .read, end: end, memory: memory, offset: offset, needed: needed, owner: owner)) }

  func write(_ memory: UnsafeMutableRawBufferPointer, to end: TransferEnd, at offset: Int64, for owner: Int) {
    add(
      .init(operation: .write, end: end, memory: memory, offset: offset, needed: memory.count, owner: owner))
  }

  func flush(_ end: TransferEnd, for owner: Int) {
    add(
      .init(
        operation: .flush, end: end, memory: .init(start: nil, count: 0), offset: 0, needed: 0, owner: owner))
  }

  /// Has something worked out beside the transfers, from memory that stays as it is until its owner is reported.
  ///
  /// - Parameter count: How many bytes it looks at.
  /// - Returns: Whether it is under way; otherwise it is done, as what is not worth the way to another thread and back,
  ///   and where there is none.
  func compute(for owner: Int, of count: Int, _ work: @escaping @Sendable () -> Void) -> Bool {
    guard count >= Self.leastComputed, let computer else {
      work()
      return false
    }
    open[owner, default: 0] += 1
    computing += 1
    computer.begin(for: owner, work)
    return true
  }

  private func add(_ request: Request) {
    open[request.owner, default: 0] += 1
    waiting.append(request)
  }

  /// Waits for something to end, until `timeout` at the longest, and hands out the owners that have nothing more
  /// under way. After a failure the owners are those whose memory is free again, whatever became of it.
  func settle(within timeout: Duration) throws -> [Int] {
    beginWaiting()
    if idle.count < underWay.count {
      try queue.complete(within: timeout) { tag, result in settle(tag, result) }
      beginWaiting()
    } else if computing > 0 {
      computer?.wait(within: timeout)
    }
    if computing > 0, let computer {
      for owner in computer.takeDone() {
        computing -= 1
        end(owner)
      }
    }
    defer { finished.removeAll(keepingCapacity: true) }
    return finished
  }

  /// Waits until nothing is under way, so that its memory can be given back.
  func drain() {
    fail(Abandoned())
    while !isIdle {
      do { _ = try settle(within: .seconds(1)) } catch { return }
    }
  }

  private func beginWaiting() {
    while firstWaiting < waiting.count {
      if failure != nil {
        end(waiting[firstWaiting].owner)
        firstWaiting += 1
        continue
      }
      guard let slot = idle.popLast() else { break }
      begin(waiting[firstWaiting], slot)
      firstWaiting += 1
    }
    if firstWaiting == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      firstWaiting = 0
    }
  }

  private func begin(_ request: Request, _ slot: Int) {
    var request = request
    let rest = UnsafeMutableRawBufferPointer(rebasing: request.memory[request.done...])
    let place = request.offset + Int64(request.done)
    request.face =
      request.goesThroughCache
      ? request.end.file.descriptor : request.end.face(for: request.operation, rest, at: place)
    underWay[slot] = request
    queue.begin(
      Transfer(
        operation: request.operation, files: request.end.file.files, file: request.face, memory: rest,
        offset: place, tag: slot))
  }

  private func settle(_ slot: Int, _ result: TransferResult) {
    guard var request = underWay[slot] else { preconditionFailure("a completion of nothing") }
    underWay[slot] = nil
    var isOver = failure != nil
    switch result {
    case .transferred(let count):
      request.done += count
      if request.operation == .flush || request.done >= request.needed {
        isOver = true
      } else if count == 0 {
        fail(request.fault(request.operation == .read ? .endedEarly : .errno(.ioError)))
        isOver = true
      }
    case .failed(.interrupted) where request.operation != .flush,
      .failed(.resourceTemporarilyUnavailable) where request.operation != .flush:
      break
    case .failed(.ioError)
    where request.operation == .read && request.end.file.role == .source
      && request.face != request.end.file.descriptor:
      // A guest that writes to the same page directly and through a mapping makes the kernel answer so. If it is the
      // disk that failed, the read through the cache fails too.
      request.goesThroughCache = true
    case .failed(let errno):
      if !request.end.stepsBack(from: request.face, after: errno) {
        fail(request.fault(.errno(errno)))
        isOver = true
      }
    }
    if isOver {
      idle.append(slot)
      end(request.owner)
    } else {
      begin(request, slot)
    }
  }

  private func fail(_ error: any Error) { failure = failure ?? error }

  private func end(_ owner: Int) {
    guard let count = open[owner] else { preconditionFailure("an owner with nothing under way") }
    open[owner] = count > 1 ? count - 1 : nil
    if count == 1 { finished.append(owner) }
  }
}

extension TransferPipeline.Request {
  fileprivate func fault(_ cause: FileFault.Cause) -> FileFault {
    let verb =
      switch operation {
      case .read: "read"
      case .write: "write"
      case .flush: "flush"
      }
    return FileFault(
      role: end.file.role, path: end.file.path, doing: verb,
      offset: operation == .flush ? nil : offset + Int64(done), cause: cause)
  }
}
