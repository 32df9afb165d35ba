internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// A transfer queue of threads that make ordinary calls: for kernels without io_uring, and for files that are not the
/// kernel's.
final class ThreadQueue: TransferQueue {
  let depth: Int
  private let state = Monitor(State())

  /// What the threads share. `@unchecked Sendable` is safe: a request's memory belongs to the one thread that has
  /// taken it until it is among the completed.
  private struct State: @unchecked Sendable {
    var waiting: [Transfer] = []
    var completed: [(tag: Int, result: TransferResult)] = []
    var isWoken = false
    var hasEnded = false
    var threads = 0
  }

  init(threads: Int, depth: Int) throws(ThreadFailure) {
    self.depth = depth
    for started in 0..<threads {
      state.withLock { $0.threads += 1 }
      do { try detachThread { [state] in Self.work(state) } } catch {
        state.withLock { $0.threads -= 1 }
        if started == 0 { throw error }
        return
      }
    }
  }

  deinit {
    state.withLock {
      $0.hasEnded = true
      $0.waiting.removeAll()
    }
    // What is under way writes into memory that is about to be given back.
    state.wait { $0.threads == 0 }
  }

  private static func work(_ state: Monitor<State>) {
    while true {
      state.wait { !$0.waiting.isEmpty || $0.hasEnded }
      let taken = state.withLock { $0.waiting.isEmpty ? nil : Optional($0.waiting.removeFirst()) }
      if let taken {
        let result = taken.perform()
        state.withLock { $0.completed.append((taken.tag, result)) }
      } else if state.withLock({ $0.hasEnded }) {
        state.withLock { $0.threads -= 1 }
        return
      }
    }
  }

  var wake: @Sendable () -> Void { { [state] in state.withLock { $0.isWoken = true } } }

  func begin(_ transfer: Transfer) { state.withLock { $0.waiting.append(transfer) } }

  func complete(within timeout: Duration, _ body: (Int, TransferResult) -> Void) {
    state.wait(until: monotonicNow() + timeout) { !$0.completed.isEmpty || $0.isWoken }
    let completed = state.withLock { state in
      state.isWoken = false
      defer { state.completed.removeAll(keepingCapacity: true) }
      return state.completed
    }
    for (tag, result) in completed { body(tag, result) }
  }
}

extension Transfer {
  /// Carries it out by the one call that it stands for.
  fileprivate func perform() -> TransferResult {
    do throws(Errno) {
      switch operation {
      case .read: return .transferred(try files.read(file, into: memory, at: offset))
      case .write: return .transferred(try files.write(file, UnsafeRawBufferPointer(memory), at: offset))
      case .flush:
        try files.synchronizeData(file)
        return .transferred(0)
      }
    } catch { return .failed(error) }
  }
}
