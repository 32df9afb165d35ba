import Foundation
import Synchronization

/// The built program, run as a user runs it.
enum Program {
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
    /// `nil`: counted from the start.
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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    var all = ProcessInfo.processInfo.environment
    for name in ["NO_COLOR", "FORCE_COLOR", "CI", "COLUMNS"] { all[name] = nil }
    process.environment = all.merging(environment) { $1 }
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = stderr
    let (ends, ended) = AsyncStream<Void>.makeStream()
    let clock = Clock()
    process.terminationHandler = { _ in
      clock.stop()
      ended.finish()
    }
    try process.run()
    try? stdin.fileHandleForWriting.write(contentsOf: Data((input ?? "").utf8))
    try? stdin.fileHandleForWriting.close()
    clock.send(Signal(SIGKILL, after: seconds), to: process.processIdentifier)
    if let signal { clock.send(signal, to: process.processIdentifier) }
    async let output = text(of: stdout)
    async let errors = text(of: stderr)
    var outcome = Outcome(status: 0, output: await output, errors: await errors)
    for await _ in ends {}
    outcome.isOverdue = clock.hasKilled
    outcome.status =
      process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return outcome
  }

  /// Sends signals at their time, from threads of its own: the pool that tests run on may be full for seconds.
  private final class Clock: Sendable {
    private let state = Mutex<(isOver: Bool, hasKilled: Bool)>((false, false))

    var hasKilled: Bool { state.withLock { $0.hasKilled } }

    func send(_ signal: Signal, to process: pid_t) {
      Thread.detachNewThread { [self] in
        func wait(until isTime: () -> Bool) {
          while !isTime(), !state.withLock({ $0.isOver }) { Thread.sleep(forTimeInterval: 0.02) }
        }
        if let file = signal.file { wait { FileManager.default.fileExists(atPath: file) } }
        let due = Date().addingTimeInterval(signal.after)
        wait { Date() >= due }
        state.withLock { state in
          guard !state.isOver else { return }
          kill(process, signal.number)
          if signal.number == SIGKILL { state.hasKilled = true }
        }
      }
    }

    /// No more signals: the number may be another process's from now on.
    func stop() { state.withLock { $0.isOver = true } }
  }

  /// All that comes out of a pipe, read on a thread of its own: many tests wait at once.
  private static func text(of pipe: Pipe) async -> String {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        let data = (try? pipe.fileHandleForReading.readToEnd()) ?? nil
        continuation.resume(returning: String(decoding: data ?? Data(), as: UTF8.self))
      }
    }
  }

  static func has(_ tool: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
    }
  }
}
