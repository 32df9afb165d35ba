internal import Glibc
public import Quantities
internal import SystemPackage

/// The programs that command a guest, whatever it runs on: each an argument vector, run without a shell.
///
/// | hook | when | `FLEETSHIFT_ACTION` |
/// |---|---|---|
/// | `onPause` | the guest has to stop writing, for good | `pause`, `shut-down` or `power-off` |
/// | `onResize` | the image was made larger or smaller, and proved; before it gets its name | `resize` |
/// | `onStart` | the image has its name: start the guest on it | `start` |
/// | `onFence` | the start failed or is in doubt: see that it does not run there | `fence` |
/// | `onRollback` | the guest is to go on at the source | `restore` |
///
/// Exit code 0 says that it is done; `onFence` may say 10: it runs there after all. Every hook may be run again for the
/// same thing after a driver has died (`FLEETSHIFT_RESUMED=1`), and has to be content with finding it done.
public struct GuestHooks: Hashable, Codable, Sendable {
  public var onPause: [String]?
  public var onStart: [String]?
  public var onRollback: [String]?
  public var onFence: [String]?
  public var onResize: [String]?
  /// How long each may take; then it is killed with its process group, and has failed whatever it ends with. What has left
  /// that group lives on: to find it, the process would have to adopt all orphans, guests that daemons run among them.
  public var timeout: Duration

  public init(
    onPause: [String]? = nil, onStart: [String]? = nil, onRollback: [String]? = nil, onFence: [String]? = nil,
    onResize: [String]? = nil, timeout: Duration = .minutes(5)
  ) {
    self.onPause = onPause
    self.onStart = onStart
    self.onRollback = onRollback
    self.onFence = onFence
    self.onResize = onResize
    self.timeout = timeout
  }

  public var isEmpty: Bool { all.allSatisfy { $0.command == nil } }

  /// Each with the option that names it.
  private var all: [(option: String, command: [String]?)] {
    [
      ("--on-pause", onPause), ("--on-start", onStart), ("--on-rollback", onRollback),
      ("--on-fence", onFence),
      ("--on-resize", onResize),
    ]
  }

  /// With programs that are named by a path as seen from `folder`; arguments are left as they are. So a plan or a
  /// journal can be carried on from anywhere.
  public func resolved(from folder: String) -> GuestHooks {
    func resolve(_ command: [String]?) -> [String]? {
      guard var command, let program = command.first, program.contains("/"), !program.hasPrefix("/") else {
        return command
      }
      command[0] = FilePath(folder).appending(program).lexicallyNormalized().string
      return command
    }
    return GuestHooks(
      onPause: resolve(onPause), onStart: resolve(onStart), onRollback: resolve(onRollback),
      onFence: resolve(onFence), onResize: resolve(onResize), timeout: timeout)
  }

  /// Refuses a program that is not there or cannot be run: better now than when the guest is to be stopped.
  func check() throws(ImageCutoverError) {
    for (option, command) in all {
      guard let command else { continue }
      guard let name = command.first, !name.isEmpty else {
        throw .hookUnusable(hook: option, why: "it names no program")
      }
      guard let program = HookRunner.path(of: name) else {
        throw .hookUnusable(hook: option, why: "there is no program '\(name)'")
      }
      var status = stat()
      guard stat(program, &status) == 0 else {
        throw .hookUnusable(hook: option, why: "there is no program '\(program)'")
      }
      guard status.st_mode & S_IFMT == S_IFREG, access(program, X_OK) == 0 else {
        throw .hookUnusable(hook: option, why: "'\(program)' is not a program that this user may run")
      }
      if let why = ProgramHead(of: program)?.flaw {
        throw .hookUnusable(hook: option, why: "'\(program)' \(why)")
      }
    }
  }

  /// Splits a line into words: spaces and tabs part them; `'...'` is taken as it is; in `"..."` a backslash takes a
  /// following `"` or `\` as it is; elsewhere a backslash takes any character as it is. Nothing is ever expanded.
  ///
  /// - Returns: `nil` if a quote is not closed, a backslash ends the line, or there is no word.
  public static func words(of line: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = line.makeIterator()
    while let character = rest.next() {
      switch (character, quote) {
      case ("'", "'"), ("\"", "\""): quote = nil
      case ("'", nil), ("\"", nil):
        quote = character
        word = word ?? ""
      case ("\\", nil):
        guard let next = rest.next() else { return nil }
        word = (word ?? "") + String(next)
      case ("\\", "\""):
        guard let next = rest.next() else { return nil }
        word = (word ?? "") + (next == "\"" || next == "\\" ? "" : "\\") + String(next)
      case (" ", nil), ("\t", nil):
        if let finished = word { words.append(finished) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    if quote != nil { return nil }
    if let word { words.append(word) }
    return words.isEmpty || words[0].isEmpty ? nil : words
  }
}
