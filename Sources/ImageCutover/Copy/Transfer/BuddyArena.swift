/// Page-aligned memory of a fixed size, handed out in whole pages, up to the largest piece.
///
/// Knuth, The Art of Computer Programming 1, 2.5, "buddy system": pieces that lie together grow together again, so
/// that thousands of small pieces and a few large ones share one bound. What a power of two holds beyond the pages
/// asked for stays free, as with Linux's `alloc_pages_exact`: taking and giving back cost at most two steps per size.
final class BuddyArena {
  private let mapping: TransferMemory
  private var memory: UnsafeMutableRawPointer { mapping.start }
  let capacity: Int
  private let largestOrder: Int
  /// The first pages of the free pieces, by order.
  private var freeBlocks: [[Int]]
  /// By page: the order of the free piece that begins there, or -1, and its place in `freeBlocks`.
  private var orderOfFree: [Int8]
  private var placeOfFree: [Int]
  /// Bytes handed out.
  private(set) var taken = 0

  static let page = 4096

  /// - Parameters:
  ///   - capacity: A multiple of `largest`.
  ///   - largest: A power of two, one page at least.
  init(capacity: Int, largest: Int) throws(StepFailure) {
    precondition(largest >= Self.page && largest & (largest - 1) == 0, "a largest piece of \(largest) bytes")
    precondition(capacity >= largest && capacity % largest == 0, "\(capacity) bytes in pieces of \(largest)")
    self.capacity = capacity
    largestOrder = (largest / Self.page).trailingZeroBitCount
    mapping = try TransferMemory(count: capacity)
    freeBlocks = .init(repeating: [], count: largestOrder + 1)
    orderOfFree = .init(repeating: -1, count: capacity / Self.page)
    placeOfFree = .init(repeating: 0, count: capacity / Self.page)
    for start in stride(from: 0, to: capacity / Self.page, by: 1 << largestOrder).reversed() {
      insert(start, largestOrder)
    }
  }

  /// The smallest size of a piece that holds so many bytes.
  static func size(holding count: Int) -> Int {
    let pages = max(1, (count + page - 1) / page)
    return page << (Int.bitWidth - (pages - 1).leadingZeroBitCount)
  }

  /// A piece of at least this size, `count` bytes of it; `nil` if there is none for now.
  func take(_ count: Int) -> UnsafeMutableRawBufferPointer? {
    let wanted = order(of: count)
    guard wanted <= largestOrder,
      let found = (wanted...largestOrder).first(where: { !freeBlocks[$0].isEmpty }),
      let start = freeBlocks[found].last
    else { return nil }
    remove(start, found)
    // What is split off stays free.
    for order in (wanted..<found).reversed() { insert(start + 1 << order, order) }
    let end = start + pages(of: count)
    for (block, order) in blocks(end..<start + 1 << wanted) { insert(block, order) }
    taken += (end - start) * Self.page
    return .init(start: memory + start * Self.page, count: count)
  }

  /// Gives back what `take` has handed out.
  func giveBack(_ piece: UnsafeMutableRawBufferPointer) {
    guard let base = piece.baseAddress else { return }
    let start = (UnsafeMutableRawPointer(base) - memory) / Self.page
    let end = start + pages(of: piece.count)
    taken -= (end - start) * Self.page
    for (block, order) in blocks(start..<end) { free(block, order) }
  }

  /// Adds a block to the free ones, grown together with its neighbours.
  private func free(_ block: Int, _ ownOrder: Int) {
    var (start, order) = (block, ownOrder)
    while order < largestOrder {
      let buddy = start ^ 1 << order
      guard orderOfFree[buddy] == order else { break }
      remove(buddy, order)
      start = min(start, buddy)
      order += 1
    }
    insert(start, order)
  }

  private func order(of count: Int) -> Int {
    (Self.size(holding: count) / Self.page).trailingZeroBitCount
  }

  private func pages(of count: Int) -> Int { max(1, (count + Self.page - 1) / Self.page) }

  /// The blocks that make up a run of pages, each as large as its place and the run allow.
  private func blocks(_ run: Range<Int>) -> [(start: Int, order: Int)] {
    var blocks: [(start: Int, order: Int)] = []
    var start = run.lowerBound
    while start < run.upperBound {
      let longest = Int.bitWidth - 1 - (run.upperBound - start).leadingZeroBitCount
      let order = min(start.trailingZeroBitCount, longest, largestOrder)
      blocks.append((start, order))
      start += 1 << order
    }
    return blocks
  }

  private func insert(_ start: Int, _ order: Int) {
    orderOfFree[start] = Int8(order)
    placeOfFree[start] = freeBlocks[order].count
    freeBlocks[order].append(start)
  }

  private func remove(_ start: Int, _ order: Int) {
    let place = placeOfFree[start]
    let last = freeBlocks[order].removeLast()
    if last != start {
      freeBlocks[order][place] = last
      placeOfFree[last] = place
    }
    orderOfFree[start] = -1
  }
}
