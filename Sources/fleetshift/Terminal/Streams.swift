internal import FleetReports
internal import Foundation

/// Standard output is data, standard error is talk.
enum Streams {
  /// Writes to standard output. A reader that has gone away (`| head`) ends the program quietly.
  static func output(_ text: String) {
    write(text, to: STDOUT_FILENO)
  }

  /// A message to the user, with a line break.
  static func say(_ text: String) {
    write(text + "\n", to: STDERR_FILENO)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return
      }
      bytes = bytes.dropFirst(written)
    }
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

  /// The width of the terminal on standard output, if it is one.
  private static var width: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
