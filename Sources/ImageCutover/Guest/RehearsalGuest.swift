public import CutoverCore
internal import Glibc
internal import ImageFiles
public import Quantities
internal import SystemPackage

/// How a rehearsal writes.
public struct RehearsalOptions: Hashable, Codable, Sendable {
  public enum Pattern: String, Hashable, Codable, Sendable, CaseIterable {
    /// Any allocated block, each as likely.
    case random
    /// The allocated blocks in turn.
    case sequential
    /// Nine writes of ten go to a tenth of the allocated blocks.
    case hot
  }

  public var rate: ByteRate
  public var pattern: Pattern
  /// Chooses the places.
  public var seed: UInt64
  /// The executable that is to play the guest in a process of its own (`RehearsalProcess`); `nil`: a thread of this one
  /// does, and dies with it.
  public var program: String?

  public init(rate: ByteRate, pattern: Pattern = .random, seed: UInt64 = 1) {
    self.rate = rate
    self.pattern = pattern
    self.seed = seed
  }
}

/// What a rehearsal proves: every write that was acknowledged before the stop is at the destination, or is not.
public struct RehearsalEvidence: Hashable, Codable, Sendable {
  /// Writes acknowledged, and how many different blocks they were to.
  public var writes: Int
  public var blocks: Int
  /// Blocks whose last acknowledged write is missing or torn at the destination.
  public var lost: Int
}

/// A stand-in for a guest: it writes blocks that describe themselves into the *source image*, over what is allocated
/// there, at a given rate, and remembers which writes were acknowledged.
///
/// It destroys the contents of the source image; that is what the word rehearsal is for. It opens the image for
/// itself: the driver's own descriptor is for reading only.
public final class RehearsalGuest: GuestControl {
  /// A write that the file system has acknowledged; the last one per place.
  public struct Write: Hashable, Sendable {
    public var offset: Int64
    public var sequence: UInt64
  }

  private struct State {
    var file: FileDescriptor?
    var isRunning = false
    var hasEnded = false
    var throttle = 0.0
    /// Marks this run's blocks: what an earlier rehearsal left in the image must not pass for a write of this one.
    var run: UInt64 = 0
    var sequence: UInt64 = 0
    var acknowledged: [Int64: UInt64] = [:]
    var failure: Errno?
    var hasThreadEnded = true
    var onWrite: (@Sendable (Write) -> Void)?
  }

  private let disk: ImageMove
  private let options: RehearsalOptions
  private let state = Monitor(State())

  public convenience init(image: String, options: RehearsalOptions) {
    self.init(ImageMove(source: image, destination: image), options: options)
  }

  /// - Parameters:
  ///   - disk: With its formats; `nil` is raw.
  ///   - options: How fast it writes, and where; its `program` is not used.
  public init(_ disk: ImageMove, options: RehearsalOptions) {
    self.disk = disk
    self.options = options
  }

  /// The acknowledged writes by offset, the last one of each place.
  public var acknowledged: [Write] {
    state.withLock { $0.acknowledged }.map { Write(offset: $0.key, sequence: $0.value) }
      .sorted { $0.offset < $1.offset }
  }

  public var hasCrashed: Bool { state.withLock { $0.failure != nil } }

  // MARK: - Commands

  public func attach() throws { try attach(run: UInt64(monotonicNow().nanoseconds), after: 0, nil) }

  /// - Parameters:
  ///   - run: Marks the blocks.
  ///   - sequence: The number of the last write of an earlier guest of this run.
  ///   - onWrite: Told of each write when it is acknowledged.
  func attach(run: UInt64, after sequence: UInt64, _ onWrite: (@Sendable (Write) -> Void)?) throws {
    let file = try FileDescriptor.open(FilePath(disk.source), .readWrite, options: [.closeOnExec, .noFollow])
    let places = try AllocatedBlocks(of: disk.source, disk.sourceFormat ?? .raw)
    state.withLock {
      $0.file = file
      $0.run = run
      $0.sequence = sequence
      $0.onWrite = onWrite
      $0.isRunning = true
      $0.hasThreadEnded = false
    }
    do { try detachThread { [self] in write(to: file, places) } } catch {
      state.withLock { $0.hasThreadEnded = true }
      throw error
    }
  }

