internal import Quantities

/// A second thread beside the one that keeps the disks busy, for what is to be worked out from the data meanwhile.
///
/// Digests of 2 GiB that are copied and read back take 0.3 s; where the disks move 3 GB/s, on the thread that talks to
/// them that is a sixth of all the time, for no disk is asked for more while a digest is made.
final class ComputeThread {
  private struct State {
    var waiting: [(owner: Int, work: @Sendable () -> Void)] = []
    var done: [Int] = []
    var hasEnded = false
    var isThere = false
  }

  private let state = Monitor(State())

  /// What starts a thread; a test has one that does not.
  typealias Starter = (@escaping @Sendable () -> Void) throws(ThreadFailure) -> Void

  /// - Parameter wake: Called by the second thread whenever something is done.
  init(wake: @escaping @Sendable () -> Void, _ start: Starter = detachThread) throws(ThreadFailure) {
    state.withLock { $0.isThere = true }
    do { try start { [state] in Self.work(state, wake) } } catch {
      // What is thrown away here waits for its thread to end, too.
      state.withLock { $0.isThere = false }
      throw error
    }
  }

  deinit {
    state.withLock {
      $0.hasEnded = true
      $0.waiting.removeAll()
    }
    // It may be at work on memory that is about to be given back.
    state.wait { !$0.isThere }
  }

  private static func work(_ state: Monitor<State>, _ wake: () -> Void) {
    while true {
      state.wait { !$0.waiting.isEmpty || $0.hasEnded }
      let taken = state.withLock { $0.waiting.isEmpty ? nil : Optional($0.waiting.removeFirst()) }
      guard let taken else { break }
      taken.work()
      state.withLock { $0.done.append(taken.owner) }
      wake()
    }
    state.withLock { $0.isThere = false }
  }

  func begin(for owner: Int, _ work: @escaping @Sendable () -> Void) {
    state.withLock { $0.waiting.append((owner, work)) }
  }

  /// Waits until something is done, `timeout` at the longest.
  func wait(within timeout: Duration) { state.wait(until: monotonicNow() + timeout) { !$0.done.isEmpty } }

  /// The owners of what has been done since the last time.
  func takeDone() -> [Int] {
    state.withLock { state in
      defer { state.done.removeAll(keepingCapacity: true) }
      return state.done
    }
  }
}
