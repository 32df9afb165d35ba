/// How an attempt ended. The raw names are those of the result files.
public enum CutoverOutcome: Hashable, Codable, Sendable {
  case completed
  case cancelled
  /// A deadline passed: of the attempt, of the outage, or a rule's.
  case timedOut
  case notConverging
  /// The guest hung or crashed under way and was started again at the source.
  case guestCrashed
  /// The guest did not shut down when asked, and runs on.
  case shutdownIgnored
  case verificationFailed
  /// There was no window, or nobody's leave, to stop the guest in until the last date.
  case windowMissed
  case failed(CutoverFault)
  /// The guest runs nowhere; somebody has to rebuild it, or decide which side is true.
  case lost(CutoverLoss)

  /// The field's name of it, as in the result files.
  public var code: String {
    switch self {
    case .completed: "completed"
    case .cancelled: "cancelled"
    case .timedOut: "timed_out"
    case .notConverging: "not_converging"
    case .guestCrashed: "crashed"
    case .shutdownIgnored: "shutdown_ignored"
    case .verificationFailed: "verify_failed"
    case .windowMissed: "window_missed"
    // Written out, for a text that is put together is allocated each time.
    case .failed(.source): "failed_source"
    case .failed(.destination): "failed_destination"
    case .failed(.link): "failed_link"
    case .failed(.destinationFull): "failed_destination_full"
    case .failed(.verification): "failed_verification"
    case .failed(.guest): "failed_guest"
    case .lost(.sourceDied): "lost_source_died"
    case .lost(.torn): "lost_torn"
    case .lost(.sourceWouldNotStart): "lost_source_would_not_start"
    case .lost(.destinationUnknown): "lost_destination_unknown"
    }
  }
}

/// How a guest can be lost.
public enum CutoverLoss: String, Hashable, Codable, Sendable, CaseIterable {
  /// Its host died before the destination had everything.
  case sourceDied = "source_died"
  /// Half of its memory was on either side (post-copy) when one of them or the link died.
  case torn
  /// It was brought to a stop, and the source does not start it again.
  case sourceWouldNotStart = "source_would_not_start"
  /// Nobody can say whether it runs at the destination, so the source must not start it.
  case destinationUnknown = "destination_unknown"
}
