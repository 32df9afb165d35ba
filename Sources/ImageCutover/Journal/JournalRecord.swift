internal import CutoverCore
internal import DiskImages
internal import FoundationEssentials
internal import Quantities

/// What the journal holds, in the order in which it happened.
enum JournalRecord: Codable, Sendable {
  /// The first one.
  case header(JournalHeader)
  /// The provisional image of this disk was made; before this, what bears its name need not be ours.
  case made(FileIdentity, disk: Int)
  /// The machine has taken an event. What it asks for now is begun only when this is durable.
  case turn(JournalTurn)
  case checkpoint(CopyCheckpoint, clock: JournalClock)
  /// What the tracker of this disk's changes wants to have back, from the beginning of this pass on.
  case tracker(TrackerState, disk: Int, pass: Int)
  /// Where the hashes of the verification are kept.
  case manifest(path: String)
  /// All images have their names; both ends of each as they were then.
  case published([PublishedDisk])
  /// It is over.
  case outcome(ImageCutoverReport)
  /// Not in a journal, but instead of one: the disk belongs to a guest whose journal is beside this destination.
  case beside(String)
}

extension JournalRecord {
  /// Whether it can be believed as it is: a checksum tells of accidents only.
  var isSound: Bool {
    switch self {
    case .header(let header):
      header.machine.isSound && header.options.contradiction == nil && header.hasSoundSizes
        && header.hasSoundChains && header.clock.isSound
    case .turn(let turn): turn.machine.isSound && turn.hasSoundPasses && turn.clock.isSound
    case .checkpoint(let checkpoint, let clock):
      checkpoint.disk >= 0 && (0...VirtualDisk.maximalSize).contains(checkpoint.durableUpTo) && clock.isSound
    case .tracker(_, let disk, let pass): disk >= 0 && pass >= 0
    case .made, .manifest, .published, .outcome, .beside: true
    }
  }
}

/// Everything about a cutover that does not change.
struct JournalHeader: Codable, Sendable {
  /// 3: chains may be kept, which who knows only 2 would not carry through; and a checkpoint says nothing of other disks. In 2
  /// those before it were done with in its pass.
  static let version = 3
  /// The oldest that is read. One of an older version is gone on with as it was begun, one disk after the other, so that its
  /// checkpoints go on meaning what they meant.
  static let oldest = 2

  var version = JournalHeader.version
  /// The seed of the other records' checksums.
  var seed: UInt64
  /// The files that are moved.
  var disks: [JournalDisk]
  /// Those among them that are of chains which are kept, and the parents that were there; `nil`: none is.
  var chains: [KeptChain]?
  var parents: [PresentParent.Known]?
  var strategy: String
  var options: ImageCutoverOptions
  /// As it was before it began.
  var machine: CutoverMachine
  /// The caller's own, such as the prediction; handed back as it is.
  var note: String
  var clock: JournalClock
  /// What the first disk's destination was called before its folder was moved; `nil`: it has its place. Never written.
  var formerDestination: String?
}

extension JournalHeader {
  /// The guest's disks as their names and formats are.
  var moves: [ImageMove] { keptChains.moves(of: disks) }

  /// Whether the sizes are those of disks, and can be added up with a place in one of them.
  fileprivate var hasSoundSizes: Bool {
    var sum = VirtualDisk.maximalSize
    for disk in disks {
      let (next, overflows) = sum.addingReportingOverflow(disk.virtualSize)
      guard (0...VirtualDisk.maximalSize).contains(disk.virtualSize), !overflows else { return false }
      sum = next
    }
    return true
  }
}

/// One disk of the guest.
struct JournalDisk: Codable, Sendable {
  /// Absolute paths.
  var sourcePath: String
  var destinationPath: String
  /// The files of the source, the image itself first.
  var chain: [ImageLink]
  var sourceFormat: DiskFormat
  var destinationFormat: DiskFormat
  /// Of the source, in bytes.
  var virtualSize: Int64

  /// The disk as its names and formats are.
  var move: ImageMove {
    ImageMove(
      source: sourcePath, destination: destinationPath, sourceFormat: sourceFormat,
      destinationFormat: destinationFormat)
  }
}

/// Both ends of a disk when it got its name.
struct PublishedDisk: Codable, Hashable, Sendable {
  var source: FileIdentity
  var destination: FileIdentity
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

extension JournalClock {
  /// Neither shows a time before its zero.
  fileprivate var isSound: Bool { machine >= .zero && monotonic >= .zero }
}

/// The machine, and what its driver had come to.
struct JournalTurn: Codable, Sendable {
  var machine: CutoverMachine
  var clock: JournalClock
  var passes: [ImageCutoverReport.Pass]
  var isVerified: Bool
  var detail: String?
  /// The sources as they were; from here on a change tells that somebody uses them.
  var sources: [FileIdentity]?
  /// The new images as they were when they were proved. Until the guest is told to start nobody may write to them.
  var destinations: [FileIdentity]?
  /// The parents that were there, likewise.
  var parents: [ProvedParent]?
}

extension JournalTurn {
  /// Whether what the passes have done can be added up.
  fileprivate var hasSoundPasses: Bool {
    var sum: Int64 = 0
    let amounts: [Int64] = passes.flatMap { [$0.bytes, $0.punched, $0.examined ?? 0, $0.remaining ?? 0] }
    for amount in amounts {
      let (next, overflows) = sum.addingReportingOverflow(amount)
      guard amount >= 0, !overflows else { return false }
      sum = next
    }
    return passes.allSatisfy { $0.seconds.isFinite && $0.seconds >= 0 }
  }
}

/// Records as bytes: JSON, which a person can read, and which old programs refuse by its version.
enum JournalCoding {
  static func encode(_ record: JournalRecord) throws -> [UInt8] { [UInt8](try JSONEncoder().encode(record)) }

  static func decode(_ bytes: ArraySlice<UInt8>) throws -> JournalRecord {
    try JSONDecoder().decode(JournalRecord.self, from: Data(bytes))
  }

  /// Of a header, whatever else it says; `nil`: it is none.
  static func version(of bytes: ArraySlice<UInt8>) -> Int? {
    struct Head: Decodable {
      struct Body: Decodable { var version: Int }
      var header: [String: Body]
    }
    return (try? JSONDecoder().decode(Head.self, from: Data(bytes)))?.header["_0"]?.version
  }
}
