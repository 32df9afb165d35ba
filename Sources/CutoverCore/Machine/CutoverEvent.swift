public import Quantities

/// What just happened, as a driver tells the machine.
///
/// The first group answers the step under way, one kind of answer to one kind of step; the second may come at any
/// time between `begin` and the end.
public enum CutoverEvent: Hashable, Codable, Sendable {
  /// Go. Answers nothing; comes once, first.
  case begin

  case prepared
  /// Answers `copy`.
  case copied(CopyReport)
  /// Answers `waitUntil`.
  case timeReached
  /// Answers `pauseGuest`, `shutDownGuest`, `powerOffGuest`; and `waitUntil`, where the customer's reboot is waited for.
  case guestStopped
  /// Answers `moveRemaining`, `moveDeviceState`, `pullRemaining`: so much was sent.
  case moved(Bytes)
  case resized
  case verified
  /// Answers `startDestination`; or `fenceDestination`, where it turned out that the guest does run there.
  case started
  case released
  case fenced
  case restored
  case discarded

  /// The step under way cannot be done.
  case failed(CutoverFault)
  /// The deadline of the step under way has passed.
  case deadlinePassed
  /// Somebody wants it stopped.
  case cancelled
  /// The guest hangs or has crashed where it runs.
  case guestCrashed
  /// The source host is gone, and the guest with it if it ran there.
  case sourceLost
  /// The destination host is gone.
  case destinationLost
  /// The driver had died, and has decoded the machine again; so long nobody watched. What had become of the step under
  /// way is not known: it may have been done, or begun, or not.
  case driverReturned(away: Duration)
}

/// Why a step could not be done.
public enum CutoverFault: String, Hashable, Codable, Sendable, CaseIterable {
  case source, destination, link
  /// No room at the destination.
  case destinationFull = "destination_full"
  /// The destination does not hold what the source held.
  case verification
  /// The guest does not come up.
  case guest
}
