import CutoverCore
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import Testing

@testable import ImageCutover

@Suite struct DiskGroupTests {
  private func disks(_ workshop: Workshop, _ count: Int = 3) throws -> [ImageMove] {
    try (1...count).map { number in
      try Image(
        workshop["src\(number)"], size: number << 20, data: [0..<number * 100_000], seed: UInt64(number))
      return ImageMove(source: workshop["src\(number)"], destination: workshop["dst\(number)"])
    }
  }

  @Test("several disks share one pause and arrive together") func together() throws {
    let workshop = try Workshop()
    let moves = try disks(workshop)
    let guest = ScriptedGuest { command in
      let published = workshop.names.filter { $0 == "dst1" || $0 == "dst2" || $0 == "dst3" }
      #expect(published.count == (command == "start" ? 3 : 0), "\(command): \(published)")
      guard command == "shutDown" else { return }
      for number in 1...3 { try Image(at: workshop["src\(number)"]).write(8192..<8300, seed: 7) }
    }
    var cutover = ImageCutover(moves, strategy: Warm())
    cutover.guest = guest
    let report = try cutover.run()
    #expect(report.isCompleted, "\(report)")
    #expect(guest.commands == ["shutDown", "start"])
    for move in moves { expectAlike(Image(at: move.source), Image(at: move.destination)) }
    #expect(report.disks.map(\.destination) == moves.map(\.destination))
    #expect(report.source.virtualBytes == 6 << 20)
  }

  @Test("the room of file systems is counted once each", .enabled(if: access("/dev/shm", W_OK) == 0))
  func room()
    throws
  {
    let (one, other) = (try Workshop(), try Workshop(isFast: true))
    var moves = try disks(one)
    for index in 1..<3 { moves[index].destination = other["dst\(index)"] }
    let facts = try ImageProbe.measure(moves, ImageCutoverOptions()).facts
    func free(_ path: String) -> Double {
      var status = statvfs()
      statvfs(path, &status)
      return Double(status.f_bavail) * Double(status.f_frsize)
    }
    let (first, second) = (free(one.path), free(other.path))
    // Others use these disks, too.
    #expect(abs(facts.free.value - first - second) < second / 2)
  }

  @Test("one that cannot be published leaves none") func allOrNone() throws {
    let workshop = try Workshop()
    let moves = try disks(workshop)
    let guest = ScriptedGuest { command in
      if command == "shutDown" { try Image(workshop["dst2"], size: 1) }
    }
    var cutover = ImageCutover(moves, strategy: Cold())
    cutover.guest = guest
    let report = try cutover.run()
    #expect(report.outcome == "failed_destination", "\(report)")
    #expect(guest.commands.last == "restore" && !guest.commands.contains("start"))
    #expect(workshop.names == ["dst2", "src1", "src2", "src3"])
    #expect(Image(at: workshop["dst2"]).size == 1)
  }

  @Test("what cannot be done with several is refused, with nothing made") func refusals() throws {
    let workshop = try Workshop()
    let moves = try disks(workshop, 2)
    let before = workshop.names
    func refused(_ moves: [ImageMove], _ change: (inout ImageCutoverOptions) -> Void = { _ in }) {
      var cutover = ImageCutover(moves, strategy: Cold())
      change(&cutover.options)
      #expect(throws: ImageCutoverError.self) { try cutover.run() }
      #expect(workshop.names == before)
    }
    refused([])
    refused([moves[0], moves[0]])
    refused([moves[0], ImageMove(source: moves[1].source, destination: workshop.path + "/./dst1")])
    refused([moves[0], ImageMove(source: moves[1].source, destination: moves[0].source)])
    for ours in [".fleetshift-partial", ".fleetshift-journal"] {
      refused([moves[0], ImageMove(source: moves[1].source, destination: moves[0].destination + ours)])
    }
    // A manifest has no more of a disk than its name.
    let folder = try Workshop()
    refused([moves[0], ImageMove(source: moves[1].source, destination: folder["dst1"])]) {
      $0.manifest = folder["list"]
    }
    refused(moves) { $0.resizeTo = .mebibytes(9) }
    refused(moves) { $0.tracking = .log("/nowhere") }
  }

