internal import Dispatch
internal import Foundation
internal import Synchronization

/// A thread for a solver that asks for one simulation after the other and waits for each: the pool that simulates is
/// left alone.
enum OwnThread {
  static func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }

  /// Waits, on such a thread, for what the pool does.
  static func wait<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) throws -> T {
    let done = DispatchSemaphore(value: 0)
    let box = OutcomeBox<T>()
    Task {
      do { box.set(.success(try await body())) } catch { box.set(.failure(error)) }
      done.signal()
    }
    done.wait()
    return try box.get()
  }
}

/// Where a task leaves what it came to.
private final class OutcomeBox<T: Sendable>: Sendable {
  // A class because the task and the thread that waits for it look at the same one.
  private let outcome = Mutex<Result<T, any Error>?>(nil)

  func set(_ result: Result<T, any Error>) { outcome.withLock { $0 = result } }

  func get() throws -> T {
    guard let result = outcome.withLock({ $0 }) else { preconditionFailure("the task has ended") }
    return try result.get()
  }
}
