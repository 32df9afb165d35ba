internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import Foundation
internal import ScenarioFormat

struct Baseline: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keeps results for check to hold changes against.",
    discussion: """
      A folder of baselines has a folder for each scenario, by its name, with summary.json and summary.md: fit for a \
      repository, where a change of them shows what a change of policy did.
      """,
    subcommands: [BaselineSave.self, BaselineList.self, BaselineRemove.self])
}

/// Where baselines lie.
struct BaselineFolder: ParsableArguments {
  static let usual = "baselines"

  @Option(help: "The folder of the baselines.", completion: .directory)
  var baseline = BaselineFolder.usual

  /// The results in it, by name, in order; folders without one are left out. A folder that is not there has none, if
  /// nobody named it.
  func entries() throws -> [(name: String, result: StudyResult)] {
    var names: [String] = []
    do { names = try FileManager.default.contentsOfDirectory(atPath: baseline).sorted() } catch {
      guard baseline == Self.usual, !FileManager.default.fileExists(atPath: baseline) else {
        Streams.say(
          "the folder '\(baseline)' cannot be read", remedy: "name one that `baseline save` has written")
        throw ExitStatus.noInput.exit
      }
    }
    return try names.compactMap { name in
      let path = "\(baseline)/\(name)"
      guard FileManager.default.fileExists(atPath: path + "/summary.json") else { return nil }
      return (name, try ResultFile.read(path))
    }
  }

  /// The folder of a scenario of that name.
  func path(of name: String) throws -> String {
    guard !name.isEmpty, !name.contains("/"), name != ".", name != ".." else {
      throw Streams.refusal(
        "'\(name)' cannot be the name of a baseline", "name one that `baseline list` shows")
    }
    return "\(baseline)/\(name)"
  }
}

struct BaselineSave: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "save", abstract: "Simulates scenarios, or takes results, and keeps them as baselines.",
    discussion: "Replaces the baseline that a scenario has. Nothing is kept unless all of them are simulated."
  )

  @Argument(help: "Scenarios or results.", completion: .file())
  var inputs: [String]

  @OptionGroup var folder: BaselineFolder
  @OptionGroup var options: ScenarioOptions

  func run() async throws {
    var results: [StudyResult] = []
    for input in inputs {
      let result = try await options.result(ofInput: input)
      if results.contains(where: { $0.scenario == result.scenario }) {
        throw Streams.refusal(
          "two of these are results of '\(result.scenario)'", "a scenario has one baseline: leave one out")
      }
      let path = try folder.path(of: result.scenario)
      _ = try ResultFolder(path)
      for (name, content) in OutputContent.ofBaselines where FileManager.default.fileExists(atPath: path) {
        _ = try OutputPlace("\(path)/\(name)", content, reading: inputs)
      }
      results.append(result)
    }
    for result in results {
      let path = try folder.path(of: result.scenario)
      try ResultFolder(path, reading: inputs).publish([
        ("summary.md", MarkdownReport.render(result)), ("summary.json", try JSONReport.render([result])),
      ])
      try Streams.output("\(path)\n")
    }
  }
}

struct BaselineList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the baselines and what they are of.")

  @OptionGroup var folder: BaselineFolder

  @Option(help: "How to print them: text, json or markdown.")
  var format = OutputFormat.text

  func run() throws {
    let entries = try folder.entries()
    if entries.isEmpty, format != .json {
      Streams.say("fleetshift: there is no baseline in '\(folder.baseline)'.")
      return
    }
    switch format {
    case .text: try Streams.output(BaselineReport.text(entries, style: Streams.style))
    case .json: try Streams.output(try BaselineReport.json(entries))
    case .markdown: try Streams.output(BaselineReport.markdown(entries))
    }
  }
}

struct BaselineRemove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Removes baselines, by name.",
    discussion: "Takes away summary.json and summary.md, and the folder if nothing else is in it.")

  @Argument(help: "The names, as list shows them.")
  var names: [String]

  @OptionGroup var folder: BaselineFolder

  func run() throws {
    let known = try folder.entries().map(\.name)
    // All or none: a name that is misspelt should not leave half of the work done.
    for name in names where !known.contains(name) {
      Streams.say(
        "fleetshift: there is no baseline called '\(name)' in '\(folder.baseline)'\n  help: "
          + Spelling.remedy(for: name, among: known))
      throw ExitStatus.noInput.exit
    }
    for name in names {
      let path = try folder.path(of: name)
      for file in ["summary.json", "summary.md"] {
        guard unlink("\(path)/\(file)") == 0 || errno == ENOENT else {
          Streams.say("fleetshift: cannot remove '\(path)/\(file)': \(String(cString: strerror(errno)))")
          throw ExitStatus.io.exit
        }
      }
      // What else somebody has put there stays.
      rmdir(path)
      try Streams.output("\(path)\n")
    }
  }
}
