import CutoverCore
import Glibc
import MigrationStrategies
import Quantities
import SystemPackage
import Testing

@testable import ImageCutover

@Suite struct FaultTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var call: FaultyFiles.Call
    var side: FaultyFiles.Side
    var at: Int? = 1
    var errno: Errno
    var outcome: String
    var testDescription: String { "\(call) of \(side), occurrence \(at ?? 0): \(errno)" }
  }

  static let cases: [Case] = [
    Case(call: .create, side: .destination, errno: .readOnlyFileSystem, outcome: "failed_destination"),
    Case(call: .create, side: .destination, errno: .noSpace, outcome: "failed_destination_full"),
    Case(call: .setSize, side: .destination, errno: .fileTooLarge, outcome: "failed_destination_full"),
    // The directory's flushes: for the journal's name (refused, see below), the partial's, the image's.
    Case(call: .flush, side: .directory, at: 2, errno: .ioError, outcome: "failed_destination"),
    Case(call: .read, side: .source, errno: .ioError, outcome: "failed_source"),
    Case(call: .read, side: .source, at: 3, errno: .ioError, outcome: "failed_source"),
    Case(call: .nextData, side: .source, errno: .ioError, outcome: "failed_source"),
    Case(call: .nextHole, side: .source, errno: .ioError, outcome: "failed_source"),
    Case(call: .nextData, side: .destination, errno: .ioError, outcome: "failed_destination"),
    Case(call: .write, side: .destination, errno: .ioError, outcome: "failed_destination"),
    Case(call: .write, side: .destination, at: 2, errno: .noSpace, outcome: "failed_destination_full"),
    Case(
      call: .write, side: .destination, at: 2, errno: .diskQuotaExceeded, outcome: "failed_destination_full"),
    // Flushes: after the first pass, in the outage, before the proof.
    Case(call: .flushData, side: .destination, at: 1, errno: .ioError, outcome: "failed_destination"),
    Case(call: .flushData, side: .destination, at: 2, errno: .ioError, outcome: "failed_destination"),
    Case(call: .flush, side: .destination, errno: .ioError, outcome: "failed_destination"),
    Case(call: .read, side: .destination, errno: .ioError, outcome: "failed_destination"),
    Case(call: .rename, side: .directory, errno: .permissionDenied, outcome: "failed_destination"),
    // The directory's flush after the publication: the name has to go again.
    Case(call: .flush, side: .directory, at: 3, errno: .ioError, outcome: "failed_destination"),
  ]

  @Test(
    "a new journal that cannot be looked at, or locked, is no other cutover's, and is not left",
    arguments: [FaultyFiles.Call.status, .lock])
  func newJournal(_ call: FaultyFiles.Call) throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 8192, data: [0..<4096])
    let files = FaultyFiles(call, of: .journal, at: 1, .error(.ioError))
    let error = #expect(throws: ImageCutoverError.self) {
      try ImageCutover(in: workshop, guest: ScriptedGuest(), files: files).run()
    }
    guard case .fileFault(let words)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(words.contains("Input/output error"), "\(words)")
    expectOnlySource(workshop)
  }

  @Test("a fault is named, nothing is left, the source is untouched", arguments: cases)
  func fault(_ item: Case) throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 3_000_001, data: [0..<1_500_000, 2_500_000..<3_000_001])
    let bytes = image.bytes
    let files = FaultyFiles(item.call, of: item.side, at: item.at, .error(item.errno))
    let guest = ScriptedGuest()
    var cutover = ImageCutover(in: workshop, guest: guest, files: files)
    // Told, it is not looked at beforehand.
    cutover.disks[0].sourceFormat = .raw
    let report = try cutover.run()
    #expect(report.outcome == item.outcome, "\(report)")
    #expect(report.detail != nil)
    #expect(!report.verified && report.destination == nil && report.leftBehind == nil)
    expectOnlySource(workshop)
    expectSame(image.bytes, bytes)
    // Law 4: whoever was stopped runs again.
    #expect(guest.commands.contains("shutDown") == guest.commands.contains("restore"))
  }

  @Test("a journal that is gone is not said to be left, whether its folder could be flushed or not")
  func goneJournal()
    throws
  {
    func run(_ files: FaultyFiles) throws {
      let workshop = try Workshop()
      try Image(workshop["src"], size: 100_000, data: [0..<100_000])
      let report = try ImageCutover(in: workshop, Cold(), files: files).run()
      #expect(report.isCompleted && report.leftBehind == nil, "\(report)")
      #expect(workshop.names == ["dst", "src"])
    }
    let counting = FaultyFiles()
    try run(counting)
    try run(FaultyFiles(.flush, of: .directory, at: counting.count(.flush, of: .directory), .error(.ioError)))
  }

  @Test("the detail says what, where and why") func detail() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 3_000_000, data: [0..<3_000_000])
    var options = ImageCutoverOptions()
    options.threads = 1
    let files = FaultyFiles(.write, of: .destination, at: 2, .error(.noSpace))
    let report = try ImageCutover(in: workshop, options: options, files: files).run()
    let path = workshop["dst.fleetshift-partial"]
    #expect(
      report.detail == "could not write the destination '\(path)' at byte 1048576: No space left on device")
  }

  @Test("interrupted calls are made again, short ones continued") func interrupted() throws {
    // Cold has but one pass: nothing later could make good what it left out.
    for strategy in [Warm(rest: .zero), Cold()] as [any MigrationStrategy] {
      let workshop = try Workshop()
      let image = try Image(workshop["src"], size: 500_001, data: [0..<500_001])
      let files = FaultyFiles()
      for call in [FaultyFiles.Call.read, .write, .nextData, .nextHole] {
        for side in [FaultyFiles.Side.source, .destination] {
          files.add(call, of: side, at: 1, .error(.interrupted))
          files.add(call, of: side, at: 2, .error(.interrupted))
        }
      }
      files.add(.read, of: .source, at: nil, .short(70_001))
      files.add(.read, of: .destination, at: nil, .short(30_001))
      files.add(.write, of: .destination, at: nil, .short(50_001))
      let report = try ImageCutover(in: workshop, strategy, files: files).run()
      #expect(report.outcome == "completed", "\(report)")
      expectAlike(image, Image(at: workshop["dst"]))
    }
  }

  @Test("a disk that takes nothing and says nothing is a failed disk") func nothingWritten() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 10_000, data: [0..<10_000])
    let files = FaultyFiles(.write, of: .destination, at: nil, .short(0))
    let report = try ImageCutover(in: workshop, files: files).run()
    #expect(report.outcome == "failed_destination")
    expectOnlySource(workshop)
  }

  @Test("a source that shrinks under way is a failed source") func shrinkingSource() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 3 << 20, data: [0..<3 << 20])
    let files = FaultyFiles(.read, of: .source, at: 2, .first { image.resize(to: 100_000) })
    let report = try ImageCutover(in: workshop, files: files).run()
    #expect(report.outcome == "failed_source")
    expectOnlySource(workshop)
  }

  @Test("a source that grew is not taken for verified") func growingSource() throws {
    let workshop = try Workshop()
    let image = try Image(workshop["src"], size: 3 << 20, data: [0..<3 << 20])
    let report = try ImageCutover(in: workshop).run {
      if $0.phase == .stopping { image.resize(to: 4 << 20) }
    }
    #expect(report.outcome == "verify_failed")
    expectOnlySource(workshop)
  }

  @Test("a partial that cannot be removed is named") func leftBehind() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 10_000, data: [0..<10_000])
    let files = FaultyFiles(.write, of: .destination, .error(.ioError))
    files.add(.remove, of: .directory, .error(.ioError))
    let report = try ImageCutover(in: workshop, files: files).run()
    #expect(report.outcome == "failed_destination")
    #expect(report.leftBehind == workshop["dst.fleetshift-partial"])
    #expect(workshop.names == ["dst.fleetshift-partial", "src"])
  }

  // MARK: - Verification

  /// What spoils the copy after everything has been copied, just before the proof reads it from the disk.
  static let spoilers: [(String, @Sendable (Image) throws -> Void)] = [
    ("one byte", { try $0.write(1_234_567..<1_234_568, seed: 77) }),
    ("zeros for data", { try $0.zero(8192..<12_288) }),
    ("a hole for data", { try $0.punch(8192..<12_288) }),
    ("data for a hole", { try $0.write(2_000_000..<2_000_001, seed: 78) }),
    ("the last byte", { try $0.write(3_000_000..<3_000_001, seed: 79) }),
    ("too short", { $0.resize(to: 3_000_000) }),
    ("too long", { $0.resize(to: 3_000_002) }),
  ]

  @Test("what was spoiled after the copy is found", arguments: 0..<7)
  func spoiled(index: Int) throws {
    let (name, spoil) = Self.spoilers[index]
    let workshop = try Workshop()
    try Image(workshop["src"], size: 3_000_001, data: [0..<1_500_000, 2_500_000..<3_000_001])
    let partial = Image(at: workshop["dst.fleetshift-partial"])
    // The first full flush of the file is the verification's.
    let files = FaultyFiles(.flush, of: .destination, .first { try? spoil(partial) })
    let guest = ScriptedGuest()
    let report = try ImageCutover(in: workshop, guest: guest, files: files).run()
    #expect(report.outcome == "verify_failed", "\(name): \(report)")
    #expect(!report.verified)
    #expect(guest.commands == ["shutDown", "restore"])
    expectOnlySource(workshop)
  }

  // MARK: - Publication

  @Test("a destination that appears meanwhile is not overwritten") func race() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 100_000, data: [0..<100_000])
    let path = workshop["dst"]
    let files = FaultyFiles(
      .rename, of: .directory, .first { _ = try? Image(path, size: 5, data: [0..<5]) })
    let report = try ImageCutover(in: workshop, files: files).run()
    #expect(report.outcome == "failed_destination")
    #expect(workshop.names == ["dst", "src"])
    #expect(Image(at: path).size == 5)
  }

  @Test("a partial that appears meanwhile is left alone") func partialRace() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 100_000, data: [0..<100_000])
    let path = workshop["dst.fleetshift-partial"]
    let files = FaultyFiles(.create, of: .destination, .first { _ = try? Image(path, size: 5) })
    let report = try ImageCutover(in: workshop, files: files).run()
    #expect(report.outcome == "failed_destination")
    #expect(Image(at: path).size == 5)
    #expect(!Image(at: workshop["dst"]).exists)
  }

  @Test("a guest that does not start at the destination goes on at the source, and the name is taken back")
  func startFails() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 100_000, data: [0..<100_000])
    let guest = ScriptedGuest { if $0 == "start" { throw Mishap() } }
    let report = try ImageCutover(in: workshop, guest: guest).run()
    #expect(report.outcome == "failed_guest")
    #expect(report.detail == "a mishap")
    #expect(guest.commands == ["shutDown", "start", "fence", "restore"])
    expectOnlySource(workshop)
  }

  @Test("what somebody put in the published image's place is not removed") func replaced() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 100_000, data: [0..<100_000])
    let path = workshop["dst"]
    let guest = ScriptedGuest {
      guard $0 == "start" else { return }
      unlink(path)
      try Image(path, size: 5)
      throw Mishap()
    }
    let report = try ImageCutover(in: workshop, guest: guest).run()
    #expect(report.outcome == "failed_guest")
    #expect(Image(at: path).size == 5)
    #expect(workshop.names == ["dst", "src"])
  }

  @Test("nobody can say where the guest runs: nothing is removed, nothing restored") func fenceFails() throws
  {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 100_000, data: [0..<100_000])
    let guest = ScriptedGuest { if $0 == "start" || $0 == "fence" { throw Mishap() } }
    let report = try ImageCutover(in: workshop, guest: guest).run()
    #expect(report.outcome == "lost_destination_unknown")
    #expect(!guest.commands.contains("restore"))
    // The journal is evidence for whoever has to decide.
    #expect(workshop.names == ["dst", "dst.fleetshift-journal", "src"])
  }

  @Test("a guest that crashes under way is restored") func crash() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 4 << 20, data: [0..<4 << 20])
    var options = ImageCutoverOptions()
    options.rateLimit = .mebibytesPerSecond(4)
    let guest = ScriptedGuest()
    let report = try ImageCutover(in: workshop, options: options, guest: guest).run {
      if $0.phase == .copying { guest.crash() }
    }
    #expect(report.outcome == "crashed")
    #expect(guest.commands == ["restore"])
    expectOnlySource(workshop)
  }
}
