internal import ArgumentParser
internal import ScenarioFormat

struct Lint: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds every mistake in scenarios, all at once, without simulating.")

  @Argument(help: "Scenario files.", completion: .file(extensions: ["yaml", "yml"]))
  var scenarios: [String]

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, github
  }

  @Option(help: "How to print what was found: text, json or github (annotations).")
  var format = Format.text

  func run() throws {
    var worst = ExitStatus.done
    for path in scenarios {
      let file = ScenarioFile(path: path)
      switch format {
      case .text: Streams.output(file.hasProblems ? file.problems + "\n" : "\(path): fine\n")
      case .json: Streams.output(file.problemsAsJSON + "\n")
      case .github: Streams.output(file.problemsAsAnnotations)
      }
      if file.isMissing, worst == .done { worst = .noInput } else if file.hasErrors { worst = .badInput }
    }
    if worst != .done { throw worst.exit }
  }
}
