import CutoverCore
import Foundation
import Glibc
import MigrationStrategies
import Quantities
import Testing

@testable import ImageCutover

/// What somebody else does to the files of a cutover under way, or has left where it wants to work.
@Suite struct OthersMeanwhileTests {
  private func workshop() throws -> Workshop {
    let workshop = try Workshop()
    _ = try workshop.folder("new")
    try Image(workshop["src"], size: 3 << 20, data: [0..<2 << 20])
    return workshop
  }

  private func cutover(
    _ workshop: Workshop, _ strategy: any MigrationStrategy = Cold(), _ guest: ScriptedGuest? = nil
  ) -> ImageCutover {
    var cutover = ImageCutover(
      source: workshop["src"], destination: workshop["new/dst"], strategy: strategy)
    cutover.guest = guest
    return cutover
  }

  private func suspended(_ workshop: Workshop) throws {
    let flag = CancellationFlag()
    let report = try cutover(workshop).run(cancellation: flag) {
      if $0.phase == .verifying { flag.suspend() }
    }
    try #require(report.isSuspended)
  }

  // MARK: - To the source

  @Test("a source that is written to after it was compared is noticed before the guest starts")
  func writtenAfterProof() throws {
    let workshop = try workshop()
    let source = Image(at: workshop["src"])
    // The file system is fitted behind the proof.
    let guest = ResizedGuest { try? source.write(70_000..<70_001, seed: 5) }
    var cutover = cutover(workshop)
    cutover.guest = guest
    cutover.options.resizeTo = .mebibytes(4)
    let report = try cutover.run()
    #expect(report.outcome == "failed_source", "\(report)")
    #expect(report.detail?.contains("written to after it had been compared") == true, "\(report)")
    #expect(guest.commands.withLock { $0 } == ["shutDown", "resized", "restore"])
    #expect(workshop.names(in: "new") == [])
  }

  @Test("a source that another file has replaced is not said to have been moved") func replaced() throws {
    let workshop = try workshop()
    let guest = ScriptedGuest { command in
      guard command == "shutDown" else { return }
      try Image(workshop["other"], size: 3 << 20, data: [0..<1 << 20], seed: 9)
      rename(workshop["other"], workshop["src"])
    }
    let report = try cutover(workshop, Cold(), guest).run()
    #expect(report.outcome == "failed_source", "\(report)")
    #expect(report.detail?.contains("not the file any more") == true, "\(report)")
    #expect(guest.commands.last == "restore" && workshop.names(in: "new") == [])
  }

  @Test("whatever has become of the source, what was made can be undone", arguments: [false, true])
  func undone(_ isReplaced: Bool) throws {
    let workshop = try workshop()
    try suspended(workshop)
    if isReplaced {
      rename(workshop["src"], workshop["old"])
      try Image(workshop["src"], size: 1 << 20)
    } else {
      truncate(workshop["src"], 5 << 20)
    }
    let interrupted = try InterruptedCutover(destination: workshop["new/dst"])
    #expect(throws: ImageCutoverError.self) { try interrupted.resume() }
    let report = try interrupted.rollBack()
    #expect(report.outcome == "cancelled", "\(report)")
    #expect(workshop.names(in: "new") == [])
  }

  // MARK: - To the destination

