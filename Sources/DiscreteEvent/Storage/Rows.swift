/// Many growing rows of plain values in one block of memory.
///
/// A row that outgrows its place moves to one of twice the size and leaves its old place to the next row of that size,
/// so that rows which grow and shrink for ever allocate nothing once the block is large enough.
struct Rows<Element: BitwiseCopyable & Sendable>: ~Copyable, Sendable {
  private var rows = Slab<RowPlace>()
  private var storage = Slab<Element>()
  /// For each size the first free place, or -1; a free place's successor is in `nextFree` at its start.
  private var free = InlineArray<32, Int32>(repeating: -1)
  private var nextFree = Slab<Int32>()
  private let blank: Element

  init(blank: Element) { self.blank = blank }

  /// Makes one more row, empty.
  mutating func addRow() { rows.append(RowPlace()) }

  @inline(__always) func count(_ row: Int) -> Int { Int(rows[row].count) }

  @inline(__always) subscript(row: Int, index: Int) -> Element {
    get {
      assert(index < count(row), "index out of range")
      return storage[Int(rows[row].start) + index]
    }
    _modify {
      assert(index < count(row), "index out of range")
      yield &storage[Int(rows[row].start) + index]
    }
  }

  /// The elements of a row, good until the next `append` to any row.
  @inline(__always) func elements(_ row: Int) -> UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: storage.base + Int(rows[row].start), count: Int(rows[row].count))
  }

  /// Amortised O(1).
  @inline(__always) mutating func append(_ element: Element, to row: Int) {
    let place = rows[row]
    if place.size < 0 || place.count == 1 << place.size { grow(row) }
    storage[Int(rows[row].start) + Int(place.count)] = element
    rows[row].count = place.count + 1
  }

  @inline(__always) mutating func removeLast(of row: Int) -> Element {
    assert(rows[row].count > 0, "nothing to remove")
    rows[row].count -= 1
    return storage[Int(rows[row].start) + Int(rows[row].count)]
  }

  private mutating func grow(_ row: Int) {
    let old = rows[row]
    let size = max(old.size + 1, 2)
    let start = place(ofSize: size)
    for index in 0..<Int(old.count) { storage[start + index] = storage[Int(old.start) + index] }
    if old.size >= 0 {
      nextFree[Int(old.start)] = free[Int(old.size)]
      free[Int(old.size)] = old.start
    }
    rows[row] = RowPlace(start: Int32(start), count: old.count, size: size)
  }

  private mutating func place(ofSize size: Int32) -> Int {
    let first = free[Int(size)]
    if first >= 0 {
      free[Int(size)] = nextFree[Int(first)]
      return Int(first)
    }
    let start = storage.count
    precondition(start < 1 << 30, "more than a thousand million memberships")
    for _ in 0..<(1 << size) {
      storage.append(blank)
      nextFree.append(-1)
    }
    return start
  }
}

/// Where a row of ``Rows`` is.
struct RowPlace: BitwiseCopyable, Sendable {
  var start: Int32 = 0
  var count: Int32 = 0
  /// The place holds 2^size elements; -1: there is none.
  var size: Int32 = -1
}
