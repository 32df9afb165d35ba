import Foundation
import MigrationStrategies
import Quantities
import SystemPackage
import TestTools
import Testing

@testable import ImageCutover

/// A server that lies about its disk or its bitmap: the cutover ends, the guest runs at the source, nothing is left; or,
/// where the lie is harmless, the copy is right.
@Suite(.serialized) struct LyingServerTests {
  /// Whether all that it takes is here: the server is a script, and libnbd is found at run time.
  static let isPossible: Bool = {
    guard let library = dlopen("libnbd.so.0", RTLD_NOW) else { return false }
    dlclose(library)
    return (try? ChildProcess.run(["python3", "-c", ""]))?.status == 0
  }()

  private struct DidNotComeUp: Error {}

  private func serve(_ image: String, at socket: String, lie: String) throws -> ChildProcess {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("Peers/lying_nbd_server.py").path
    let server = try ChildProcess(["python3", script, socket, image, lie], errors: .nowhere)
    for _ in 0..<1000 where access(socket, F_OK) != 0 {
      guard server.isRunning else { throw DidNotComeUp() }
      usleep(10_000)
    }
    return server
  }

  private static func end(_ server: ChildProcess) {
    server.signal(SIGKILL)
    server.wait()
  }

  @Test(.enabled(if: isPossible, "it takes python3 and libnbd0")) func `one that falls silent is given up`()
    throws
  {
    let workshop = try Workshop(isFast: true)
    let image = try Image(workshop["src"], size: 4 << 20, data: [0..<2 << 20])
    let server = try serve(image.path, at: workshop["sock"], lie: "silent")
    defer { Self.end(server) }
    let source = try NBDSource(
      uri: "nbd+unix:///d?socket=" + workshop["sock"], bitmap: "b", connections: 1,
      patience: .milliseconds(200))
    var bytes = [UInt8](repeating: 0, count: 4096)
    let error = #expect(throws: Errno.self) {
      try bytes.withUnsafeMutableBytes { _ = try source.read(into: $0, at: 0) }
    }
    #expect(error == .timedOut)
    // What was under way may still write to its memory: the connection is done with.
    #expect(throws: Errno.self) { try bytes.withUnsafeMutableBytes { _ = try source.read(into: $0, at: 0) } }
  }

  @Test(
    .enabled(if: isPossible, "it takes python3 and libnbd0"),
    arguments: [
      ("none", true), ("long", true), ("empty", false), ("tiny", false), ("many-empty", false),
      ("no-extents", false),
      ("huge", false), ("negative", false), ("errors", false), ("short", false), ("changing", false),
    ])
  func `it ends well or not at all`(_ lie: String, _ isHarmless: Bool) throws {
    let workshop = try Workshop(isFast: true)
    let image = try Image(workshop["src"], size: 4 << 20, data: [0..<2 << 20])
    let server = try serve(image.path, at: workshop["sock"], lie: lie)
    defer { Self.end(server) }
    var cutover = ImageCutover(source: image.path, destination: workshop["new"], strategy: Warm())
    cutover.options.hooks = GuestHooks(onPause: ["true"])
    cutover.options.sourceInUse = true
    cutover.options.tracking = .nbd(uri: "nbd+unix:///d?socket=" + workshop["sock"], bitmap: "b")
    do throws(ImageCutoverError) {
      let report = try cutover.run()
      #expect(report.isCompleted == isHarmless, "\(lie): \(report)")
    } catch {
      #expect(!isHarmless, "\(lie): \(error)")
    }
    if isHarmless {
      // The server says that all of it is data, so holes are not what is compared.
      #expect(image.bytes == Image(at: workshop["new"]).bytes)
    } else {
      #expect(workshop.names == ["sock", "src"], "\(lie)")
    }
  }
}
