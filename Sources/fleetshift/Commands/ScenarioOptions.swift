internal import ArgumentParser
internal import FleetExperiments
internal import FleetSimulation
internal import Foundation
internal import ScenarioFormat

/// What every command that reads one scenario takes.
struct ScenarioChoice: ParsableArguments {
  // Unconditional: a number below zero is a wrong seed, and no option of its own.
  @Option(
    parsing: .unconditional, help: "The seed of all chance (default: what the scenario says).",
    transform: WholeNumber.seed)
  var seed: UInt64?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Changes the scenario, such as limits.host-out=3; the path is one that variants may use, and a variant that sets it has the last word.",
      valueName: "path=value"))
  var settings: [String] = []

  func validate() throws {
    for setting in settings where !setting.contains("=") || setting.hasPrefix("=") {
      throw ValidationError("--set takes a path and a value with = between, not '\(setting)'.")
    }
  }

  /// The settings, in the order in which they were given.
  var pairs: [(path: String, value: String)] {
    settings.map { setting in
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]), String(parts[1]))
    }
  }

  /// Reads the file, and says what is wrong with it.
  func read(_ path: String) throws -> ScenarioFile {
    let file = ScenarioFile(path: path, settings: pairs.map { ScenarioFile.Setting($0.path, $0.value) })
    if !file.problems.isEmpty { Streams.put(file.problems) }
    if file.isMissing { throw ExitStatus.noInput.exit }
    if file.hasErrors { throw ExitStatus.badInput.exit }
    return file
  }

  /// The scenario of that variant, with the options applied. No variant, or `base`, is the scenario as it stands.
  func pick(_ variant: String?, from file: ScenarioFile, _ path: String) throws -> Scenario {
    guard var scenario = file.scenario(variant: variant == ScenarioFile.baseName ? nil : variant) else {
      let known = file.variants.isEmpty ? "it has none" : "it has \(file.variants.joined(separator: ", "))"
      Streams.say("fleetshift: '\(path)' has no variant '\(variant ?? "")': \(known).")
      throw ExitStatus.badInput.exit
    }
    if let seed { scenario.seed = seed }
    return scenario
  }
}

/// What every command that simulates takes.
struct ScenarioOptions: ParsableArguments {
  static let scenarioHelp: ArgumentHelp = "The scenario: a YAML file; - is standard input."
  static let scenarioFiles = CompletionKind.file(extensions: ["yaml", "yml"])

  @Option(
    parsing: .unconditional,
    help: "How often it is simulated, each time with other chance (default: what the scenario says).",
    transform: WholeNumber.replications.read)
  var replications: Int?

  @OptionGroup var choice: ScenarioChoice

  @Option(
    parsing: .unconditional,
    help: "Threads to simulate on; they do not change the result (default: one a core).",
    transform: WholeNumber.threads.read)
  var threads: Int?

  @OptionGroup var watch: ProgressOptions

  func read(_ path: String) throws -> ScenarioFile { try choice.read(path) }

  /// The scenario of that variant, with the options applied.
  func pick(_ variant: String?, from file: ScenarioFile, _ path: String) throws -> Scenario {
    var scenario = try choice.pick(variant, from: file, path)
    if let replications { scenario.replications = replications }
    return scenario
  }

  /// Simulates, with progress on a terminal, until done or interrupted.
  ///
  /// - Parameters:
  ///   - first: the number of the first replication, where some have been simulated before.
  ///   - count: how many; as many as the scenario says where it is left out.
  func simulate(
    _ variants: [Scenario], first: Int = 0, count: Int? = nil, attempts: (any AttemptSink)? = nil
  ) async throws -> [[Ledger]] {
    let replications = count ?? variants.first?.replications ?? 1
    let study = Study(
      variants, first: first, replications: replications,
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
    let progress = StudyProgress()
    let interruption = Interruption { progress.stop() }
    defer { withExtendedLifetime(interruption) {} }
    let ticker = ProgressTicker.start(watch.progress) {
      let reached = progress.reached
      return ProgressState(
        share: reached.share, done: reached.replications, of: reached.of, attempts: progress.attempts)
    }
    let ledgers: [[Ledger]]?
    do {
      ledgers = try await study.run(progress: progress, attempts: attempts)
    } catch {
      ticker?.stop(isDone: false)
      throw error
    }
    ticker?.stop(isDone: ledgers != nil)
    guard let ledgers else {
      let reached = progress.reached
      Streams.say(
        "fleetshift: interrupted with \(reached.replications) of \(reached.of) replications done, "
          + "\(Int(reached.share * 100)) % of all and \(progress.attempts) attempts; nothing is written."
      )
      throw interruption.status.exit
    }
    return ledgers
  }
}

/// How a result is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, markdown
}
