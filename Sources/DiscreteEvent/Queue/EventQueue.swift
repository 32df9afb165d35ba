public import Quantities

/// The pending events of a simulation, in the order in which they will happen.
///
///     var queue = EventQueue<Int32>()
///     let late = queue.schedule(at: Instant(nanoseconds: 90), 7)
///     queue.schedule(at: Instant(nanoseconds: 20), 3)
///     queue.cancel(late)                                  // true
///     while let (time, payload) = queue.popNext() { print(time, payload) }
///
/// Events at the same instant come out in the order in which they were scheduled (or last rescheduled). A payload is
/// a plain value, copied as bits; in the steady state no operation allocates. The queue owns raw memory, therefore it
/// can't be copied; it may be handed to another thread, not shared.
///
/// At most 2^24 (16.7 million) events may be pending, and 2^40 scheduled over the life of the queue.
public struct EventQueue<Payload: BitwiseCopyable & Sendable>: ~Copyable, Sendable {
  @usableFromInline var heap: TimedHeap
  @usableFromInline var payloads: Slab<Payload>
  @usableFromInline var generations: Slab<UInt32>
  /// Slots given back, the most recent on top.
  @usableFromInline var free: Slab<UInt32>
  @usableFromInline var serial: UInt64 = 0
  @usableFromInline var clock = Instant.zero

  /// Makes an empty queue with room for `capacity` pending events; it grows as needed.
  public init(minimumCapacity capacity: Int = 1024) {
    heap = TimedHeap(capacity: capacity)
    payloads = Slab(capacity: capacity)
    generations = Slab(capacity: capacity)
    free = Slab(capacity: capacity)
  }

  /// The instant of the event popped last (zero before that): nothing may be scheduled before it.
  @inlinable public var now: Instant { clock }

  /// The number of pending events.
  @inlinable public var count: Int { heap.count }

  @inlinable public var isEmpty: Bool { heap.count == 0 }

  /// The instant of the next event, or nil if none is pending.
  @inlinable public var nextTime: Instant? { heap.count == 0 ? nil : TimedHeap.time(of: heap.least) }

  // MARK: - Scheduling

  /// Adds an event; O(log n). The instant must not lie before ``now``.
  @inlinable @discardableResult
  public mutating func schedule(at time: Instant, _ payload: Payload) -> EventHandle {
    precondition(time >= now, "an event must not be scheduled in the past")
    let slot: Int
    if free.isEmpty {
      slot = heap.addSlot()
      payloads.append(payload)
      generations.append(0)
    } else {
      slot = Int(free.removeLast())
      payloads[slot] = payload
    }
    heap.insert(nextKey(time, slot))
    return EventHandle(slot: UInt32(truncatingIfNeeded: slot), generation: generations[slot])
  }

  /// Takes the event out of the queue; false if it has already happened or been cancelled. O(log n).
  @inlinable @discardableResult
  public mutating func cancel(_ handle: EventHandle) -> Bool {
    guard isPending(handle) else { return false }
    heap.remove(slot: Int(handle.slot))
    release(Int(handle.slot))
    return true
  }

  /// Moves the event to another instant, behind the events that are already there; false if it has already happened
  /// or been cancelled. The handle stays good. O(log n).
  @inlinable @discardableResult
  public mutating func reschedule(_ handle: EventHandle, at time: Instant) -> Bool {
    precondition(time >= now, "an event must not be moved into the past")
    guard isPending(handle) else { return false }
    heap.move(slot: Int(handle.slot), to: nextKey(time, Int(handle.slot)))
    return true
  }

  /// Whether the event is still to come; O(1).
  @inlinable public func isPending(_ handle: EventHandle) -> Bool {
    Int(handle.slot) < generations.count && generations[Int(handle.slot)] == handle.generation
      && heap.contains(slot: Int(handle.slot))
  }

  /// The instant of a pending event; nil if it has already happened or been cancelled. O(1).
  @inlinable public func time(of handle: EventHandle) -> Instant? {
    isPending(handle) ? heap.time(ofSlot: Int(handle.slot)) : nil
  }

  // MARK: - Popping

  /// Takes out the next event and makes its instant ``now``; nil if none is pending. O(log n).
  @inlinable public mutating func popNext() -> (time: Instant, payload: Payload)? {
    guard heap.count > 0 else { return nil }
    let key = heap.removeLeast()
    let slot = TimedHeap.slot(of: key)
    let time = TimedHeap.time(of: key)
    clock = time
    let payload = payloads[slot]
    release(slot)
    return (time, payload)
  }

  // MARK: - Slots

  @inlinable @inline(__always)
  mutating func nextKey(_ time: Instant, _ slot: Int) -> UInt128 {
    precondition(serial < TimedHeap.serialLimit, "more than 2^40 events scheduled")
    serial += 1
    return TimedHeap.key(time, serial: serial - 1, slot: slot)
  }

  @inlinable @inline(__always)
  mutating func release(_ slot: Int) {
    generations[slot] &+= 1
    free.append(UInt32(truncatingIfNeeded: slot))
  }
}
