internal import Glibc

/// A value that one thread at a time may use.
///
/// Not `Synchronization.Mutex`: on Linux that is a futex of its own, which ThreadSanitizer does not know, so that it takes
/// each use for a race.
///
/// `@unchecked Sendable` is safe because every access to the value holds the mutex, and because, as with that one, nothing
/// comes in that its maker could still use (`sending`).
package final class Guarded<Value>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var value: Value

  package init(_ value: sending Value) {
    self.value = value
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  package func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
