import CutoverCore
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import SystemPackage
import Testing

@testable import ImageCutover

@Suite struct JournalTests {
  /// A journal of a cutover that was suspended in its second phase, and the bytes of its records.
  private func bytes() throws -> (bytes: [UInt8], history: JournalHistory) {
    let workshop = try Workshop(isFast: true)
    try Image(workshop["src"], size: 1 << 20, data: [0..<500_000])
    let flag = CancellationFlag()
    let report = try ImageCutover(in: workshop, Reboot()).run(cancellation: flag) {
      if $0.phase == .moving { flag.suspend() }
    }
    #expect(report.isSuspended && report.guestIsDown == true)
    #expect(workshop.names == ["dst.fleetshift-journal", "dst.fleetshift-partial", "src"])
    #expect(Image(at: workshop["dst.fleetshift-journal"]).status.st_mode & 0o777 == 0o600)
    #expect(Image(at: workshop["dst.fleetshift-partial"]).status.st_mode & 0o777 == 0o600)
    let bytes = Image(at: workshop["dst.fleetshift-journal"]).bytes
    return (bytes, try JournalHistory(bytes))
  }

  @Test(
    "one that others may write to, or that belongs to another, is not carried on: it names programs to run")
  func whoseJournal() throws {
    let workshop = try Workshop(isFast: true)
    try Image(workshop["src"], size: 1 << 20, data: [0..<500_000])
    let flag = CancellationFlag()
    _ = try ImageCutover(in: workshop, Reboot()).run(cancellation: flag) {
      if $0.phase == .moving { flag.suspend() }
    }
    let journal = workshop["dst.fleetshift-journal"]
    func refusal() -> String? {
      do throws(ImageCutoverError) {
        _ = try InterruptedCutover(destination: workshop["dst"])
        return nil
      } catch { return "\(error)" }
    }
    #expect(refusal() == nil)
    for mode: mode_t in [0o620, 0o602, 0o666] {
      try #require(chmod(journal, mode) == 0)
      #expect(refusal()?.contains("others may write to it") == true, "\(String(mode, radix: 8))")
    }
    try #require(chmod(journal, 0o600) == 0)
    // Only a privileged process can give a file away.
    if geteuid() == 0 {
      try #require(chown(journal, 12_345, 0) == 0)
      #expect(refusal()?.contains("belongs to the user 12345") == true)
      try #require(chown(journal, 0, 0) == 0)
    }
    #expect(try InterruptedCutover(destination: workshop["dst"]).rollBack().outcome == "cancelled")
    #expect(workshop.names == ["src"])
  }

  @Test("cut anywhere, it tells the story up to the last whole record") func everyPrefix() throws {
    let (bytes, whole) = try bytes()
    #expect(whole.length == bytes.count && whole.records > 5)
    var last: UInt64 = 0
    var first: Int?
    for length in 0..<bytes.count {
      do throws(JournalDamage) {
        let history = try JournalHistory(Array(bytes[..<length]))
        first = first ?? length
        #expect(history.records >= last && history.length <= (length + 7) / 8 * 8)
        last = history.records
      } catch {
        // Only before the first record is whole.
        #expect(first == nil && (error == .empty || error == .noHeader), "\(length)")
      }
    }
    #expect(last == whole.records - 1 || last == whole.records)
  }

  @Test("a flipped byte in the tail cuts it, one before whole records refuses it") func everyFlip() throws {
    let (bytes, whole) = try bytes()
    var places: [Int] = []
    var at = 0
    while at < whole.length,
      let found = JournalFrame.decode(bytes, at: at, seed: at == 0 ? 0 : whole.header.seed)
    {
      places.append(at)
      at = found.end
    }
    for (index, place) in places.enumerated() where index > 0 {
      let end = index + 1 < places.count ? places[index + 1] : bytes.count
      for flipped in [place, place + 5, place + 9, place + 17, (place + end) / 2] {
        var damaged = bytes
        damaged[flipped] ^= 0x10
        if index == places.count - 1 {
          #expect(try JournalHistory(damaged).records == whole.records - 1)
        } else {
          #expect(throws: JournalDamage.garbled(at: place)) { _ = try JournalHistory(damaged) }
        }
      }
    }
  }

  @Test("garbage behind the last record is cut, even another journal's records") func strangeTail() throws {
    let (bytes, whole) = try bytes()
    let (other, _) = try self.bytes()
    for tail in [[UInt8](repeating: 0, count: 1000), [1, 2, 3], Array(other[(other.count / 2 / 8 * 8)...])] {
      let history = try JournalHistory(bytes + tail)
      #expect(history.records == whole.records && history.length == whole.length)
    }
  }

  @Test("the next record begins at a whole word, whatever the last one lacks of its padding")
  func missingPadding()
    throws
  {
    let (bytes, whole) = try bytes()
    #expect(whole.length % 8 == 0)
    for missing in 1..<8 {
      guard let history = try? JournalHistory(bytes.dropLast(missing)) else { continue }
      #expect(history.length % 8 == 0)
      if history.records == whole.records { #expect(history.length == whole.length) }
    }
  }

  @Test("another version is refused, and nothing is guessed of it") func version() throws {
    let workshop = try Workshop(isFast: true)
    let status = try LinuxFiles().status(workshop.path, following: true)
    let link = ImageLink(path: "/a", format: .raw, identity: FileIdentity(status))
    let disk = JournalDisk(
      sourcePath: "/a", destinationPath: "/b", chain: [link], sourceFormat: .raw, destinationFormat: .raw,
      virtualSize: 1)
    var header = JournalHeader(
      seed: 7, disks: [disk], strategy: "cold", options: ImageCutoverOptions(),
      machine: try CutoverMachine(
        Cold().plan(for: MigrationRequest(guest: GuestFacts(diskVirtual: Bytes(1), diskAllocated: Bytes(1))))),
      note: "", clock: CutoverClock().stamp)
    header.version = 9
    let payload = [UInt8](try JournalCoding.encode(.header(header)))
    #expect(throws: JournalDamage.unknownVersion(9)) {
      _ = try JournalHistory(JournalFrame.encode(payload, number: 0, seed: 0))
    }
  }

  @Test("time goes on across drivers and boots, and never backwards") func clocks() {
    let now = monotonicNow()
    let wall = CutoverClock().stamp.wall
    func after(_ boot: String, monotonic: Instant, wall: Int64) -> Duration {
      let machine = Instant(nanoseconds: 5_000_000_000)
      return CutoverClock(after: JournalClock(boot: boot, machine: machine, monotonic: monotonic, wall: wall))
        .now
        - machine
    }
    let hour = Duration.hours(1)
    func isHour(_ time: Duration) -> Bool { time >= hour && time - hour < .seconds(5) }
    #expect(isHour(after(CutoverClock.boot, monotonic: now - hour, wall: 0)))
    // Another boot: its monotonic clock says nothing, the wall clock does.
    #expect(isHour(after("other", monotonic: now + hour, wall: wall - hour.nanoseconds)))
    let back = after("other", monotonic: .zero, wall: wall + hour.nanoseconds)
    #expect(back >= .zero && back < .seconds(5))
  }
}

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