  /// Broken off while it is proved, with everything still there.
  private func suspended(_ moves: [ImageMove]) throws {
    let flag = CancellationFlag()
    let report = try ImageCutover(moves, strategy: Cold()).run(cancellation: flag) {
      if $0.phase == .verifying { flag.suspend() }
    }
    #expect(report.isSuspended)
  }

  @Test("it is found by any of its disks, wherever they are, and undone or ended whole", arguments: 0..<3)
  func takenUp(by number: Int) throws {
    let (workshop, elsewhere) = (try Workshop(), try Workshop())
    var moves = try disks(workshop)
    moves[2].destination = elsewhere["dst3"]
    for rollsBack in [true, false] {
      try suspended(moves)
      let interrupted = try InterruptedCutover(destination: moves[number].destination)
      #expect(interrupted.destination == moves[0].destination)
      #expect(interrupted.moves.map(\.destination) == moves.map(\.destination))
      for move in moves {
        // Another one may not have a place that is taken.
        #expect(throws: ImageCutoverError.unfinished(path: move.destination)) {
          try ImageCutover(source: move.source, destination: move.destination, strategy: Cold()).run()
        }
      }
      let report = rollsBack ? try interrupted.rollBack() : try interrupted.resume()
      #expect(report.outcome == (rollsBack ? "cancelled" : "completed"))
      #expect(workshop.names == (rollsBack ? [] : ["dst1", "dst2"]) + ["src1", "src2", "src3"])
      #expect(elsewhere.names == (rollsBack ? [] : ["dst3"]))
    }
  }

  @Test("while it is at work, each of its places says so") func atWork() throws {
    let workshop = try Workshop()
    let moves = try disks(workshop, 2)
    let seen = Monitor<[ImageCutoverError]>([])
    let report = try ImageCutover(moves, strategy: Cold()).run { progress in
      guard progress.phase == .verifying, seen.withLock({ $0.isEmpty }) else { return }
      for move in moves {
        do throws(ImageCutoverError) {
          try ImageCutover(source: move.source, destination: move.destination, strategy: Cold()).check()
        } catch { seen.withLock { $0.append(error) } }
      }
    }
    #expect(report.isCompleted, "\(report)")
    let busy = moves.map { ImageCutoverError.destinationBusy(path: $0.destination) }
    #expect(seen.withLock { $0 } == busy && busy[0].exitCode == 75)
  }

  @Test("what leads to a journal and is torn, missing, stale or another's is no obstacle") func pointers()
    throws
  {
    let workshop = try Workshop()
    let moves = try disks(workshop, 2)
    let (journal, pointer) = (workshop["dst1.fleetshift-journal"], workshop["dst2.fleetshift-journal"])
    try suspended(moves)
    #expect(truncate(pointer, 20) == 0)
    #expect(throws: ImageCutoverError.nothingBegan(path: moves[1].destination)) {
      try InterruptedCutover(destination: moves[1].destination)
    }
    #expect(try InterruptedCutover(destination: moves[0].destination).rollBack().outcome == "cancelled")
    #expect(workshop.names == ["src1", "src2"])

    try suspended(moves)
    unlink(pointer)
    #expect(try InterruptedCutover(destination: moves[0].destination).rollBack().outcome == "cancelled")
    #expect(workshop.names == ["src1", "src2"])

    // As after a power cut that brought it back.
    try suspended(moves)
    for name in workshop.names where name != "dst2.fleetshift-journal" && !name.hasPrefix("src") {
      unlink(workshop[name])
    }
    #expect(throws: ImageCutoverError.journalMissing(path: journal)) {
      try InterruptedCutover(destination: moves[1].destination)
    }
    // Its journal is by now of others.
    try suspended([ImageMove(source: moves[1].source, destination: moves[0].destination)])
    #expect {
      try InterruptedCutover(destination: moves[1].destination)
    } throws: {
      if case ImageCutoverError.journalUnusable(let path, _) = $0 { path == pointer } else { false }
    }
    #expect(try InterruptedCutover(destination: moves[0].destination).rollBack().outcome == "cancelled")
    #expect(workshop.names == ["dst2.fleetshift-journal", "src1", "src2"])
    let again = ImageCutover([moves[1]], strategy: Cold())
    #expect(try again.run().isCompleted)
    #expect(workshop.names == ["dst2", "src1", "src2"])
  }
}
