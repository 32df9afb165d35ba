internal import ArgumentParser
internal import FleetReports
internal import Foundation
internal import ScenarioFormat

/// Standard output is data, standard error is talk.
enum Streams {
  /// Writes to standard output. A reader that has gone away (`| head`) ends the program quietly; a disk that is full
  /// ends it with a message.
  static func output(_ text: String) throws {
    let fault = write(text, to: STDOUT_FILENO)
    guard fault != 0, fault != EPIPE else { return }
    say("fleetshift: standard output cannot be written: \(String(cString: strerror(fault)))")
    throw ExitStatus.io.exit
  }

  /// Writes lines for people in which names occur that files hold, and that may be anybody's.
  static func show(_ text: String) throws { try output(printableLines(text)) }

  /// A message to the user, with a line break. Whatever names are in it, it commands no terminal.
  static func say(_ text: String) {
    put(printableLines(text) + "\n")
  }

  /// Says what is wrong and what would be right.
  static func say(_ problem: String, remedy: String) {
    say("fleetshift: \(problem)\n  help: \(hint(remedy))")
  }

  /// A remedy in the voice of all other messages: libraries that others use as well speak in sentences.
  static func hint(_ sentence: String) -> String {
    var hint = Substring(sentence)
    // A word as sentences begin with; a path, an option or a name in capitals stays as it is.
    let word = hint.prefix { $0 != " " }
    if let first = word.first, word.dropFirst().allSatisfy(\.isLowercase) {
      hint = first.lowercased() + hint.dropFirst()
    }
    if hint.hasSuffix(".") { hint = hint.dropLast() }
    return String(hint)
  }

  /// Says what is wrong with the command line and what would be right; the exit code to throw.
  static func refusal(_ problem: String, _ help: String) -> ExitCode {
    say(problem, remedy: help)
    return ExitStatus.usage.exit
  }

  /// Something for the user's terminal, as it is.
  static func put(_ text: String) {
    // Where even this cannot be written, there is nobody to tell.
    _ = write(text, to: STDERR_FILENO)
  }

  /// The number of the error that ended it; 0 if all was written.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return errno
      }
      bytes = bytes.dropFirst(written)
    }
    return 0
  }

  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Whether colour is wanted on standard output: on a terminal, unless `NO_COLOR` is set (no-color.org).
  private static var usesColour: Bool {
    let environment = ProcessInfo.processInfo.environment
    if environment["NO_COLOR"].map({ !$0.isEmpty }) ?? false { return false }
    if environment["FORCE_COLOR"].map({ !$0.isEmpty && $0 != "0" }) ?? false { return true }
    return isTerminal(STDOUT_FILENO) && environment["TERM"] != "dumb"
  }

  /// Whether a moving line may be shown on standard error.
  static var showsProgress: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isTerminal(STDERR_FILENO) && environment["CI"] == nil && environment["TERM"] != "dumb"
  }

  /// How reports look on standard output.
  static var style: TerminalStyle {
    TerminalStyle(width: width ?? TerminalStyle.widest, usesColour: usesColour)
  }

  /// How wide lists and references are printed: no more than this is easily read, in a file either.
  static var listWidth: Int { min(style.width, 100) }

  /// The width of the terminal on standard output, if it is one.
  private static var width: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
