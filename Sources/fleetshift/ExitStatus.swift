internal import ArgumentParser
internal import Foundation

/// Every way in which the program can end: the one table of exit codes.
enum ExitStatus: Int32, CaseIterable {
  case done = 0
  case internalFailure = 1
  case broken = 2
  case incomplete = 3
  case tolerated = 4
  case incomparable = 5
  case usage = 64
  case badInput = 65
  case noInput = 66
  case io = 74
  case tryLater = 75
  case interrupted = 130
  case terminated = 143

  var meaning: String {
    switch self {
    case .done: "done"
    case .internalFailure: "internal failure: a mistake in this program"
    case .broken: "an expectation or threshold is broken"
    case .incomplete: "incomplete, can be resumed"
    case .tolerated: "changed, and not for the worse beyond what is tolerated (check --detailed-exitcode)"
    case .incomparable: "the two results are no pair"
    case .usage: "the command line is wrong"
    case .badInput: "the input is wrong"
    case .noInput: "the input does not exist or cannot be opened"
    case .io: "reading or writing failed"
    case .tryLater: "not possible now, perhaps later"
    case .interrupted: "interrupted from the keyboard"
    case .terminated: "told to end (SIGTERM, or SIGHUP)"
    }
  }

  static var table: String {
    "EXIT CODES:\n" + allCases.map { "  \($0.rawValue)\t\($0.meaning)" }.joined(separator: "\n")
  }

  /// How a program ends that was told to by a signal.
  static func ended(by signal: Int32) -> ExitStatus { signal == SIGINT ? .interrupted : .terminated }

  /// To be thrown: ends the program with this code, silently, for what is to be said has been said.
  var exit: ExitCode { ExitCode(rawValue) }
}
