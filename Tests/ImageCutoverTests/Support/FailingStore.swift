import Glibc
import TestTools

/// What a served guest's disk lies on, made to fail or to be slow by nbdkit's filters.
///
/// The hypervisor, who keeps the bitmap, is between it and the cutover: as where a guest's disk is on storage of the
/// network.
final class FailingStore {
  static let isPossible = LoopMount.isInstalled("nbdkit")

  private let server: ChildProcess
  private let socket: String

  private struct DidNotComeUp: Error {}

  /// - Parameter filters: Settings of the filters `error` and `delay`.
  init(_ image: String, socket: String, filters: [String]) throws {
    self.socket = socket
    server = try ChildProcess(
      ["nbdkit", "--foreground", "--unix", socket, "--filter=error", "--filter=delay", "file", image]
        + filters, output: .nowhere, errors: .nowhere)
    for _ in 0..<1000 where server.isRunning && access(socket, F_OK) != 0 { usleep(10_000) }
    guard access(socket, F_OK) == 0 else {
      end()
      throw DidNotComeUp()
    }
  }

  deinit { end() }

  /// As QEMU names it.
  var node: String { "driver=nbd,server.type=unix,server.path=" + socket }

  func end() {
    server.signal(SIGTERM)
    server.wait()
  }
}
