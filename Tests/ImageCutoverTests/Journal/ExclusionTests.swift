import CutoverCore
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import SystemPackage
import Testing

@testable import ImageCutover

@Suite struct ExclusionTests {
  @Test("an empty journal that somebody has just made is his; one that nobody holds is in nobody's way")
  func empty() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1 << 20, data: [0..<65_536])
    let path = workshop["dst"] + CutoverJournal.suffix
    let files = LinuxFiles()
    let directory = try files.openDirectory(workshop.path)
    defer { files.close(directory) }
    let holder = try files.create("dst" + CutoverJournal.suffix, in: directory)
    try files.lock(holder, 0..<1, .exclusive)
    #expect(throws: ImageCutoverError.destinationBusy(path: workshop["dst"])) {
      try ImageCutover(in: workshop).run()
    }
    #expect(access(path, F_OK) == 0)
    files.close(holder)
    #expect(try ImageCutover(in: workshop).run().isCompleted)
  }

  @Test("whoever finds that his journal was cleared away before he could lock it lets the other go first")
  func cleared() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1 << 20, data: [0..<65_536])
    let path = workshop["dst"] + CutoverJournal.suffix
    // Another clears it away, and makes his own.
    for isReplaced in [false, true] {
      let files = FaultyFiles(
        .lock, of: .journal,
        .first {
          unlink(path)
          if isReplaced { close(open(path, O_CREAT | O_WRONLY, 0o600)) }
        })
      var cutover = ImageCutover(in: workshop)
      cutover.files = files
      #expect(throws: ImageCutoverError.destinationBusy(path: workshop["dst"])) { try cutover.run() }
      #expect(workshop.names == (isReplaced ? ["dst" + CutoverJournal.suffix, "src"] : ["src"]))
    }
  }

  @Test("two cutovers to one destination exclude each other") func twice() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 4 << 20, data: [0..<4 << 20])
    var options = ImageCutoverOptions()
    options.rateLimit = .mebibytesPerSecond(8)
    let flag = CancellationFlag()
    let seen = Monitor<[ImageCutoverError]>([])
    let report = try ImageCutover(in: workshop, options: options).run(cancellation: flag) {
      guard $0.phase == .copying, seen.withLock({ $0.isEmpty }) else { return }
      do throws(ImageCutoverError) {
        let other = try InterruptedCutover(destination: workshop["dst"])
        #expect(other.isAtWork && other.phase == .copying)
        _ = try other.resume()
      } catch { seen.withLock { $0.append(error) } }
      do throws(ImageCutoverError) { _ = try ImageCutover(in: workshop).run() } catch {
        seen.withLock { $0.append(error) }
      }
    }
    #expect(report.isCompleted)
    #expect(
      seen.withLock { $0 } == [
        .destinationBusy(path: workshop["dst"]), .destinationBusy(path: workshop["dst"]),
      ])
  }

  /// An open file with the locks that QEMU holds on an image which a guest writes to: shared ones on the bytes of the
  /// permissions for reading, writing and resizing, and of those that it denies.
  private func qemu(_ path: String) throws -> FileDescriptor {
    let file = try FileDescriptor.open(FilePath(path), .readWrite)
    for byte in [100, 101, 103, 201, 203] as [Int64] {
      try LinuxFiles().lock(file, byte..<byte + 1, .shared)
    }
    return file
  }

  @Test("an image that QEMU writes to is refused, unless a guest is said to run and is stopped") func inUse()
    throws
  {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1 << 20, data: [0..<65_536])
    let file = try qemu(workshop["src"])
    let open = Monitor(true)
    defer { if open.withLock({ $0 }) { try? file.close() } }
    #expect(throws: ImageCutoverError.sourceInUse(path: workshop["src"])) {
      _ = try ImageCutover(in: workshop).run()
    }
    expectOnlySource(workshop)
    var options = ImageCutoverOptions()
    options.sourceInUse = true
    // One that says that it is down, and is not.
    let report = try ImageCutover(in: workshop, options: options, guest: ScriptedGuest()).run()
    #expect(report.outcome == "failed_guest")
    expectOnlySource(workshop)
    let guest = ScriptedGuest { command in
      guard command == "shutDown" else { return }
      try file.close()
      open.withLock { $0 = false }
    }
    #expect(try ImageCutover(in: workshop, options: options, guest: guest).run().isCompleted)
  }

  @Test("QEMU finds our locks in its way, and none when the guest is to start") func ours() throws {
    let workshop = try Workshop()
    try Image(workshop["src"], size: 1 << 20, data: [0..<65_536])
    let paths = (workshop["src"], workshop["dst.fleetshift-partial"], workshop["dst"])
    /// Whether a program that is to write would be let in: nobody may deny what it wants, or hold what it denies.
    @Sendable func mayOpen(_ path: String) throws -> Bool {
      let file = try FileDescriptor.open(FilePath(path), .readOnly)
      defer { try? file.close() }
      for byte in [200, 201, 203, 101, 103] as [Int64] where try LinuxFiles().isLocked(file, byte..<byte + 1)
      {
        return false
      }
      return true
    }
    let guest = ScriptedGuest { command in
      if command == "shutDown" {
        let (source, partial) = (try mayOpen(paths.0), try mayOpen(paths.1))
        #expect(!source && !partial)
      } else if command == "start" {
        let (source, destination) = (try mayOpen(paths.0), try mayOpen(paths.2))
        #expect(!source && destination)
      }
    }
    #expect(try ImageCutover(in: workshop, guest: guest).run().isCompleted)
    #expect(guest.commands == ["shutDown", "start"])
  }
}
