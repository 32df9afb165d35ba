import Foundation
import MigrationStrategies
import Quantities
import Testing

@testable import ImageCutover

/// A server that lies about its disk or its bitmap: the cutover ends, the guest runs at the source, nothing is left; or,
/// where the lie is harmless, the copy is right.
@Suite(.serialized) struct LyingServerTests {
  /// - Returns: `nil` if there is no such program here.
  private func serve(_ image: String, at socket: String, lie: String) throws -> Process? {
    let server = Process()
    server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Peers/lying_nbd_server.py").path
    server.arguments = ["python3", script, socket, image, lie]
    server.standardError = FileHandle.nullDevice
    try server.run()
    for _ in 0..<1000 where access(socket, F_OK) != 0 {
      guard server.isRunning else { return nil }
      usleep(10_000)
    }
    return server
  }

  @Test(arguments: [
    ("none", true), ("long", true), ("empty", false), ("many-empty", false), ("no-extents", false),
    ("huge", false), ("negative", false), ("errors", false), ("short", false), ("changing", false),
  ])
  func `it ends well or not at all`(_ lie: String, _ isHarmless: Bool) throws {
    let workshop = try Workshop(isFast: true)
    let image = try Image(workshop["src"], size: 4 << 20, data: [0..<2 << 20])
    guard let server = try serve(image.path, at: workshop["sock"], lie: lie) else { return }
    defer {
      // It has inherited the signals that this thread's pool blocks, SIGTERM among them.
      kill(server.processIdentifier, SIGKILL)
      server.waitUntilExit()
    }
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
