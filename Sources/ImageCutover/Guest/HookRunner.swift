internal import CLinux
internal import Glibc
internal import Quantities

/// Runs one program at a time, within a time limit, and keeps what it says.
final class HookRunner: Sendable {
  /// How much is kept of either output, and how much may be in memory until the next look.
  private static let mostOutput = 64 << 10
  private static let mostHeld = 1 << 20
  /// What a program may take to end by itself when it is told to.
  private static let grace = Duration.seconds(1)
  /// How long it is tried to start a program for which the system has no process or no memory just now: a guest that is
  /// down hangs on it.
  private static let patience = Duration.seconds(5)

  private let current = Monitor<pid_t?>(nil)

  /// What a program finds in its environment beside what it is told: enough to run, and nothing of its caller's secrets.
  private static let inherited = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"]

  func run(_ action: String, _ command: [String], _ variables: [String: String], within limit: Duration)
    -> HookRun
  {
    // An earlier one that still hangs has had its time.
    if let earlier = current.withLock({ $0 }) { kill(-earlier, SIGKILL) }
    var run = HookRun(
      action: action, command: command, status: nil, timedOut: false, seconds: 0, output: "", errors: "")
    let began = monotonicNow()
    let (output, errors) = (linux_memory_file("output"), linux_memory_file("errors"))
    defer {
      for file in [output, errors] where file >= 0 {
        // Who was started in the background may hold it for years: what he says is nobody's, and no signal to end.
        linux_trim(file, 0, 0)
        linux_close_for_growth(file)
        close(file)
      }
    }
    guard output >= 0, errors >= 0, let program = Self.path(of: command[0]) else {
      run.errors = "there is no program '\(command[0])'"
      return run
    }
    func start() -> pid_t { Self.spawn([program] + command.dropFirst(), variables, output, errors) }
    var child = start()
    var pause = Duration.milliseconds(10)
    while child <= 0, errno == EAGAIN || errno == ENOMEM,
      monotonicNow() + pause < began + min(limit, Self.patience)
    {
      sleepFor(pause)
      pause = pause + pause
      child = start()
    }
    guard child > 0 else {
      run.errors = "cannot be started: \(String(cString: strerror(errno)))"
      return run
    }
    current.withLock { $0 = child }
    let (code, timedOut) = Self.wait(for: child, until: began + limit) {
      for file in [output, errors] { linux_trim(file, Int64(Self.mostOutput), Int64(Self.mostHeld)) }
    }
    current.withLock { if $0 == child { $0 = nil } }
    run.status = code
    run.timedOut = timedOut
    run.seconds = (monotonicNow() - began).seconds
    run.output = Self.text(of: output)
    run.errors = Self.text(of: errors)
    return run
  }

  /// Where a program is that may be named without a path; `nil` if there is none.
  static func path(of name: String) -> String? {
    if name.contains("/") { return name }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  private static func spawn(
    _ arguments: [String], _ variables: [String: String], _ output: Int32, _ errors: Int32
  ) -> pid_t {
    var environment: [String] = []
    for name in inherited {
      if let value = getenv(name) { environment.append("\(name)=\(String(cString: value))") }
    }
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) { environment.append("\(name)=\(value)") }
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = environment.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    return linux_spawn(argv, envp, output, errors, 1)
  }

  /// The exit code, or `nil` if a signal ended it; and whether it had to be killed.
  private static func wait(
    for child: pid_t, until deadline: Instant, meanwhile: () -> Void
  ) -> (code: Int32?, timedOut: Bool) {
    var status: Int32 = 0
    var timedOut = false
    var killAt = Instant.distantFuture
    while true {
      let found = waitpid(child, &status, WNOHANG)
      if found == child { break }
      if found < 0 && errno != EINTR { return (nil, timedOut) }
      let now = monotonicNow()
      if !timedOut && now >= deadline {
        timedOut = true
        kill(-child, SIGTERM)
        killAt = now + grace
      } else if now >= killAt {
        kill(-child, SIGKILL)
        killAt = .distantFuture
      }
      meanwhile()
      sleepFor(.milliseconds(2))
    }
    // What it has started and left behind goes with one that had to be killed, not with one that is done.
    if timedOut { kill(-child, SIGKILL) }
    let hasExited = status & 0x7F == 0
    return (hasExited ? status >> 8 & 0xFF : nil, timedOut)
  }

  private static func text(of file: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: mostOutput)
    let count = pread(file, &bytes, bytes.count, 0)
    return String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
  }
}
