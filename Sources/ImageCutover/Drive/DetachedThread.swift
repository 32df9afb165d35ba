internal import Glibc

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