  public func detach() {
    state.withLock {
      $0.isRunning = false
      $0.hasEnded = true
    }
    state.wait { $0.hasThreadEnded }
    state.withLock {
      try? $0.file?.close()
      $0.file = nil
    }
  }

  // A write happens under the lock: whoever has taken it knows that none is under way.
  private func halt() { state.withLock { $0.isRunning = false } }

  public func pause() { halt() }
  public func shutDown() { halt() }
  public func powerOff() { halt() }

  /// It serves at the destination by leaving it alone, so that the two sides can be compared.
  public func start(_ method: StartMethod, at image: String) {}
  public func fence() -> Bool { true }

  public func restore(_ method: StartMethod) {
    state.withLock {
      $0.failure = nil
      $0.isRunning = true
    }
  }

  public func slow(by throttle: Double) { state.withLock { $0.throttle = throttle } }

  // MARK: - Writing

  private func write(to file: FileDescriptor, _ places: AllocatedBlocks) {
    defer { state.withLock { $0.hasThreadEnded = true } }
    guard places.count > 0 else { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: RehearsalBlock.size, alignment: RehearsalBlock.size)
    defer { buffer.deallocate() }
    var random = SplitMix64(state: options.seed)
    var next: Int64 = 0
    var owed = 0.0
    var last = monotonicNow()
    while true {
      state.wait { $0.isRunning || $0.hasEnded }
      let now = monotonicNow()
      let (hasEnded, throttle) = state.withLock { ($0.hasEnded, $0.throttle) }
      if hasEnded { return }
      // What a slow disk or a stop made it miss is not caught up with beyond a tenth of a second.
      let rate = options.rate.bytesPerSecond * (1 - throttle)
      owed = min(owed + rate * (now - last).seconds, max(rate / 10, Double(RehearsalBlock.size)))
      last = now
      while owed >= Double(RehearsalBlock.size) {
        let index =
          switch options.pattern {
          case .random: Int64.random(in: 0..<places.count, using: &random)
          case .sequential: next
          case .hot:
            Int64.random(
              in: 0..<(Int.random(in: 0..<10, using: &random) < 9 ? max(places.count / 10, 1) : places.count),
              using: &random)
          }
        next = (next + 1) % places.count
        owed -= Double(RehearsalBlock.size)
        if !writeBlock(at: places.place(of: index), to: file, buffer) { break }
      }
      sleepFor(.milliseconds(1))
    }
  }

  /// Says whether it may go on.
  private func writeBlock(
    at place: AllocatedBlocks.Place, to file: FileDescriptor, _ buffer: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let offset = place.onDisk
    return state.withLock { state in
      guard state.isRunning else { return false }
      RehearsalBlock.fill(buffer, sequence: state.sequence + 1, offset: offset, run: state.run)
      do {
        let written = try file.writeAll(toAbsoluteOffset: place.inFile, UnsafeRawBufferPointer(buffer))
        guard written == buffer.count else { throw Errno.ioError }
        state.sequence += 1
        if let onWrite = state.onWrite {
          onWrite(Write(offset: offset, sequence: state.sequence))
        } else {
          state.acknowledged[offset] = state.sequence
        }
        return true
      } catch {
        state.failure = error as? Errno ?? .ioError
        state.isRunning = false
        return false
      }
    }
  }

  // MARK: - Proof

  public func examine(_ image: String) throws -> RehearsalEvidence? {
    let (run, count) = state.withLock { ($0.run, $0.sequence) }
    return try RehearsalEvidence(
      of: acknowledged, count: Int(count), run: run, in: image, disk.destinationFormat ?? .raw)
  }
}
