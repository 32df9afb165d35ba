internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import Foundation
internal import MigrationPhysics
internal import ScenarioFormat

struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Estimates the constants of your rig from a log of your own migrations.",
    discussion: """
      The dataset is a table of measured migrations (CSV, the columns of Scenarios/validation/calibration.csv). The \
      profile that comes of it is what 'predict' and 'validate' take by --profile. Constants that the migrations do \
      not tell stay as they were, and are named.
      """)

  @Argument(help: "Measured migrations (CSV).", completion: .file(extensions: ["csv"]))
  var dataset: String

  @Option(
    name: .shortAndLong, help: "Writes the profile to this YAML file.",
    completion: .file(extensions: ["yaml"]))
  var output: String?

  @Option(
    help: "Where the search begins: a shipped profile by name, or a YAML file.",
    completion: .file(extensions: ["yaml", "yml"]))
  var start = RigProfile.qemuTCG.name

  @Option(
    help: "The constants to estimate, with commas between (default: all but those of chance).",
    transform: { text in
      try text.split(separator: ",").map { word in
        let name = word.trimmingCharacters(in: .whitespaces)
        guard let constant = RigConstant(rawValue: name), !constant.isNoise else {
          let known = RigConstant.fittedByDefault.map(\.rawValue).joined(separator: ", ")
          throw ValidationError("no constant that can be fitted is called '\(name)'; there are: \(known)")
        }
        return constant
      }
    })
  var free: [RigConstant] = RigConstant.fittedByDefault

  @Option(help: "The name of the new profile (default: that of the output file).")
  var name: String?

  @Option(help: "How to print the estimates: text, json or markdown.")
  var format = OutputFormat.text

  func run() throws {
    // A shipped profile goes by its name, which is no file's.
    let isShipped = RigProfile.shipped.contains { $0.name == start }
    let place = try output.map {
      try OutputPlace($0, .profile, reading: [dataset] + (isShipped ? [] : [start]))
    }
    let file = DatasetFile(path: dataset)
    try file.orExit()
    let begin = try ProfileOptions.read(start)
    let fit: ProfileFit
    do {
      fit = try ProfileFit(file.migrations, start: begin, free: free)
    } catch {
      Streams.say("fleetshift: '\(dataset)' cannot be fitted: \(error.words)")
      throw ExitStatus.badInput.exit
    }
    var profile = try NoiseFit.calibrated(fit.profile, on: file.migrations)
    profile.name =
      name ?? output.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent } ?? "fitted"
    profile.source =
      "\(file.migrations.count) migrations of \(URL(fileURLWithPath: dataset).lastPathComponent), fitted from \(begin.name)"
    try place?.write(ProfileText.yaml(profile, comment: ProfileText.comment(fit)))
    switch format {
    case .text: try Streams.output(FitReport.text(fit, profile, style: Streams.style))
    case .json: try Streams.output(try FitReport.json(fit, profile))
    case .markdown: try Streams.output(FitReport.markdown(fit, profile))
    }
  }
}

extension ProfileFit.Failure {
  /// For a person.
  var words: String {
    switch self {
    case .tooFewFigures(let figures, let constants):
      "it has \(figures) measured figures, too few for \(constants) constants; give more migrations, or fewer by --free"
    case .nothingIdentified:
      "none of the constants has any bearing on its figures\n  help: --free names others; or --start begins nearer to the rig"
    case .tooVague(let migrations, let configurations, let constants, let end):
      "its \(Figure.counted(migrations, "migration")), which are \(Figure.counted(configurations, "configuration")) by "
        + "their inputs, do not tell \(constants == 1 ? "the constant" : "any of the \(constants) constants") to within a "
        + "half of its value" + (end.map(Self.words) ?? "")
        + "\n  help: add migrations whose inputs differ, free other constants by --free, or begin nearer to the rig by "
        + "--start; what one configuration alone tells, no other confirms"
    case .solver(let words): "the search gave up: \(words)"
    }
  }

  private static func words(_ end: End) -> String {
    "; they fit best with \(end.constant.rawValue) at \(Figure.text(end.value, .count)) or beyond, where something else holds "
      + "them back"
  }
}
