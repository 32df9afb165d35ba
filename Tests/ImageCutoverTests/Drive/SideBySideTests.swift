import CutoverCore
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import SystemPackage
import TestTools
import Testing

@testable import ImageCutover

/// Disks that are said to be on devices of their own (`FaultyFiles(spreads: true)`).
@Suite struct SideBySideTests {
  /// Where several wait for each other: whoever comes alone goes on after a while, and has not met the others.
  private final class Meeting: Sendable {
    private let count: Int
    private let present = Monitor(Set<String>())

    init(_ count: Int) { self.count = count }

    func come(_ name: String) {
      present.withLock { _ = $0.insert(name) }
      present.wait(until: monotonicNow() + .seconds(60)) { $0.count == self.count }
      if present.withLock({ $0.count }) < count { present.withLock { $0 = ["nobody"] } }
    }

    var hasTakenPlace: Bool { present.withLock { $0.count == count } }
  }

  private func disks(_ workshop: Workshop, _ count: Int, mebibytes: Int = 1) throws -> [ImageMove] {
    try (1...count).map { number in
      try Image(
        workshop["src\(number)"], size: mebibytes << 20, data: [0..<mebibytes << 20], seed: UInt64(number))
      return ImageMove(source: workshop["src\(number)"], destination: workshop["dst\(number)"])
    }
  }

  private func cutover(
    _ moves: [ImageMove], _ strategy: any MigrationStrategy, _ files: FaultyFiles,
    guest: (any GuestControl)? = nil
  ) -> ImageCutover {
    var cutover = ImageCutover(
      moves.map { move in
        // Told, it is not looked at beforehand.
        var move = move
        move.sourceFormat = .raw
        return move
      }, strategy: strategy)
    cutover.files = files
    cutover.guest = guest
    cutover.options.blockSize = .kibibytes(64)
    cutover.options.threads = 1
    return cutover
  }

  enum Work: CaseIterable, Sendable { case runningPass, outagePass, proof }

  @Test("passes and proofs of disks on different devices are under way at once", arguments: Work.allCases)
  func atOnce(work: Work) throws {
    let workshop = try Workshop()
    let moves = try disks(workshop, 3)
    let files = FaultyFiles(spreads: true)
    let meeting = Meeting(3)
    for number in 1...3 {
      let come = FaultyFiles.Effect.first { meeting.come("\(number)") }
      switch work {
      case .runningPass, .outagePass: files.add(.read, of: .source, named: "src\(number)", come)
      // The first full flush of a file is the proof's.
      case .proof: files.add(.flush, of: .destination, named: "dst\(number)", come)
      }
    }
    let report = try cutover(moves, work == .outagePass ? Cold() : Warm(), files).run()
    #expect(report.isCompleted && meeting.hasTakenPlace, "\(report)")
    #expect(report.passes[0].bytes == 3 << 20)
    for move in moves { expectAlike(Image(at: move.source), Image(at: move.destination)) }
  }

  @Test(
    "those on one device, and all if one at a time is wanted, go one after the other", arguments: [1, 4, nil])
  func oneByOne(most: Int?) throws {
    let workshop = try Workshop()
    let moves = try disks(workshop, 3)
    let files = FaultyFiles(spreads: most != 4)
    let order = Monitor<[Int]>([])
    for number in 1...3 {
      files.add(
        .read, of: .source, named: "src\(number)", at: nil,
        .first { order.withLock { if $0.last != number { $0.append(number) } } })
    }
    var cutover = cutover(moves, Cold(), files)
    cutover.options.disksAtOnce = most
    let report = try cutover.run()
    #expect(report.isCompleted)
    // The pass, and the proof.
    #expect(order.withLock { $0 } == [1, 2, 3, 1, 2, 3])
  }

