internal import ArgumentParser
internal import ScenarioFormat

struct Lint: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds every mistake in scenarios, all at once, without simulating.")

  @Argument(help: "Scenario files; - is standard input.", completion: .file(extensions: ["yaml", "yml"]))
  var scenarios: [String]

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, github
  }

  @Option(help: "How to print what was found: text, json or github (annotations).")
  var format = Format.text

  func run() throws {
    let files = scenarios.map { ScenarioFile(path: $0) }
    switch format {
    case .text:
      for (path, file) in zip(scenarios, files) {
        try Streams.output(file.problems.isEmpty ? "\(path): fine\n" : file.problems)
      }
    case .json: try Streams.output(ScenarioFile.problemsAsJSON(of: files))
    case .github: for file in files { try Streams.output(file.problemsAsAnnotations) }
    }
    if files.contains(where: { $0.hasErrors && !$0.isMissing }) { throw ExitStatus.badInput.exit }
    if files.contains(where: \.isMissing) { throw ExitStatus.noInput.exit }
  }
}
