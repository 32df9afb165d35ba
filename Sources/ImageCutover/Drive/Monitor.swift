internal import Glibc
internal import Quantities

/// A value behind a lock, with a way to wait until it changes.
///
/// `@unchecked Sendable` is safe because every access to the value holds the mutex.
final class Monitor<State>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var state: State

  init(_ state: State) {
    self.state = state
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    // Deadlines are those of the monotonic clock; a wall clock that is set back must not prolong an outage.
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  func withLock<Result, Failure: Error>(_ body: (inout State) throws(Failure) -> Result) throws(Failure)
    -> Result
  {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    return try body(&state)
  }

  /// Waits until `isReady` holds, `deadline` at the latest; says whether it holds.
  @discardableResult
  func wait(until deadline: Instant = .distantFuture, for isReady: (State) -> Bool) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !isReady(state) {
      if deadline == .distantFuture {
        pthread_cond_wait(changed, mutex)
        continue
      }
      var time = timespec()
      time.tv_sec = Int(deadline.nanoseconds / 1_000_000_000)
      time.tv_nsec = Int(deadline.nanoseconds % 1_000_000_000)
      if pthread_cond_timedwait(changed, mutex, &time) == ETIMEDOUT { return isReady(state) }
    }
    return true
  }
}

/// The clock of real cutovers: nanoseconds of the monotonic clock.
func monotonicNow() -> Instant {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
}

/// Runs `body` on a thread of its own.
func detachThread(_ body: @escaping @Sendable () -> Void) throws(ThreadFailure) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let box = Unmanaged.passRetained(Box(body))
  let result = pthread_create(
    &thread, nil,
    { argument in
      // The argument is the box below; optional in some headers.
      if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
      return nil
    }, box.toOpaque())
  guard result == 0 else {
    box.release()
    throw ThreadFailure(errno: result)
  }
  pthread_detach(thread)
}

struct ThreadFailure: Error, Hashable, CustomStringConvertible {
  let errno: Int32
  var description: String { "could not start a thread (error \(errno))" }
}

/// Lets the calling thread sleep.
func sleepFor(_ time: Duration) {
  guard time > .zero else { return }
  var request = timespec()
  request.tv_sec = Int(time.nanoseconds / 1_000_000_000)
  request.tv_nsec = Int(time.nanoseconds % 1_000_000_000)
  nanosleep(&request, nil)
}