  @Test("the result is the same whoever is first, and however many go at once") func sameResult() throws {
    var manifests: [[UInt8]] = []
    for (most, late) in [(1, 1), (2, 1), (3, 1), (3, 2), (3, 3)] {
      let workshop = try Workshop()
      let moves = try disks(workshop, 3)
      let files = FaultyFiles(spreads: true)
      files.add(.read, of: .source, named: "src\(late)", at: nil, .first { sleepFor(.milliseconds(1)) })
      var cutover = cutover(moves, Warm(), files)
      cutover.options.disksAtOnce = most
      cutover.options.manifest = workshop["list"]
      let report = try cutover.run()
      #expect(report.isCompleted, "\(report)")
      for move in moves { expectAlike(Image(at: move.source), Image(at: move.destination)) }
      #expect(report.disks.map(\.destination) == moves.map(\.destination))
      manifests.append(Image(at: workshop["list"]).bytes)
      #expect(workshop.names == ["dst1", "dst2", "dst3", "list", "src1", "src2", "src3"])
    }
    for manifest in manifests { expectSame(manifest, manifests[0]) }
    #expect(manifests[0].count > 3 * 16 * 64)
  }

  // MARK: - Faults

  @Test("a fault of one disk stops the others, and is the one that is told") func fault() throws {
    let workshop = try Workshop()
    let moves = try disks(workshop, 2, mebibytes: 4)
    let files = FaultyFiles(spreads: true)
    let failed = Monitor(false)
    // The first is in the midst of its copy when the second fails.
    files.add(.read, of: .source, named: "src1", at: 3, .first { failed.wait { $0 } })
    files.add(.read, of: .source, named: "src2", at: 3, .first { failed.withLock { $0 = true } })
    files.add(.read, of: .source, named: "src2", at: 3, .error(.ioError))
    var cutover = cutover(moves, Cold(), files, guest: ScriptedGuest())
    // Else it might be done by then.
    cutover.options.verification = .none
    files.add(.read, of: .source, named: "src1", at: nil, .first { sleepFor(.milliseconds(200)) })
    let report = try cutover.run()
    #expect(report.outcome == "failed_source", "\(report)")
    #expect(report.detail?.contains("src2'") == true)
    #expect(files.count(.write, of: .destination, named: "dst1") < 64)
    #expect(workshop.names == ["src1", "src2"])
  }

  @Test("a fault is told though another disk hangs, and the guest goes on") func faultBesideHang() throws {
    let workshop = try Workshop()
    let moves = try disks(workshop, 2)
    let files = FaultyFiles(spreads: true)
    let hold = Monitor(true)
    let guest = ScriptedGuest()
    files.add(
      .read, of: .source, named: "src1", at: nil,
      .first { if guest.commands.contains("shutDown") { hold.wait { !$0 } } })
    files.add(.read, of: .source, named: "src2", .error(.ioError))
    let report = try cutover(moves, Cold(), files, guest: guest).run()
    #expect(report.outcome == "failed_source", "\(report)")
    #expect(report.detail?.contains("src2'") == true)
    #expect(guest.commands == ["shutDown", "restore"])
    hold.withLock { $0 = false }
    eventually { workshop.names == ["src1", "src2"] }
    #expect(workshop.names == ["src1", "src2"])
  }

  @Test("one disk that hangs in the outage, beside one that is done, does not keep the guest down")
  func hangingDisk() throws {
    let workshop = try Workshop()
    let moves = try disks(workshop, 2)
    let files = FaultyFiles(spreads: true)
    let hold = Monitor(true)
    let guest = ScriptedGuest()
    files.add(
      .read, of: .source, named: "src2", at: nil,
      .first { if guest.commands.contains("shutDown") { hold.wait { !$0 } } })
    let report = try cutover(moves, Cold(timeout: .seconds(3)), files, guest: guest).run()
    #expect(report.outcome == "timed_out", "\(report)")
    #expect(report.detail == "moving was not done by its deadline")
    #expect(files.count(.write, of: .destination, named: "dst1") == 16)
    #expect(guest.commands == ["shutDown", "restore"])
    // It has returned while the disk hangs still.
    hold.withLock { $0 = false }
    eventually { workshop.names == ["src1", "src2"] }
    #expect(workshop.names == ["src1", "src2"])
  }

  // MARK: - Taken up again

