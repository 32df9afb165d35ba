import CutoverCore
import Foundation
import Quantities
import TestTools
import Testing

@testable import ImageCutover

/// A guest whose disk is served by `qemu-storage-daemon` with a dirty bitmap, and who writes to it with `qemu-io`.
final class ServedGuest: WritingGuest, @unchecked Sendable {
  let uri: String
  private let server: ChildProcess
  private let state = Monitor((isRunning: true, isWriting: false, writes: 0, restored: 0))
  private let size: Int

  /// - Parameter store: What keeps its disk, as QEMU names it; `nil`: the image itself.
  init(_ image: String, socket: String, size: Int, on store: String? = nil) throws {
    let store = store ?? "driver=file,filename=\(image)"
    uri = "nbd+unix:///disk?socket=\(socket)"
    self.size = size
    server = try ChildProcess(
      [
        "qemu-storage-daemon",
        "--blockdev", store + ",node-name=file,discard=unmap",
        "--blockdev", "driver=raw,node-name=disk,file=file,discard=unmap",
        "--chardev", "stdio,id=orders", "--monitor", "chardev=orders",
        "--nbd-server", "addr.type=unix,addr.path=\(socket),max-connections=20",
      ], input: .pipe, output: .pipe)
    try order("{\"execute\":\"qmp_capabilities\"}")
    try order("{\"execute\":\"block-dirty-bitmap-add\",\"arguments\":{\"node\":\"disk\",\"name\":\"b\"}}")
    try order(
      "{\"execute\":\"block-export-add\",\"arguments\":{\"id\":\"e\",\"type\":\"nbd\",\"node-name\":\"disk\","
        + "\"name\":\"disk\",\"writable\":true,\"bitmaps\":[\"b\"]}}")
  }

  private func order(_ text: String) throws {
    try server.input?.write(contentsOf: Data((text + "\n").utf8))
    var answer = ""
    while !answer.contains("\"return\"") {
      let data = server.output?.availableData ?? Data()
      answer += String(decoding: data, as: UTF8.self)
      try #require(!data.isEmpty && !answer.contains("\"error\""), "\(text): \(answer)")
    }
  }

  var writes: Int { state.withLock { $0.writes } }

  /// How often it was told to go on at the source.
  var restorations: Int { state.withLock { $0.restored } }

  func awaitWrites(_ count: Int) {
    state.wait(until: monotonicNow() + .seconds(30)) { $0.writes >= count || !$0.isRunning }
  }

  func attach() throws {
    state.withLock { $0.isWriting = true }
    try detachThread { [self] in
      var random = SplitMix64(state: 3)
      while state.withLock({ $0.isRunning }) {
        // Returns when all of them are acknowledged.
        let commands = (0..<20).flatMap { _ -> [String] in
          let pages = Int.random(in: 1...8, using: &random)
          let offset = Int.random(in: 0..<size / 4096 - pages, using: &random) * 4096
          return ["-c", "write -q -P \(Int.random(in: 1...255, using: &random)) \(offset) \(pages * 4096)"]
        }
        _ = try? LoopMount.run(["qemu-io", "-f", "raw"] + commands + [uri])
        state.withLock { $0.writes += 20 }
      }
      state.withLock { $0.isWriting = false }
    }
  }

  func detach() { halt() }
  func pause() { halt() }
  func shutDown() { halt() }
  func powerOff() { halt() }
  func start(_ method: StartMethod, at image: String) {}
  func fence() -> Bool { true }
  func restore(_ method: StartMethod) { state.withLock { $0.restored += 1 } }

  private func halt() {
    state.withLock { $0.isRunning = false }
    state.wait { !$0.isWriting }
  }

  /// Ends the server, which writes what it holds.
  func end() {
    try? server.input?.write(contentsOf: Data("{\"execute\":\"quit\"}\n".utf8))
    server.wait()
  }
}
