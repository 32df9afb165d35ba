public import Foundation
import Synchronization

/// A program that a test has started.
///
/// Not Foundation's `Process`: starting one reads past the end of a buffer when a folder's entries fill it, as those of
/// `/proc/self/fd` do in a suite with a thousand open files, and then it crashes now and then (Swift 6.3.1;
/// swift-corelibs-foundation, pull request 5472). It also leaves the signals blocked that the calling thread blocks.
public final class ChildProcess: Sendable {
  /// What a standard stream of the program is.
  public enum Stream { case inherited, nowhere, pipe, output }

  public struct NotStarted: Error, CustomStringConvertible {
    public var description: String
  }

  public let identifier: pid_t
  /// Our ends of the pipes.
  public let input, output, errors: FileHandle?
  private let end = Mutex<Int32?>(nil)
  /// One at a time: a child that inherited another's pipe in between would keep its reader waiting.
  private static let isStarting = NSLock()

  /// - Parameters:
  ///   - words: The program, looked for in `PATH` if it is named without a slash, and its arguments.
  ///   - environment: `nil`: that of the test.
  ///   - errors: `output` puts them where the output goes.
  public init(
    _ words: [String], in folder: String? = nil, environment: [String: String]? = nil,
    input: Stream = .nowhere, output: Stream = .inherited, errors: Stream = .inherited
  ) throws {
    Self.isStarting.lock()
    defer { Self.isStarting.unlock() }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var theirs: [Int32] = []
    defer { for end in theirs { close(end) } }

    /// - Returns: our end of a pipe.
    func connect(_ number: Int32, _ stream: Stream) throws -> FileHandle? {
      switch stream {
      case .inherited: return nil
      case .nowhere:
        posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
        return nil
      case .output:
        posix_spawn_file_actions_adddup2(&actions, 1, number)
        return nil
      case .pipe:
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw NotStarted(description: Self.words(errno)) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let (mine, its) = number == 0 ? (ends[1], ends[0]) : (ends[0], ends[1])
        theirs.append(its)
        posix_spawn_file_actions_adddup2(&actions, its, number)
        return FileHandle(fileDescriptor: mine, closeOnDealloc: true)
      }
    }
    self.input = try connect(0, input)
    self.output = try connect(1, output)
    self.errors = try connect(2, errors)

    if let folder { _ = Self.changeDirectory(&actions, folder) }
    // What others have open is not for it: a file that one of them is writing could not be run meanwhile.
    _ = Self.closeFrom(&actions, 3)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let variables = environment ?? ProcessInfo.processInfo.environment
    let argv = words.map { strdup($0) } + [nil]
    let envp = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for word in argv + envp { free(word) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, words[0], &actions, &attributes, argv, envp)
    guard code == 0 else { throw NotStarted(description: "\(words[0]): \(Self.words(code))") }
    identifier = child
  }

  // Swift does not see these two.
  private static let closeFrom = unsafeBitCast(
    dlsym(nil, "posix_spawn_file_actions_addclosefrom_np")!,
    to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)
  private static let changeDirectory = unsafeBitCast(
    dlsym(nil, "posix_spawn_file_actions_addchdir_np")!,
    to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>) -> Int32)
      .self)

  private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }

  public var isRunning: Bool { reap(WNOHANG) == nil }

  /// Waits for its end.
  ///
  /// - Returns: the exit code; negative for the signal that ended it.
  @discardableResult
  public func wait() -> Int32 {
    var info = siginfo_t()
    // Does not take it off the system's list, so that meanwhile it can be signalled.
    while waitid(P_PID, id_t(identifier), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
    return reap(0)!
  }

  /// - Returns: whether it was still there.
  @discardableResult
  public func signal(_ number: Int32) -> Bool {
    end.withLock { $0 == nil && kill(identifier, number) == 0 }
  }

  private func reap(_ options: Int32) -> Int32? {
    end.withLock { end in
      if let end { return end }
      var status: Int32 = 0
      var found = waitpid(identifier, &status, options)
      while found < 0 && errno == EINTR { found = waitpid(identifier, &status, options) }
      guard found == identifier else { return nil }
      end = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
      return end
    }
  }

  /// Whether there is a program of this name in `PATH`.
  public static func canRun(_ tool: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { access("\($0)/\(tool)", X_OK) == 0 }
  }

  /// Runs a program to its end.
  ///
  /// - Returns: how it ended, as ``wait()`` tells, and what it said, errors in their place if they are `output`.
  public static func run(
    _ words: [String], in folder: String? = nil, environment: [String: String]? = nil, input: String? = nil,
    errors: Stream = .output
  ) throws -> (status: Int32, output: String) {
    let child = try ChildProcess(
      words, in: folder, environment: environment, input: input == nil ? .nowhere : .pipe, output: .pipe,
      errors: errors)
    if let input { try child.input?.write(contentsOf: Data(input.utf8)) }
    try child.input?.close()
    let output = try child.output?.readToEnd() ?? Data()
    return (child.wait(), String(decoding: output, as: UTF8.self))
  }
}
