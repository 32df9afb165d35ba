internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// Carries out many reads and writes at once: asks the kernel for them, and says as each has ended.
///
/// One thread uses a queue. A transfer may be short or fail; what to do about it is decided above, in
/// `TransferPipeline.settle`.
/// The memory of a transfer must live until its completion has been taken or the queue is gone: ending a queue waits
/// for what is under way.
protocol TransferQueue: AnyObject {
  /// Transfers that may be under way at once.
  var depth: Int { get }

  /// Begins a transfer; at most `depth` are ever begun and not completed.
  func begin(_ transfer: Transfer)
  /// Hands out completions, after waiting for the first or for `wake`, until `timeout` at the longest.
  func complete(within timeout: Duration, _ body: (_ tag: Int, _ result: TransferResult) -> Void)
    throws(Errno)
  /// Ends a wait in `complete`, the one that is going on or else the next; of any thread.
  var wake: @Sendable () -> Void { get }
}

/// One request to the kernel.
struct Transfer {
  enum Operation: Hashable, Sendable {
    case read, write
    /// The corresponding C function is `fdatasync`; it has no memory.
    case flush
  }

  var operation: Operation
  /// Whose the file is.
  var files: any FileAccess
  var file: FileDescriptor
  var memory: UnsafeMutableRawBufferPointer
  var offset: Int64
  /// Comes back with the completion.
  var tag: Int
}

/// What became of a transfer: how many bytes, or why none.
enum TransferResult: Hashable, Sendable {
  case transferred(Int)
  case failed(Errno)
}
