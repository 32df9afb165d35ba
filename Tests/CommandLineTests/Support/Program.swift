import Foundation
import TestTools

/// The built program, run as a user runs it.
enum Program {
  /// Whether a test may have a file system of its own.
  static let mayMount =
    (try? ChildProcess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]))?.status == 0

  struct Outcome: Sendable {
    /// The exit code; negative for the signal that ended it.
    var status: Int32
    var output: String
    var errors: String
    /// The program did not end in time and was killed.
    var isOverdue = false
  }

  /// A signal for the program, at a time that is counted from when a file is there: a busy machine may take seconds to
  /// begin with anything.
  struct Signal: Sendable {
    var number: Int32
    var after: Double
    /// What a file's path begins with that has to be there first; `nil`: counted from the start.
    var file: String?

    init(_ number: Int32, after seconds: Double, behind file: String? = nil) {
      (self.number, after, self.file) = (number, seconds, file)
    }
  }

  /// Where the build put it: the folder that the test bundle is in.
  static let path: String = {
    let bundle = Bundle.allBundles.map(\.bundlePath).first { $0.hasSuffix(".xctest") }
    let folder =
      bundle.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
      ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    return folder.appendingPathComponent("fleetshift").path
  }()

  @discardableResult
  static func run(
    _ arguments: String..., in folder: String? = nil, input: String? = nil,
    environment: [String: String] = [:],
    seconds: Double = 600, signal: Signal? = nil
  ) async throws -> Outcome {
    try await run(
      path, arguments, in: folder, input: input, environment: environment, seconds: seconds, signal: signal)
  }

  /// Runs a line of the shell, in which `$FLEETSHIFT` is the program.
  static func shell(_ line: String, in folder: String? = nil, seconds: Double = 600) async throws -> Outcome {
    try await run("/bin/bash", ["-c", line], in: folder, environment: ["FLEETSHIFT": path], seconds: seconds)
  }

  static func run(
    _ program: String, _ arguments: [String], in folder: String? = nil, input: String? = nil,
    environment: [String: String] = [:], seconds: Double = 600, signal: Signal? = nil
  ) async throws -> Outcome {
    var all = ProcessInfo.processInfo.environment
    for name in ["NO_COLOR", "FORCE_COLOR", "CI", "COLUMNS"] { all[name] = nil }
    let child = try ChildProcess(
      [program] + arguments, in: folder, environment: all.merging(environment) { $1 }, input: .pipe,
      output: .pipe, errors: .pipe)
    try? child.input?.write(contentsOf: Data((input ?? "").utf8))
    try? child.input?.close()
    async let output = text(of: child.output)
    async let errors = text(of: child.errors)
    async let isOverdue = onThread { send(Signal(SIGKILL, after: seconds), to: child) }
    if let signal { Thread.detachNewThread { send(signal, to: child) } }
    return Outcome(
      status: await onThread { child.wait() }, output: await output, errors: await errors,
      isOverdue: await isOverdue)
  }

  /// Waits for a signal's time, and sends it.
  ///
  /// - Returns: whether the program was still there.
  @discardableResult
  private static func send(_ signal: Signal, to child: ChildProcess) -> Bool {
    func wait(until isTime: () -> Bool) {
      while !isTime(), child.isRunning { Thread.sleep(forTimeInterval: 0.02) }
    }
    if let file = signal.file.map({ URL(fileURLWithPath: $0) }) {
      let folder = file.deletingLastPathComponent().path
      wait {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
          .contains { $0.hasPrefix(file.lastPathComponent) }
      }
    }
    let due = Date().addingTimeInterval(signal.after)
    wait { Date() >= due }
    return child.signal(signal.number)
  }

  /// All that comes out of a pipe, which is closed then: a thread's closure may live on for good.
  private static func text(of pipe: FileHandle?) async -> String {
    await onThread {
      defer { try? pipe?.close() }
      return String(decoding: ((try? pipe?.readToEnd()) ?? nil) ?? Data(), as: UTF8.self)
    }
  }

  /// What waits does so on a thread of its own: the pool that tests run on may be full for seconds.
  private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: body()) }
    }
  }
}
