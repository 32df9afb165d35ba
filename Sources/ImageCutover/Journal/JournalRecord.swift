internal import CutoverCore
internal import FoundationEssentials
internal import Quantities

/// What the journal holds, in the order in which it happened.
enum JournalRecord: Codable, Sendable {
  /// The first one.
  case header(JournalHeader)
  /// The provisional image was made; before this, what bears its name need not be ours.
  case made(FileIdentity)
  /// The machine has taken an event. What it asks for now is begun only when this is durable.
  case turn(JournalTurn)
  case checkpoint(CopyCheckpoint, clock: JournalClock)
  /// What the tracker of changes wants to have back.
  case tracker([UInt8])
  /// Where the hashes of the verification are kept.
  case manifest(path: String)
  /// The image has its name; both ends as they were then.
  case published(source: FileIdentity, destination: FileIdentity)
  /// It is over.
  case outcome(ImageCutoverReport)
}

/// Everything about a cutover that does not change.
struct JournalHeader: Codable, Sendable {
  static let version = 1

  var version = JournalHeader.version
  /// The seed of the other records' checksums.
  var seed: UInt64
  /// Absolute paths.
  var sourcePath: String
  var destinationPath: String
  var source: FileIdentity
  var directory: FileIdentity
  var strategy: String
  var options: ImageCutoverOptions
  /// As it was before it began.
  var machine: CutoverMachine
  /// The caller's own, such as the prediction; handed back as it is.
  var note: String
  var clock: JournalClock
}

/// When something was written down, by all the clocks there are.
struct JournalClock: Codable, Hashable, Sendable {
  /// `/proc/sys/kernel/random/boot_id`.
  var boot: String
  /// The machine's time.
  var machine: Instant
  /// The monotonic clock, of this boot only.
  var monotonic: Instant
  /// Nanoseconds since 1970.
  var wall: Int64
}

/// The machine, and what its driver had come to.
struct JournalTurn: Codable, Sendable {
  var machine: CutoverMachine
  var clock: JournalClock
  var passes: [ImageCutoverReport.Pass]
  var isVerified: Bool
  var detail: String?
  /// The source as it was; from here on a change tells that somebody uses it.
  var source: FileIdentity?
}

/// Records as bytes: JSON, which a person can read, and which old programs refuse by its version.
enum JournalCoding {
  static func encode(_ record: JournalRecord) throws -> [UInt8] { [UInt8](try JSONEncoder().encode(record)) }

  static func decode(_ bytes: ArraySlice<UInt8>) throws -> JournalRecord {
    try JSONDecoder().decode(JournalRecord.self, from: Data(bytes))
  }
}
