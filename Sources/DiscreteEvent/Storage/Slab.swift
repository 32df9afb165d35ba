/// A growing row of plain values in memory of its own, which it alone takes and gives back.
///
/// An `Array` checks its bounds and whether it is shared at each write, which in the event queue and the flow solver
/// costs more than the work itself. This type has one owner by construction (it can't be copied) and holds only bits
/// (`BitwiseCopyable`), so neither check is needed; the bounds are asserted in debug builds.
@usableFromInline
struct Slab<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<Element>
  @usableFromInline var count = 0
  @usableFromInline var capacity: Int

  @inlinable init(capacity: Int = 16) {
    self.capacity = Swift.max(capacity, 1)
    base = .allocate(capacity: self.capacity)
  }

  @inlinable deinit { base.deallocate() }

  @inlinable subscript(index: Int) -> Element {
    @inline(__always) get {
      assert(index >= 0 && index < count, "index out of range")
      return base[index]
    }
    @inline(__always) _modify {
      assert(index >= 0 && index < count, "index out of range")
      yield &base[index]
    }
  }

  @inlinable var isEmpty: Bool { count == 0 }

  /// Amortised O(1).
  @inlinable @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow() }
    (base + count).initialize(to: element)
    count += 1
  }

  @inlinable @inline(__always)
  mutating func removeLast() -> Element {
    assert(count > 0, "nothing to remove")
    count -= 1
    return base[count]
  }

  @inlinable mutating func removeAll() { count = 0 }

  @usableFromInline mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
  }
}

// Safe: the memory has exactly one owner, which can't be copied, and holds no references.
extension Slab: @unchecked Sendable where Element: Sendable {}
