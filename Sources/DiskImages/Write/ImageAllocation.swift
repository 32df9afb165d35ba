/// What an image takes on its disk, counted before it is written: the pages of its data, and the tables that the writers
/// of its format make for them.
///
/// ```swift
/// var allocation = ImageAllocation(.qcow2, size: disk.virtualSize)
/// for range in ranges { allocation.add(range) }
/// print(allocation.bytes(withHoles: true))
/// ```
package struct ImageAllocation: Hashable, Sendable {
  private let format: ImageFormat
  private let size: Int64
  /// Pages that hold data, units that hold any of them, and L2 tables that hold any of those.
  private var pages = Counter(size: ImageAllocation.page)
  private var units: Counter
  private var tables: Counter

  private static let page: Int64 = 4096
  private static let cluster: Int64 = 1 << Int64(Qcow2Tables.usualClusterBits)
  private static let block: Int64 = 1 << Int64(VHDTables.usualBlockBits)

  /// - Parameter size: Of the disk, in bytes.
  package init(_ format: ImageFormat, size: Int64) {
    self.format = format
    self.size = size
    units = Counter(size: format == .vhd ? Self.block : Self.cluster)
    tables = Counter(size: Self.cluster / 8 * Self.cluster)
  }

  /// Counts data, in the order of the disk. What is behind its end is none.
  package mutating func add(_ range: Range<Int64>) {
    let range = range.clamped(to: 0..<size)
    guard !range.isEmpty else { return }
    pages.add(range)
    units.add(range)
    tables.add(range)
  }

  /// - Parameter withHoles: Whether the file system keeps what is not written as holes; otherwise whole units are taken.
  package func bytes(withHoles: Bool) -> Int64 {
    let data = pages.count * Self.page
    switch format {
    case .raw: return withHoles ? data : size
    case .qcow2:
      let l1 = Checked.parts(of: max(Checked.parts(of: size, size: tables.size), 1) * 8, size: Self.cluster)
      let used = 1 + l1 + tables.count + units.count
      let refcounts = Qcow2Refcounts.needed(for: used, clusterSize: Self.cluster)
      let all = used + refcounts.blocks + refcounts.tableClusters
      // Of the header's cluster a page is written.
      return withHoles ? (all - 1 - units.count) * Self.cluster + Self.page + data : all * Self.cluster
    case .vhd:
      let entries = max(Checked.parts(of: size, size: Self.block), 1)
      // The footer's copy and the header; the table in whole sectors; at the very end, the footer.
      let table = 1536 + Checked.parts(of: entries * 4, size: 512) * 512
      // A block's bitmap ends the page before it: the first one, or the footer where there is none, lies in the page
      // behind the table; each further one, and the footer behind the last block, takes a page.
      let front = Checked.parts(of: table + 512, size: Self.page) * Self.page
      return front + units.count * Self.page + (withHoles ? data : units.count * Self.block)
    }
  }

  /// Counts pieces of one size that ranges in order touch.
  private struct Counter: Hashable {
    let size: Int64
    var count: Int64 = 0
    private var next: Int64 = 0

    init(size: Int64) { self.size = size }

    mutating func add(_ range: Range<Int64>) {
      let end = Checked.parts(of: range.upperBound, size: size)
      count += max(0, end - max(range.lowerBound / size, next))
      next = max(next, end)
    }
  }
}
