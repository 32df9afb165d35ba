// The heaps of groups: one 4-ary heap per resource, by (finish, serial), with each flow's position in the flow.

extension FlowNetwork {
  /// A flow in its group's heap.
  struct Entry: BitwiseCopyable, Sendable {
    /// The group's service at which the flow completes.
    var finish: Double
    /// The flow's serial number and slot, as in ``TimedHeap``.
    private var tag: UInt64

    init(finish: Double, serial: UInt64, slot: Int) {
      self.finish = finish
      tag = serial << 24 | UInt64(truncatingIfNeeded: slot)
    }

    var serial: UInt64 { tag >> 24 }
    @inline(__always) var slot: Int32 { Int32(truncatingIfNeeded: tag & 0xFF_FFFF) }

    @inline(__always) static func < (a: Entry, b: Entry) -> Bool {
      a.finish < b.finish || (a.finish == b.finish && a.tag < b.tag)
    }
  }

  mutating func insert(_ entry: Entry, into resource: Int) {
    groups.append(entry, to: resource)
    rise(entry, from: groups.count(resource) - 1, in: resource)
  }

  mutating func removeEntry(at position: Int, from resource: Int) {
    let last = groups.removeLast(of: resource)
    guard position < groups.count(resource) else { return }
    if last < groups[resource, position] {
      rise(last, from: position, in: resource)
    } else {
      sink(last, from: position, in: resource)
    }
  }

  @inline(__always)
  private mutating func put(_ entry: Entry, at position: Int, in resource: Int) {
    groups[resource, position] = entry
    flows[Int(entry.slot)].position = Int32(truncatingIfNeeded: position)
  }

  private mutating func rise(_ entry: Entry, from start: Int, in resource: Int) {
    var hole = start
    while hole > 0 {
      let parent = (hole - 1) >> 2
      let above = groups[resource, parent]
      guard entry < above else { break }
      put(above, at: hole, in: resource)
      hole = parent
    }
    put(entry, at: hole, in: resource)
  }

  private mutating func sink(_ entry: Entry, from start: Int, in resource: Int) {
    var hole = start
    let count = groups.count(resource)
    while true {
      let first = hole << 2 + 1
      guard first < count else { break }
      var best = first
      var least = groups[resource, first]
      for child in (first + 1)..<max(min(first + 4, count), first + 1) {
        let candidate = groups[resource, child]
        if candidate < least { (best, least) = (child, candidate) }
      }
      guard least < entry else { break }
      put(least, at: hole, in: resource)
      hole = best
    }
    put(entry, at: hole, in: resource)
  }
}
