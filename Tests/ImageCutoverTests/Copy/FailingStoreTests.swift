import Foundation
import Glibc
import MigrationStrategies
import Quantities
import TestTools
import Testing

@testable import ImageCutover

/// A running guest whose disk fails, or is slow, below the server that is read from: the cutover is right, or is none.
@Suite(
  .serialized,
  .enabled(
    if: FailingStore.isPossible && LoopMount.isInstalled("qemu-storage-daemon")
      && LoopMount.isInstalled("qemu-io"), "nbdkit, qemu-storage-daemon and qemu-io are not installed"))
struct FailingStoreTests {
  private let size = 16 << 20

  /// A guest at work on a store with these filters, and the place of both. A class, for servers end with it.
  private final class Bench {
    let workshop: Workshop
    let image: Image
    let store: FailingStore
    let guest: ServedGuest
    private var isOpen = true

    init(size: Int, _ filters: (Workshop) -> [String]) throws {
      workshop = try Workshop(isFast: true)
      image = try Image(workshop["src"], size: size, data: [0..<6 << 20, 8 << 20..<14 << 20])
      store = try FailingStore(image.path, socket: workshop["below"], filters: filters(workshop))
      guest = try ServedGuest(image.path, socket: workshop["socket"], size: size, on: store.node)
    }

    func move(
      atMost rate: ByteRate? = nil, _ progress: (ImageCutoverProgress) -> Void
    ) throws -> ImageCutoverReport {
      var options = ImageCutoverOptions(rateLimit: rate)
      options.tracking = .nbd(uri: guest.uri, bitmap: "b")
      options.sourceInUse = true
      return try ImageCutover(in: workshop, options: options, guest: guest).run(progress: progress)
    }

    /// What there is but sockets.
    var names: [String] { workshop.names.filter { $0 != "below" && $0 != "socket" } }

    /// Lets both servers write what they hold.
    func end() {
      guard isOpen else { return }
      isOpen = false
      guest.end()
      store.end()
    }

    deinit { end() }
  }

  @Test(
    "reads that fail, while the guest runs and in its outage",
    arguments: [ImageCutoverProgress.Phase.copying, .stopping])
  func failingReads(_ phase: ImageCutoverProgress.Phase) throws {
    let bench = try Bench(size: size) {
      ["error-pread=EIO", "error-pread-rate=100%", "error-pread-file=" + $0["trigger"]]
    }
    let trigger = bench.workshop["trigger"]
    // So slow that the first pass is under way when it is told of.
    let failed = try bench.move(atMost: phase == .copying ? .mebibytesPerSecond(8) : nil) {
      if phase == .stopping { bench.guest.keepUp(with: $0) }
      if $0.phase == phase { _ = FileManager.default.createFile(atPath: trigger, contents: nil) }
    }
    #expect(failed.outcome == "failed_source", "\(failed)")
    #expect(failed.detail?.contains(bench.guest.uri) == true, "\(failed)")
    #expect(bench.guest.restorations == (phase == .copying ? 0 : 1))
    unlink(trigger)
    #expect(bench.names == ["src"])
  }

  @Test(
    "a disk that fails now and then is moved whole or not at all", arguments: ["pread", "extents"], [1, 4])
  func nowAndThen(_ call: String, _ percent: Int) throws {
    let bench = try Bench(size: size) { _ in ["error-\(call)=EIO", "error-\(call)-rate=\(percent)%"] }
    let report = try bench.move { bench.guest.keepUp(with: $0) }
    bench.end()
    if report.isCompleted {
      expectSame(bench.image.bytes, Image(at: bench.workshop["dst"]).bytes)
    } else {
      #expect(report.outcome == "failed_source", "\(report)")
      #expect(bench.names == ["src"], "\(report)")
    }
  }

  @Test("a slow disk is moved whole") func slowDisk() throws {
    let bench = try Bench(size: size) { _ in ["delay-read=15ms", "delay-extents=15ms", "delay-write=5ms"] }
    let report = try bench.move { bench.guest.keepUp(with: $0) }
    #expect(report.isCompleted && bench.guest.writes > 20, "\(report)")
    bench.end()
    expectSame(bench.image.bytes, Image(at: bench.workshop["dst"]).bytes)
  }
}
