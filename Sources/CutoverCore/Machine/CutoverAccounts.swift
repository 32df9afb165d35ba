public import Quantities

/// What an attempt has cost so far, counted by the machine itself, so that both drivers count alike.
public struct CutoverAccounts: Hashable, Codable, Sendable {
  public internal(set) var began: Instant?
  public internal(set) var ended: Instant?
  /// When the guest stopped serving: frozen, told to shut down, or crashed.
  public internal(set) var outageBegan: Instant?
  /// When it served again, on either side.
  public internal(set) var outageEnded: Instant?
  /// When it was lost: nobody brings it back. It may have served after the outage until then.
  public internal(set) var lost: Instant?
  /// Sent of the disk in the first pass.
  public internal(set) var diskBytes = Bytes.zero
  /// Sent of the memory in the first round.
  public internal(set) var memoryBytes = Bytes.zero
  /// Sent again because it was written meanwhile.
  public internal(set) var repeatedBytes = Bytes.zero
  /// Sent while the guest was down (QEMU's `downtime-bytes`).
  public internal(set) var downtimeBytes = Bytes.zero
  /// Sent after the guest had started at the destination (QEMU's `postcopy-bytes`).
  public internal(set) var postcopyBytes = Bytes.zero
  /// Passes over disk or memory that ended while the guest ran (QEMU's `dirty-sync-count`).
  public internal(set) var passes = 0
  /// The most that the guest was slowed, 0 to 1.
  public internal(set) var throttle = 0.0
  /// How often the driver died and came back.
  public internal(set) var returns = 0

  public init() {}

  public var transferred: Bytes { diskBytes + memoryBytes + repeatedBytes + downtimeBytes + postcopyBytes }

  /// It was stopped, and has not been started since; or it was lost.
  public var isGuestDown: Bool { lost != nil || (outageBegan != nil && outageEnded == nil) }

  /// How long the guest did not serve; zero if it was never stopped, `nil` if it still is, or was lost.
  public var downtime: Duration? { lost == nil ? outage : nil }

  /// How long it stood still for the cutover; zero if it was never stopped, `nil` if it has not gone on since.
  package var outage: Duration? {
    guard let outageBegan else { return .zero }
    return outageEnded.map { $0 - outageBegan }
  }
}
