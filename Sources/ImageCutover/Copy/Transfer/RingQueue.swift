internal import CUring
internal import Glibc
internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// A transfer queue on Linux's io_uring: one system call begins many transfers and waits for the first that ends.
///
/// liburing rather than swift-system's `IORing` (1.8.1): that one traps when a signal interrupts its wait.
final class RingQueue: TransferQueue {
  let depth: Int
  private let ring: OpaquePointer
  private var underWay = 0

  /// - Returns: `nil` where the kernel has no io_uring, or forbids it.
  init?(depth: Int) {
    guard let ring = fleetshift_ring_open(UInt32(depth)) else { return nil }
    self.depth = depth
    self.ring = ring
  }

  deinit {
    // The kernel writes into the memory of what is under way: it has to be over before that memory is given back.
    while underWay > 0 {
      do { try complete(within: .seconds(1)) { _, _ in } } catch { break }
    }
    fleetshift_ring_close(ring)
  }

  var wake: @Sendable () -> Void {
    let event = fleetshift_ring_event(ring)
    return { fleetshift_ring_wake(event) }
  }

  func begin(_ transfer: Transfer) {
    let (file, base, tag) = (transfer.file.rawValue, transfer.memory.baseAddress, UInt64(transfer.tag))
    let (count, offset) = (UInt32(transfer.memory.count), UInt64(transfer.offset))
    let isBegun =
      switch transfer.operation {
      case .read: fleetshift_ring_read(ring, file, base, count, offset, tag)
      case .write: fleetshift_ring_write(ring, file, base, count, offset, tag)
      case .flush: fleetshift_ring_datasync(ring, file, tag)
      }
    precondition(isBegun, "more transfers were begun than the queue is deep")
    underWay += 1
  }

  func complete(within timeout: Duration, _ body: (Int, TransferResult) -> Void) throws(Errno) {
    let result = fleetshift_ring_wait(ring, timeout.nanoseconds)
    // Nothing within the time, a signal, or no memory for the moment: what has completed is taken all the same.
    let harmless: [Errno] = [.timedOut, .interrupted, .resourceTemporarilyUnavailable, .resourceBusy]
    let errno = Errno(rawValue: -result)
    // The kernel says `ETIME`, which is not `ETIMEDOUT`.
    guard result >= 0 || harmless.contains(errno) || errno.rawValue == ETIME else { throw errno }
    var (tag, count): (UInt64, Int32) = (0, 0)
    while fleetshift_ring_take(ring, &tag, &count) {
      underWay -= 1
      body(Int(tag), count < 0 ? .failed(Errno(rawValue: -count)) : .transferred(Int(count)))
    }
  }
}
