internal import ArgumentParser
internal import FleetExperiments
internal import FleetSimulation
internal import Foundation
internal import ScenarioFormat

/// What every command that simulates takes.
struct ScenarioOptions: ParsableArguments {
  @Argument(help: "The scenario: a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var scenario: String

  @Option(help: "How often it is simulated, each time with other chance (default: what the scenario says).")
  var replications: Int?

  @Option(help: "The seed of all chance (default: what the scenario says).")
  var seed: UInt64?

  @Option(help: "Threads to simulate on; they do not change the result (default: one a core).")
  var threads: Int?

  func validate() throws {
    if let replications, !(1...100_000).contains(replications) {
      throw ValidationError("--replications takes a whole number from 1 to 100,000, not \(replications).")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a whole number from 1 to 1,024, not \(threads).")
    }
  }

  /// Reads the file, and says what is wrong with it.
  func read() throws -> ScenarioFile {
    let file = ScenarioFile(path: scenario)
    if file.hasProblems { Streams.say(file.problems) }
    if file.isMissing { throw ExitStatus.noInput.exit }
    if file.hasErrors { throw ExitStatus.badInput.exit }
    return file
  }

  /// The scenario of that variant, with the options applied.
  func pick(_ variant: String?, from file: ScenarioFile) throws -> Scenario {
    guard var scenario = file.scenario(variant: variant) else {
      let known = file.variants.isEmpty ? "it has none" : "it has \(file.variants.joined(separator: ", "))"
      Streams.say("fleetshift: '\(self.scenario)' has no variant '\(variant ?? "")': \(known).")
      throw ExitStatus.badInput.exit
    }
    if let seed { scenario.seed = seed }
    if let replications { scenario.replications = replications }
    return scenario
  }

  /// Simulates, with progress on a terminal, until done or interrupted.
  func simulate(
    _ variants: [Scenario],
    attempts: (@Sendable (_ variant: Int, Ledger, [AttemptRow]) throws -> Void)? = nil
  ) async throws -> [[Ledger]] {
    let replications = variants.first?.replications ?? 1
    let study = Study(
      variants, replications: replications, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
    let progress = StudyProgress()
    let interruption = Interruption { progress.stop() }
    defer { withExtendedLifetime(interruption) {} }
    let line = Task { await Self.show(progress) }
    let ledgers: [[Ledger]]?
    do {
      ledgers = try await study.run(progress: progress, attempts: attempts)
    } catch {
      line.cancel()
      await line.value
      throw error
    }
    line.cancel()
    await line.value
    guard let ledgers else {
      let reached = progress.reached
      Streams.say(
        "fleetshift: interrupted with \(reached.replications) of \(reached.of) replications done; nothing is written."
      )
      throw ExitStatus.interrupted.exit
    }
    return ledgers
  }

  private static func show(_ progress: StudyProgress) async {
    guard Streams.showsProgress else { return }
    let line = ProgressLine()
    while !Task.isCancelled {
      let reached = progress.reached
      line.show(reached.share, "\(reached.replications) of \(reached.of) replications")
      try? await Task.sleep(nanoseconds: 150_000_000)
    }
    line.clear()
  }
}

/// How a result is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, markdown
}