  /// One pass while the guest runs, and one in the outage.
  private static let once = Fixed(
    plan: CutoverPlan(
      strategy: "once", media: [.disk],
      replication: [ReplicationStage(.disk, ConvergenceRules(until: .passes(1)))],
      stop: .shutDown(patience: .seconds(60), ifIgnored: .fail), start: .boot))

  @Test("each disk goes on from its own place, whichever of them was further") func resumed() throws {
    let workshop = try Workshop()
    let moves = try disks(workshop, 3)
    let flag = CancellationFlag()
    let files = FaultyFiles(spreads: true)
    // The first disk has a quarter done, and no more, until the others are done with and the journal says so.
    files.add(
      .read, of: .source, named: "src1", at: 5,
      .first {
        eventually {
          let seen = try? InterruptedCutover(destination: workshop["dst2"], files: FaultyFiles(spreads: true))
          return seen?.durableUpTo == 2 << 20
        }
        flag.suspend()
      })
    // Until the driver has seen that it is to end, and given up the pass.
    files.add(
      .read, of: .source, named: "src1", at: nil,
      .first { if flag.isSuspended { sleepFor(.seconds(2)) } })
    let report = try cutover(moves, Self.once, files).run(cancellation: flag)
    #expect(report.isSuspended, "\(report)")
    let again = FaultyFiles(spreads: true)
    let interrupted = try InterruptedCutover(destination: workshop["dst1"], files: again)
    #expect(interrupted.durableUpTo == 2 << 20)
    // Had it got to a round of checkpoints, the first one would have one, too.
    let (journal, history) = try CutoverJournal.open(
      for: "dst1",
      in: OpenFile(try LinuxFiles().openDirectory(workshop.path), LinuxFiles(), .destination, path: ""),
      path: workshop["dst1"])
    #expect(history.durablePlaces == [0, 1 << 20, 1 << 20])
    try journal.append(
      .checkpoint(CopyCheckpoint(pass: 0, durableUpTo: 256 << 10, disk: 0), clock: CutoverClock().stamp))
    journal.release()
    let reads = Monitor<[Int]>([])
    let guest = ScriptedGuest { command in
      guard command == "shutDown" else { return }
      reads.withLock { $0 = (1...3).map { again.count(.read, of: .source, named: "src\($0)") } }
    }
    let result = try InterruptedCutover(destination: workshop["dst1"], files: again).resume(guest: guest)
    #expect(result.isCompleted, "\(result)")
    // Windows of 64 KiB: twelve of the first disk, none of the others.
    #expect(reads.withLock { $0 } == [12, 0, 0])
    for move in moves { expectAlike(Image(at: move.source), Image(at: move.destination)) }
    #expect(workshop.names == ["dst1", "dst2", "dst3", "src1", "src2", "src3"])
  }

  @Test("one limit holds for all together") func rateLimit() throws {
    let workshop = try Workshop()
    let moves = try disks(workshop, 2, mebibytes: 2)
    var cutover = cutover(moves, Self.once, FaultyFiles(spreads: true))
    cutover.options.rateLimit = .mebibytesPerSecond(8)
    let report = try cutover.run()
    // 4 MiB at 8 MiB/s, but for the first burst.
    #expect(report.isCompleted && report.passes[0].seconds > 0.4, "\(report)")
  }

  @Test("more disks than go at once, and than there are places for, are refused or wait their turn")
  func many() throws {
    let workshop = try Workshop(isFast: true)
    let moves = try disks(workshop, 9)
    for most in [0, 9] {
      var cutover = cutover(moves, Cold(), FaultyFiles())
      cutover.options.disksAtOnce = most
      #expect(throws: ImageCutoverError.badOptions("\(most) disks at once are not between 1 and 8")) {
        try cutover.run()
      }
    }
    var cutover = cutover(moves, Warm(), FaultyFiles(spreads: true))
    cutover.options.disksAtOnce = 2
    #expect(try cutover.run().isCompleted)
    for move in moves { expectAlike(Image(at: move.source), Image(at: move.destination)) }
  }
}