  @Test(
    "what would keep the new image from its name is known before the guest is stopped",
    arguments: ["name", "partial", "folder"])
  func place(_ what: String) throws {
    let workshop = try workshop()
    let guest = ScriptedGuest()
    let isDone = Monitor(false)
    let report = try cutover(workshop, Warm(), guest).run { progress in
      guard progress.phase == .copying, !isDone.withLock({ $0 }) else { return }
      isDone.withLock { $0 = true }
      switch what {
      case "name":
        _ = FileManager.default.createFile(atPath: workshop["new/dst"], contents: Data("hello".utf8))
      case "partial": rename(workshop["new/dst.fleetshift-partial"], workshop["new/other"])
      default:
        rename(workshop["new"], workshop["moved"])
        mkdir(workshop["new"], 0o755)
      }
    }
    #expect(report.outcome == "failed_destination", "\(report)")
    let words = what == "name" ? "is there by now" : "was taken away, or its folder was moved"
    #expect(report.detail?.contains(words) == true, "\(report)")
    #expect(guest.commands == [])
    if what == "name" { #expect(workshop.names(in: "new") == ["dst"]) }
  }

  @Test("a guest is not started by a path that does not lead to its image") func folderMoved() throws {
    let workshop = try workshop()
    let guest = ScriptedGuest { command in
      guard command == "shutDown" else { return }
      rename(workshop["new"], workshop["moved"])
      mkdir(workshop["new"], 0o755)
    }
    let report = try cutover(workshop, Cold(), guest).run()
    #expect(report.outcome == "failed_destination", "\(report)")
    #expect(report.detail?.contains("does not lead to the new image") == true, "\(report)")
    #expect(guest.commands == ["shutDown", "restore"])
    #expect(workshop.names(in: "moved") == [])
  }

  @Test(
    "taken up where its folder has been moved to, the guest is started there; what bears the old name is none of it"
  )
  func takenUpElsewhere() throws {
    let workshop = try workshop()
    try Image(workshop["src2"], size: 1 << 20, data: [0..<1 << 20], seed: 3)
    var cutover = ImageCutover(
      [
        ImageMove(source: workshop["src"], destination: workshop["new/dst"]),
        ImageMove(source: workshop["src2"], destination: workshop["new/dst2"]),
      ], strategy: Cold())
    let told = workshop["told"]
    cutover.options.hooks = GuestHooks(
      onStart: ["/bin/sh", "-c", "echo $FLEETSHIFT_DESTINATION $FLEETSHIFT_DESTINATION_2 > '\(told)'"])
    cutover.options.manifest = workshop["new/manifest"]
    let flag = CancellationFlag()
    let broken = try cutover.run(cancellation: flag) { if $0.phase == .verifying { flag.suspend() } }
    try #require(broken.isSuspended)
    rename(workshop["new"], workshop["moved"])
    _ = try workshop.folder("new")
    _ = FileManager.default.createFile(atPath: workshop["new/dst"], contents: Data("stale".utf8))
    // By any of its disks.
    let interrupted = try InterruptedCutover(destination: workshop["moved/dst2"])
    #expect(interrupted.moves.map(\.destination) == [workshop["moved/dst"], workshop["moved/dst2"]])
    let report = try interrupted.resume()
    #expect(report.isCompleted, "\(report)")
    #expect(
      try String(contentsOfFile: told, encoding: .utf8)
        == "\(workshop["moved/dst"]) \(workshop["moved/dst2"])\n")
    #expect(report.manifest == workshop["moved/manifest"])
    #expect(
      workshop.names(in: "moved") == ["dst", "dst2", "manifest"] && workshop.names(in: "new") == ["dst"])
  }

  // MARK: - In the way

  @Test("a file under the name of a journal that is none is not taken away") func foreignJournal() throws {
    let workshop = try workshop()
    let path = workshop["new/dst.fleetshift-journal"]
    _ = FileManager.default.createFile(atPath: path, contents: Data("my precious notes".utf8))
    #expect {
      try cutover(workshop).run()
    } throws: { error in
      guard let error = error as? ImageCutoverError else { return false }
      return error.exitCode == 65 && error.message.contains("no journal of a cutover")
        && error.remedy.contains("Move the file away")
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "my precious notes")
    // What a driver leaves that dies in its first record is ours.
    for torn in [[], [0x46, 0x53], [UInt8](repeating: 0, count: 100)] as [[UInt8]] {
      _ = FileManager.default.createFile(atPath: path, contents: Data(torn))
      #expect(throws: Never.self) { try cutover(workshop).check() }
    }
  }

  @Test("a journal that was kept is no cutover that was broken off, and speaks of no image that is gone")
  func keptJournal() throws {
    let workshop = try workshop()
    var cutover = cutover(workshop)
    cutover.options.keepsJournal = true
    #expect(try cutover.run().isCompleted)
    #expect(try InterruptedCutover(destination: workshop["new/dst"]).resume().isCompleted)
    unlink(workshop["new/dst"])
    #expect(throws: ImageCutoverError.over(path: workshop["new/dst"])) { try cutover.check() }
    do throws(ImageCutoverError) {
      _ = try InterruptedCutover(destination: workshop["new/dst"]).resume()
      Issue.record("there is nothing to be resumed")
    } catch { #expect(error.badImage?.what.contains("not there any more") == true, "\(error)") }
  }
}

/// A guest whose file system is fitted to a new size.
private final class ResizedGuest: GuestControl {
  let commands = Monitor<[String]>([])
  private let whenResized: @Sendable () -> Void

  init(_ whenResized: @escaping @Sendable () -> Void) { self.whenResized = whenResized }

  private func take(_ command: String) { commands.withLock { $0.append(command) } }
  func pause() { take("pause") }
  func shutDown() { take("shutDown") }
  func powerOff() { take("powerOff") }
  func resized(to size: Bytes, at image: String) {
    take("resized")
    whenResized()
  }
  func start(_ method: StartMethod, at image: String) { take("start") }
  func fence() -> Bool {
    take("fence")
    return true
  }
  func restore(_ method: StartMethod) { take("restore") }
}
