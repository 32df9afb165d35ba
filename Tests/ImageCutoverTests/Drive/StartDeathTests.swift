import CutoverCore
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import SystemPackage
import TestTools
import Testing

@testable import ImageCutover

/// A driver dies after the proof and before the guest was told to start: nobody but a cutover may touch the new image, and
/// the guest is certain not to run on it.
@Suite struct StartDeathTests {
  /// Dies at every change in turn; `body` is called where that was between proof and start.
  private func everyDeath(
    resizedTo size: Bytes? = nil, to format: DiskFormat = .raw,
    _ body: (Workshop, ScriptedGuest, Int) throws -> Void
  ) throws {
    var seen = 0
    for number in 1...200 {
      let workshop = try Workshop(isFast: true)
      try Image(workshop["src"], size: 200_192, data: [0..<200_000])
      // Where the guest runs it cannot tell.
      let guest = ScriptedGuest { command in if command == "fence" { throw Mishap() } }
      let mortal = MortalFiles(deathAt: number, .within, in: workshop.path)
      let move = ImageMove(source: workshop["src"], destination: workshop["dst"], destinationFormat: format)
      var cutover = ImageCutover([move], strategy: Cold())
      cutover.options.sharesBlocks = false
      cutover.options.resizeTo = size
      cutover.guest = guest
      cutover.files = mortal
      _ = try? cutover.run()
      guard mortal.isDead else { break }
      guard try isBeforeStart(workshop, guest) else { continue }
      // The dead driver's threads hold locks until they have found out.
      try #require(try eventually { try other(workshop) { try ImageLock(file: $0).exclude() } })
      seen += 1
      try body(workshop, guest, number)
    }
    // Mode, flush, rename and its flush, at least.
    #expect(seen >= 3)
  }

  /// The new image as another program opens it, closed behind `body`, and the locks that it took given back: what is only
  /// closed stays locked while a child that another test is starting has it open.
  private func other<Result>(_ workshop: Workshop, _ body: (OpenFile) throws -> Result) throws -> Result {
    let name = workshop.names.contains("dst") ? "dst" : "dst.fleetshift-partial"
    let files = LinuxFiles()
    let directory = try CutoverSite.openDirectory(workshop.path, files)
    let file = OpenFile(
      try files.open(name, in: directory.descriptor, forWriting: true), files, .destination, path: name)
    defer { ImageLock(file: file).release() }
    return try body(file)
  }

  private func isBeforeStart(_ workshop: Workshop, _ guest: ScriptedGuest) throws -> Bool {
    guard let left = try? InterruptedCutover(destination: workshop["dst"]), left.phase == .starting else {
      return false
    }
    return try !guest.commands.contains("start") && !isPublished(workshop)
  }

  private func isPublished(_ workshop: Workshop) throws -> Bool {
    let directory = try CutoverSite.openDirectory(workshop.path, LinuxFiles())
    return try CutoverJournal.read(for: "dst", in: directory, path: workshop["dst"]).history.published != nil
  }

  @Test("what was written to the new image meanwhile is noticed, and the guest goes on at the source")
  func changed() throws {
    try everyDeath { workshop, guest, number in
      let name = workshop.names.contains("dst") ? "dst" : "dst.fleetshift-partial"
      try Image(at: workshop[name]).write(70_000..<70_001, seed: 5)
      let report = try InterruptedCutover(destination: workshop["dst"]).resume(guest: guest)
      #expect(report.outcome == "failed_verification", "\(number): \(report)")
      #expect(report.detail?.contains("written to after it had been proved") == true, "\(number): \(report)")
      #expect(guest.commands.last == "restore" && !guest.commands.contains("start"), "\(number)")
      #expect(workshop.names == ["src"], "\(number)")
    }
  }

  /// Writes to a file and sets the time of its contents back.
  private func writeSecretly(_ image: Image) throws {
    let before = image.status
    try image.write(70_000..<70_001, seed: 5)
    try #require(utimensat(AT_FDCWD, image.path, [before.st_atim, before.st_mtim], 0) == 0)
    try #require(image.status.st_mtim.tv_nsec == before.st_mtim.tv_nsec)
  }

  @Test("so is what was written with its time set back") func changedSecretly() throws {
    try everyDeath { workshop, guest, number in
      let name = workshop.names.contains("dst") ? "dst" : "dst.fleetshift-partial"
      try writeSecretly(Image(at: workshop[name]))
      let report = try InterruptedCutover(destination: workshop["dst"]).resume(guest: guest)
      #expect(report.outcome == "failed_verification", "\(number): \(report)")
      #expect(report.detail?.contains("written to after it had been proved") == true, "\(number): \(report)")
      #expect(guest.commands.last == "restore" && workshop.names == ["src"], "\(number)")
    }
  }

