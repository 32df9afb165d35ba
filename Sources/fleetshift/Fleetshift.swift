internal import ArgumentParser

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
}
