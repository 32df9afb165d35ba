import CutoverCore

@testable import ImageCutover

/// A guest that writes until it is stopped.
protocol WritingGuest: GuestControl {
  /// So far.
  var writes: Int { get }

  /// Returns when there are so many writes, when the guest was stopped, or after half a minute.
  func awaitWrites(_ count: Int)
}

extension WritingGuest {
  /// Holds the driver at each pass until the guest has written during it: a copy may be over before a guest has begun,
  /// and would be none under fire.
  func keepUp(with progress: ImageCutoverProgress) {
    if progress.phase == .copying { awaitWrites(writes + 20) }
  }
}
