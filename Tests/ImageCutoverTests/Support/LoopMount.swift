import Foundation
import Glibc
import TestTools
import Testing

/// A file system of its own in a file, mounted for one test; only root can.
final class LoopMount {
  static let isPossible = geteuid() == 0 && access("/dev/loop-control", F_OK) == 0

  let path: String
  private let image: String

  /// - Parameter maker: The `mkfs` program and its arguments; the file's path comes last.
  init(_ maker: [String], megabytes: Int = 400) throws {
    let base = NSTemporaryDirectory() + "/cutover-mount-\(UUID().uuidString)"
    image = base + ".img"
    path = base
    try #require(FileManager.default.createFile(atPath: image, contents: nil))
    truncate(image, megabytes << 20)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try Self.run(maker + [image])
    try Self.run(["mount", "-o", "loop", image, path])
  }

  deinit {
    _ = try? Self.run(["umount", "--lazy", path])
    rmdir(path)
    unlink(image)
  }

  /// Whether a file system can be made and mounted by this `mkfs` program.
  static func canMake(_ maker: String) -> Bool { isPossible && isInstalled(maker) }

  static func isInstalled(_ program: String) -> Bool {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains { access($0 + "/" + program, X_OK) == 0 }
  }

  @discardableResult
  static func run(_ words: [String]) throws -> String {
    let (status, output) = try ChildProcess.run(
      ["/usr/bin/env"] + words, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
    try #require(status == 0, "\(words.joined(separator: " ")): \(output)")
    return output
  }
}