  @Test(
    "a new image that only got another mode meanwhile is the one that was proved",
    arguments: DiskFormat.allCases)
  func touched(_ format: DiskFormat) throws {
    try everyDeath(to: format) { workshop, guest, number in
      let name = workshop.names.contains("dst") ? "dst" : "dst.fleetshift-partial"
      try #require(chmod(workshop[name], 0o640) == 0)
      let report = try InterruptedCutover(destination: workshop["dst"]).resume(guest: guest)
      #expect(report.isCompleted && report.verified, "\(number): \(report)")
      #expect(workshop.names == ["dst", "src"], "\(number)")
    }
  }

  @Test(
    "a source that was written to meanwhile is where the guest goes on, and that is said",
    arguments: [false, true])
  func sourceChanged(_ secretly: Bool) throws {
    try everyDeath { workshop, guest, number in
      let source = Image(at: workshop["src"])
      if secretly { try writeSecretly(source) } else { try source.write(70_000..<70_001, seed: 5) }
      let report = try InterruptedCutover(destination: workshop["dst"]).resume(guest: guest)
      #expect(report.outcome == "failed_guest", "\(number): \(report)")
      #expect(
        report.detail?.contains(
          secretly ? "written to with its time set back" : "was written to after it had been copied") == true,
        "\(number): \(report)")
      #expect(guest.commands.last == "restore" && workshop.names == ["src"], "\(number)")
    }
  }

  @Test("nor is one that was grown, where nobody has fitted its file system") func changedAndResized() throws
  {
    try everyDeath(resizedTo: Bytes(300_000)) { workshop, _, number in
      let name = workshop.names.contains("dst") ? "dst" : "dst.fleetshift-partial"
      try Image(at: workshop[name]).write(70_000..<70_001, seed: 5)
      let report = try InterruptedCutover(destination: workshop["dst"]).resume()
      #expect(report.outcome == "failed_verification", "\(number): \(report)")
      #expect(workshop.names == ["src"], "\(number)")
    }
  }

  @Test("a new image that another program has open for writing is not started on") func inUse() throws {
    try everyDeath { workshop, guest, number in
      try other(workshop) { image in
        try #require(try ImageLock(file: image).exclude())
        #expect(throws: ImageCutoverError.destinationBusy(path: workshop["dst"])) {
          try InterruptedCutover(destination: workshop["dst"]).resume(guest: guest)
        }
        #expect(!guest.commands.contains("start"), "\(number)")
      }
      #expect(
        try InterruptedCutover(destination: workshop["dst"]).resume(guest: guest).isCompleted, "\(number)")
    }
  }

  @Test("undone, the guest goes on at the source, and nobody is asked where it runs") func undone() throws {
    try everyDeath { workshop, guest, number in
      let report = try InterruptedCutover(destination: workshop["dst"]).rollBack(guest: guest)
      #expect(!report.outcome.hasPrefix("lost"), "\(number): \(report)")
      #expect(guest.commands.last == "restore" && !guest.commands.contains("fence"), "\(number)")
      #expect(workshop.names == ["src"], "\(number)")
    }
  }

  @Test("nor where the journal takes no more when it is undone") func undoneWithoutJournal() throws {
    try everyDeath { workshop, guest, number in
      let full = FaultyFiles(.write, of: .journal, at: nil, .error(.noSpace))
      let report = try InterruptedCutover(destination: workshop["dst"], files: full).rollBack(guest: guest)
      #expect(!report.outcome.hasPrefix("lost"), "\(number): \(report)")
      #expect(guest.commands.last == "restore" && !guest.commands.contains("fence"), "\(number)")
      #expect(workshop.names == ["src"], "\(number)")
    }
  }

  @Test("from when it may have been told to start, nobody says that the guest is down") func whereabouts()
    throws
  {
    try everyDeath { workshop, _, number in
      let left = try InterruptedCutover(destination: workshop["dst"])
      #expect(left.guest == .down && left.guestIsDown == true, "\(number)")
    }
    let workshop = try Workshop(isFast: true)
    try Image(workshop["src"], size: 200_000, data: [0..<200_000])
    let seen = Monitor<[InterruptedCutover.Whereabouts]>([])
    let (folder, destination) = (workshop.path, workshop["dst"])
    var cutover = ImageCutover(source: workshop["src"], destination: destination, strategy: Cold())
    cutover.guest = ScriptedGuest { command in
      let left = try InterruptedCutover(destination: folder + "/dst")
      seen.withLock { $0.append(left.guest) }
      if command == "start" { throw Mishap() }
    }
    let report = try cutover.run()
    #expect(report.outcome == "failed_guest", "\(report)")
    // Told to stop, to start, asked where it is, and brought back.
    #expect(seen.withLock { $0 } == [.down, .unknown, .unknown, .down])
  }

  @Test("gone on with, it starts") func resumed() throws {
    try everyDeath { workshop, guest, number in
      let report = try InterruptedCutover(destination: workshop["dst"]).resume(guest: guest)
      #expect(report.isCompleted && report.verified, "\(number): \(report)")
      #expect(guest.commands.last == "start" && workshop.names == ["dst", "src"], "\(number)")
    }
  }
}
