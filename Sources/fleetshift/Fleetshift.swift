internal import ArgumentParser
internal import FleetExperiments
internal import Glibc
internal import ImageFiles

/// The command line: parse, call, print; no logic.
@main
struct Fleetshift: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleetshift",
    abstract: "Predicts what a policy for migrating VMs costs a fleet: time, data, downtime and failures.",
    discussion: """
      Start with:  fleetshift run Scenarios/akamai-warm-year.yaml

      Results go to standard output, everything else to standard error.

      \(ExitStatus.table)
      """,
    version: Version.full,
    subcommands: [
      Run.self, Compare.self, CheckCommand.self, Baseline.self, Report.self, Explain.self, Predict.self,
      Validate.self, Fit.self, Calibrate.self, Profiles.self, Trace.self, Lint.self, Schema.self, Import.self,
      Sweep.self, Export.self,
      Cutover.self,
    ])

  static func main() async {
    // A file that may not grow (`ulimit -f`) is an error like any other, and no reason to die with a guest down.
    signal(SIGXFSZ, SIG_IGN)
    if let few = OpenFiles.tooFew() {
      Streams.say(
        "only \(few) files may be open at once",
        remedy: "allow at least \(OpenFiles.least): ulimit -n \(OpenFiles.least)")
      exit(withError: ExitStatus.tryLater.exit)
    }
    if let number = unreadableArgument() {
      exit(
        withError: Streams.refusal(
          "argument \(number) is no text in UTF-8", "give what it names another name, or a link with one"))
    }
    // Journals and plans keep whole paths, which would be those of another folder.
    if CommandLine.arguments.dropFirst().first == "cutover", isWorkingDirectoryUntold() {
      exit(
        withError: Streams.refusal(
          "the path of the working directory is no text in UTF-8", "go to another directory"))
    }
    if let problem = unknownCommand(CommandLine.arguments.dropFirst()) {
      exit(withError: Streams.refusal(problem.message, problem.help))
    }
    do {
      var command = try parseAsRoot()
      do {
        if var waiting = command as? any AsyncParsableCommand {
          try await waiting.run()
        } else {
          try command.run()
        }
      } catch let error as ValidationError {
        // Whoever parses knows whose usage to show; what a command itself finds is told without.
        let path = Self.path(to: type(of: command)).map { " " + $0 }.joined()
        exit(withError: Streams.refusal(error.message, "'fleetshift\(path) --help' tells what it takes"))
      }
    } catch {
      // What a command has said already comes with its exit code alone.
      guard !(error is ExitCode), exitCode(for: error) == .validationFailure else { exit(withError: error) }
      Streams.say("fleetshift: " + fullMessage(for: error).trimmingPrefix("Error: "))
      exit(withError: ExitStatus.usage.exit)
    }
  }

  /// The words by which a command is called.
  private static func path(
    to wanted: any ParsableCommand.Type, from command: any ParsableCommand.Type = Self.self
  ) -> [String] {
    for next in command.configuration.subcommands {
      if next == wanted { return [next._commandName] }
      let rest = path(to: wanted, from: next)
      if !rest.isEmpty { return [next._commandName] + rest }
    }
    return []
  }

  /// The first argument of which Swift's strings could hold something like it only, which would name another file.
  private static func unreadableArgument() -> Int? {
    (0..<Int(CommandLine.argc)).first { number in
      CommandLine.unsafeArgv[number].map { String(validatingCString: $0) == nil } ?? false
    }
  }

  /// What is wrong with the name of a command, and what would be right. The parser says only that it did not expect the
  /// word, and shows the options of a command that nobody named.
  private static func unknownCommand(_ words: ArraySlice<String>) -> (message: String, help: String)? {
    var (command, path) = (self as any ParsableCommand.Type, "")
    // Help is asked of commands that there are.
    for word in words.first == "help" ? words.dropFirst() : words {
      let all = command.configuration.subcommands
      guard !all.isEmpty, command.configuration.defaultSubcommand == nil, !word.hasPrefix("-"), word != "help"
      else { return nil }
      if let next = all.first(where: { $0._commandName == word }) {
        (command, path) = (next, path + " " + word)
        continue
      }
      if word.hasSuffix(".yaml") || word.hasSuffix(".yml") {
        return ("'\(word)' is no command", "say what to do with it, such as `fleetshift run \(word)`")
      }
      return (
        "there is no command '\(path.dropFirst())\(path.isEmpty ? "" : " ")\(word)'",
        Spelling.remedy(for: word, among: all.map { $0._commandName })
      )
    }
    return nil
  }
}
