/// Who goes first of the moves that wait to begin.
public enum AdmissionOrder: Hashable, Sendable {
  /// First come, first served.
  case fifo
  /// By the reason for the move, the greatest number first; a reason that is not named has 0.
  case priority([String: Int])
  /// By what has to travel: memory and the allocated part of the disk.
  case smallest
  case largest
  /// The VM that was made first (Watcher's `created_at`).
  case oldest
  /// By lot: KubeVirt's workload updates, so as not to try the same ones first each time.
  case shuffle
}
