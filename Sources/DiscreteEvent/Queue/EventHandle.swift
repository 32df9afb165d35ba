/// Names one pending event of an ``EventQueue``, so that it can be cancelled or moved.
///
/// A handle outlives its event harmlessly: once the event has been popped or cancelled, the queue refuses the handle,
/// even when the memory behind it serves another event.
public struct EventHandle: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline let slot: UInt32
  @usableFromInline let generation: UInt32

  @inlinable init(slot: UInt32, generation: UInt32) {
    self.slot = slot
    self.generation = generation
  }

  /// A handle that no queue has ever given out: for fields that hold no event at the moment.
  public static let none = EventHandle(slot: .max, generation: 0)
}
