internal import CutoverCore
internal import DiskImages
internal import ImageFiles
internal import Quantities

/// What a journal tells when it is read from its start: the state to go on from.
package struct JournalHistory: Sendable {
  private(set) var header: JournalHeader
  /// What was made, by the number of its disk.
  private(set) var made: [Int: FileIdentity] = [:]
  private(set) var turn: JournalTurn?
  /// The last one of each disk.
  private var checkpoints: [Int: CopyCheckpoint] = [:]
  /// How the images in the making stood at their last flush, by disk.
  private(set) var writers: [Int: WriterCheckpoint] = [:]
  private var trackers: [Int: (pass: Int, state: TrackerState)] = [:]
  private(set) var manifest: String?
  private(set) var published: [PublishedDisk]?
  private(set) var outcome: ImageCutoverReport?
  /// The last sign of life.
  private(set) var clock: JournalClock
  private(set) var records: UInt64 = 0
  /// How much of the file is good, up to a whole word: the last record's padding may not have been written.
  private(set) var length: Int = 0

  /// Reads records up to the first that is torn, which is where the writer died.
  ///
  /// - Throws: `JournalDamage` if there is no header, or if whole records follow a bad one: then it is not the tail that
  ///   is torn, and what is left would tell an old story.
  package init(_ bytes: [UInt8]) throws(JournalDamage) {
    guard let first = JournalFrame.decode(bytes, at: 0, seed: 0), first.number == 0 else {
      if bytes.isEmpty { throw .empty }
      if JournalFrame.mayBeTorn(bytes) { throw .noHeader }
      throw JournalFrame.beginsAsOne(bytes) || JournalFrame.isFollowed(bytes) ? .headless : .foreign
    }
    // Before all else: what another version says need make no sense to this one.
    if let version = JournalCoding.version(of: first.payload),
      !(JournalHeader.oldest...JournalHeader.version).contains(version)
    {
      throw .unknownVersion(version)
    }
    guard case .header(let header) = try Self.record(first) else { throw .unreadable(record: 0) }
    self.header = header
    clock = header.clock
    records = 1
    length = first.end
    while let next = JournalFrame.decode(bytes, at: length, seed: header.seed), next.number == records {
      take(try Self.record(next))
      records += 1
      length = next.end
    }
    if JournalFrame.isFollowed(bytes, from: length, seed: header.seed) { throw .garbled(at: length) }
  }

  /// Takes in where the journal was found.
  mutating func wasFound(at destination: String, in directory: OpenFile) {
    header.wasFound(at: destination, in: directory)
  }

  var machine: CutoverMachine { turn?.machine ?? header.machine }

  /// Below which offset the pass under way is durable, disk by disk. A pass of the outage is none: from one driver to the
  /// next the guest may have been revived, and all of it has to be looked at again.
  var durablePlaces: [Int64] {
    guard case .copy = machine.currentStep.action else { return header.disks.map { _ in 0 } }
    return flushedPlaces
  }

  private var flushedPlaces: [Int64] {
    header.disks.enumerated().map { number, disk in
      guard let checkpoint = checkpoints[number], checkpoint.pass == turn?.passes.count else { return 0 }
      return min(checkpoint.durableUpTo, disk.virtualSize)
    }
  }

  /// How much of the guest's disks the pass under way has made durable, in bytes: what is not written again unless it
  /// has changed since.
  var durableUpTo: Int64 { flushedPlaces.reduce(0, +) }

  /// What a tracker has left.
  struct Left: Sendable {
    var state: TrackerState
    /// The pass that it was left for had ended; otherwise it was broken off.
    var isPassComplete: Bool
  }

  /// What the tracker of a disk left at the beginning of the last pass; `nil` if that tells nothing of the next one.
  func tracker(ofDisk disk: Int) -> Left? {
    guard let left = trackers[disk], let passes = turn?.passes.count else { return nil }
    switch passes - left.pass {
    case 0: return Left(state: left.state, isPassComplete: false)
    case 1: return Left(state: left.state, isPassComplete: true)
    default: return nil
    }
  }

  private static func record(_ found: JournalFrame.Found) throws(JournalDamage) -> JournalRecord {
    guard let record = try? JournalCoding.decode(found.payload), record.isSound else {
      throw .unreadable(record: found.number)
    }
    return record
  }

  private mutating func take(_ record: JournalRecord) {
    switch record {
    case .header, .beside: break
    case .made(let identity, let disk): made[disk] = identity
    case .turn(let turn):
      self.turn = turn
      clock = turn.clock
      if let parents = turn.parents { header.noteProof(of: parents) }
    case .checkpoint(let checkpoint, let clock):
      if header.version < 3 {
        for (number, disk) in header.disks.prefix(checkpoint.disk).enumerated() {
          checkpoints[number] = CopyCheckpoint(
            pass: checkpoint.pass, durableUpTo: disk.virtualSize, disk: number)
        }
      }
      checkpoints[checkpoint.disk] = checkpoint
      if let writer = checkpoint.writer { writers[checkpoint.disk] = writer }
      self.clock = clock
    case .tracker(let state, let disk, let pass): trackers[disk] = (pass, state)
    case .manifest(let path): manifest = path
    case .published(let disks): published = disks
    case .outcome(let report): outcome = report
    }
  }
}

/// Why a journal cannot be used.
package enum JournalDamage: Error, Hashable, CustomStringConvertible {
  case empty
  /// Its writer died in the first record.
  case noHeader
  /// Its first record is damaged, and others were written behind it.
  case headless
  /// It is something else.
  case foreign
  case unknownVersion(Int)
  case garbled(at: Int)
  case unreadable(record: UInt64)
  /// It belongs to somebody else, or others may write to it: what it has run would be theirs to say.
  case ofUser(UInt32)
  case writableByOthers(mode: UInt32)
  /// In bytes.
  case tooLarge(Int64)

  package var description: String {
    switch self {
    case .empty: "it is empty"
    case .noHeader: "it ends within its first record"
    case .headless:
      "its first record is damaged, and others follow: what it tells of had begun, and the guest may be down"
    case .foreign: "it is no journal of a cutover"
    case .unknownVersion(let version):
      "it is of version \(version), and this program knows \(JournalHeader.oldest) to \(JournalHeader.version)"
    case .garbled(let place): "it is damaged at byte \(place), and whole records follow"
    case .ofUser(let user):
      "it belongs to the user \(user), and it names programs that would be run: let that user go on"
    case .writableByOthers(let mode):
      "others may write to it (mode \(String(mode, radix: 8))), and it names programs that would be run"
    case .tooLarge(let size): "it has \(Bytes(size).formatted(.binary)), more than any cutover writes"
    case .unreadable(let number): "its record \(number) is whole but makes no sense to this program"
    }
  }
}
