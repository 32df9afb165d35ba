internal import DiskImages
internal import Quantities

/// A place in a pass below which nothing of the pass is left to do and all of it is on stable storage.
struct CopyCheckpoint: Hashable, Codable, Sendable {
  /// From 0, as the machine counts; the pass of the outage counts on.
  var pass: Int
  /// The virtual offset: whatever the pass had to write or punch below it has been flushed, and the flush believed.
  var durableUpTo: Int64
  /// Which of the guest's disks, from 0. It says nothing of the others.
  var disk = 0
  /// How the image in the making stood at that flush; `nil`: raw.
  var writer: WriterCheckpoint?

  /// What a death costs at most: the work on so many bytes, or that of so long a time, whichever is more.
  static let mostLost = (amount: Bytes.mebibytes(64), time: Duration.seconds(1))

  /// Copiers flush and tell when so much has been looked at *and* so long has passed since the last time: at half of
  /// `mostLost`, for what is copied until that flush has ended is lost with it. See `CheckpointPace`.
  static let amount = Bytes(mostLost.amount.count / 2)
  static let interval = Duration(nanoseconds: mostLost.time.nanoseconds / 2)

  /// What the journal does with it. Called on the copier's threads, one at a time, in rising order of offsets, and
  /// only behind a flush that succeeded; what it throws ends the pass.
  typealias Sink = @Sendable (CopyCheckpoint) throws -> Void
}
