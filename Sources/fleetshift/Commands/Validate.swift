internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import Foundation
internal import MigrationPhysics
internal import ScenarioFormat

struct Validate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predicts migrations that were measured, and says how far off it was.",
    discussion: """
      The dataset is a table of measured migrations (CSV, the columns of Scenarios/validation/calibration.csv), or a \
      file of published cases (YAML, such as Scenarios/validation/cases.yaml). Each row is predicted from its input \
      columns alone; the outcome columns are read to score.

      JSON, schema fleetshift.validation/1: kinds.<kind>.<figure>.{mean,median,worst}_abs_error, convergence.{rows,\
      correct,brier}, interval_coverage_90, rows, not_covered, and with --cross-validate the same below \
      cross_validated. Errors and shares are fractions, times seconds, data bytes.
      """)

  @Argument(
    help: "Measured migrations (CSV) or published cases (YAML).",
    completion: .file(extensions: ["csv", "yaml", "yml"]))
  var dataset: String

  @OptionGroup var rig: ProfileOptions

  @Flag(
    help:
      "Predicts each configuration once more, by constants fitted on all others, and reports that beside the rest."
  )
  var crossValidate = false

  @Option(
    help:
      "What --cross-validate leaves out together: configuration (rows with the same inputs), or family (the column of that name)."
  )
  var leaveOut: LeaveOut?

  @Option(help: "Puts Vega-Lite plots into this folder.", completion: .directory)
  var plots: String?

  @Option(help: "The measured rounds, for the plots (CSV).", completion: .file(extensions: ["csv"]))
  var rounds: String?

  @Option(help: "How to print the result: text, json or markdown.")
  var format = OutputFormat.text

  func validate() throws {
    guard leaveOut == nil || crossValidate else {
      throw ValidationError("--leave-out says what --cross-validate leaves out: give both.")
    }
  }

  func run() async throws {
    if ["yaml", "yml"].contains(URL(fileURLWithPath: dataset).pathExtension.lowercased()) {
      try validateCases()
    } else {
      try await validateMigrations()
    }
  }

  private func validateCases() throws {
    let file = CaseFile(path: dataset)
    try file.orExit()
    let validation = CaseValidation(ProfileCatalog())
    let verdicts = file.cases.map(validation.verdict)
    let name = URL(fileURLWithPath: dataset).lastPathComponent
    switch format {
    case .text: try Streams.output(ValidationReport.text(verdicts, dataset: name, style: Streams.style))
    case .json: try Streams.output(try ValidationReport.json(verdicts, dataset: name))
    case .markdown: try Streams.output(ValidationReport.markdown(verdicts, dataset: name))
    }
  }

  private func validateMigrations() async throws {
    let file = DatasetFile(path: dataset)
    try file.orExit()
    let folder = try plots.map {
      try ResultFolder($0, reading: [dataset, rounds, rig.profile].compactMap { $0 })
    }
    let measuredRounds = try rounds.map { path in
      let file = RoundsFile(path: path)
      try file.orExit()
      return file.rounds
    }
    let profile = try rig.read()
    let forecaster = RowForecaster(profile)
    let rows = try file.migrations.map { ScoredMigration($0, try forecaster.predict($0.inputs)) }
    let validation = Validation(
      dataset: URL(fileURLWithPath: dataset).lastPathComponent, profile: profile.name,
      given: Validation.Part(rows),
      crossValidated: crossValidate ? try await crossValidated(file.migrations, profile) : nil,
      leftOut: leaveOut?.group ?? .configuration)
    try folder?.publish(try ValidationPlots(validation, rounds: measuredRounds ?? []).files())
    switch format {
    case .text: try Streams.output(ValidationReport.text(validation, style: Streams.style))
    case .json: try Streams.output(try ValidationReport.json(validation))
    case .markdown: try Streams.output(ValidationReport.markdown(validation))
    }
  }

  private func crossValidated(_ migrations: [MeasuredMigration], _ profile: RigProfile) async throws
    -> Validation.Part
  {
    do {
      return Validation.Part(
        try await CrossValidation(migrations, start: profile, leavingOut: leaveOut?.group ?? .configuration)
          .run())
    } catch let failure as ProfileFit.Failure {
      Streams.say("fleetshift: '\(dataset)' cannot be cross-validated: \(failure)")
      throw ExitStatus.badInput.exit
    }
  }
}

/// The words of `CrossValidation.Group` on a command line.
enum LeaveOut: String, ExpressibleByArgument, CaseIterable {
  case configuration, family

  var group: CrossValidation.Group {
    switch self {
    case .configuration: .configuration
    case .family: .family
    }
  }
}
