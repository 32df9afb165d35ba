import Foundation
import TestTools
import Testing

/// Other people's tools, which the images are shown to.
enum Peer {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  static let hasQEMU = ChildProcess.canRun("qemu-img") && ChildProcess.canRun("qemu-io")
  static let why: Comment = "qemu-img and qemu-io are not installed: .ci/setup test installs them"

  /// Runs a script of the shell; throws what it said if it fails.
  @discardableResult
  static func shell(_ script: String, in folder: String) throws -> String {
    let (status, output) = try ChildProcess.run(["/bin/sh", "-e", "-c", script], in: folder)
    guard status == 0 else { throw Failure(description: "\(script)\n-> \(status): \(output)") }
    return output
  }
}

/// How many random cases are tried: few by default, more where the environment asks for them.
enum Effort {
  static let factor = Int(ProcessInfo.processInfo.environment["FLEETSHIFT_EFFORT"] ?? "") ?? 1
}
