internal import CutoverCore
internal import Glibc
internal import Quantities

/// Memory that disks write into and read from, in huge pages where the kernel has them.
///
/// A disk is given a list of physically contiguous pieces, and only so many of them in one request (Linux's
/// `queue/max_segments`, often 128 or 254): of single pages that have been freed and taken again, a request of 1 MiB
/// becomes two or more. A 2 MiB page is one piece, whatever the memory's past.
struct TransferMemory: ~Copyable {
  let start: UnsafeMutableRawPointer
  private let mapping: UnsafeMutableRawPointer
  private let mappedCount: Int

  private static let hugePage = 2 << 20

  /// What is untouched of it takes no memory, in steps of a huge page.
  ///
  /// - Parameter count: In bytes.
  /// - Throws: A `StepFailure` where the address space has no room for it, as under `ulimit -v`.
  init(count: Int) throws(StepFailure) {
    // Before Linux 6.7 no mapping begins at a huge page's border but by chance.
    mappedCount = count + Self.hugePage
    let mapping = mmap(nil, mappedCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapping, mapping != MAP_FAILED else {
      throw StepFailure(
        .destination,
        "there is no room for \(Bytes(Int64(count)).formatted(.binary)) in the program's address space")
    }
    self.mapping = mapping
    start = mapping.alignedUp(toMultipleOf: Self.hugePage)
    // A kernel without huge pages says so, and it works all the same.
    _ = madvise(start, count, MADV_HUGEPAGE)
  }

  deinit { munmap(mapping, mappedCount) }
}
