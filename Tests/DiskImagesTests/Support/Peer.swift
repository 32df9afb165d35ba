import Foundation
import Testing

/// Other people's tools, which the images are shown to.
enum Peer {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  static func has(_ tool: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
  }

  static let hasQEMU = has("qemu-img") && has("qemu-io")
  static let why: Comment = "qemu-img and qemu-io are not installed: .ci/setup test installs them"

  /// Runs a script of the shell; throws what it said if it fails.
  @discardableResult
  static func shell(_ script: String, in folder: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-e", "-c", script]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "\(script)\n-> \(process.terminationStatus): \(output)")
    }
    return output
  }
}

/// How many random cases are tried: few by default, more where the environment asks for them.
enum Effort {
  static let factor = Int(ProcessInfo.processInfo.environment["FLEETSHIFT_EFFORT"] ?? "") ?? 1
}
