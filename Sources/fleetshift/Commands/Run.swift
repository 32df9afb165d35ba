internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import RunStore
internal import ScenarioFormat

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulates a scenario and prints what it came to.",
    usage: "fleetshift run <scenario> [<options>]\nfleetshift run --explain-defaults",
    discussion: """
      Ends with 2 if an expectation does not hold: those of the scenario, and what --expect adds to them in the same \
      language. --until adds replications until a figure is sure enough; it looks after 10 replications, or after \
      --replications, and then each time a quarter has been added.
      """)

  @Argument(help: ScenarioOptions.scenarioHelp, completion: ScenarioOptions.scenarioFiles)
  var scenario: String?

  @OptionGroup var options: ScenarioOptions

  @OptionGroup var stopping: StoppingOptions

  @Option(
    help: ArgumentHelp(
      "Also expect this, such as 'by class: p95(downtime) < 30 s'; may be given several times.",
      valueName: "clause"))
  var expect: [String] = []

  @Option(help: "A variant of the scenario (default: the scenario as it stands).")
  var variant: String?

  @Option(help: "How to print the result: text, json or markdown.")
  var format = OutputFormat.text

  @Option(
    help: """
      Keep the run in this folder: a manifest, what each replication came to, and for check and report summary.json, \
      summary.md and course.json. A run that was killed goes on with --resume.
      """, completion: .directory)
  var out: String?

  @Flag(help: "Go on with the run in the folder of --out; its manifest knows the scenario and the options.")
  var resume = false

  @Option(help: "What the folder of --out holds of each replication: totals, or attempts too.")
  var record = RecordOption.totals

  @Option(help: "Also write one row per attempt to this CSV file.", completion: .file(extensions: ["csv"]))
  var attempts: String?

  @Flag(help: "Print every default of the scenario format and its meaning, and stop.")
  var explainDefaults = false

  func validate() throws {
    if scenario == nil, !explainDefaults, !resume {
      throw ValidationError("Missing expected argument '<scenario>'")
    }
    if scenario != nil, explainDefaults {
      throw ValidationError(
        "--explain-defaults prints what holds where nothing is said: give it no scenario.")
    }
    if resume, out == nil { throw ValidationError("--resume goes on with the run in the folder of --out.") }
    if resume, !stopping.until.isEmpty {
      throw ValidationError("--resume goes by the rule that the run was begun with: leave out --until.")
    }
    if resume, !expect.isEmpty {
      throw ValidationError("--resume expects what the run was begun with: leave out --expect.")
    }
    if out == nil, record != .totals {
      throw ValidationError("--record says what the folder of --out holds.")
    }
    if out != nil, attempts != nil {
      throw ValidationError(
        "--attempts goes without --out: say --record attempts, and then `fleetshift export` writes the CSV.")
    }
  }

  func run() async throws {
    if explainDefaults {
      let defaults = ScenarioGrammar.defaults.map { (path: $0.path, value: $0.value, comment: $0.doc) }
      return try Streams.output(ListReport.settings(defaults, width: Streams.listWidth))
    }
    if let out { return try await run(in: out) }
    guard let path = scenario else { return }
    let place = try attempts.map { try OutputPlace($0, .attempts, reading: [path]) }
    let file = try options.read(path)
    let rule = try stopping.rule(replications: options.replications)
    let scenario = try expecting(try options.pick(variant, from: file, path), rule, from: file)
    let rows = try place.map { try AttemptFile($0) }
    let result = try await options.result(of: scenario, from: file, attempts: rows, until: rule)
    try rows?.publish()
    try finish(result, path, variant)
  }

  /// In a folder, from which it can be taken up again.
  private func run(in out: String) async throws {
    var folder = try resume ? resumed(out) : begun(out)
    let file = ScenarioFile(
      text: folder.manifest.scenario.text, name: folder.manifest.scenario.file,
      settings: folder.manifest.settings.map { ScenarioFile.Setting($0.path, $0.value) })
    let again = "fleetshift run --resume --out \(out)"
    let rule = try folder.manifest.until?.rule()
    let stopped: StoppingResult?
    if let rule {
      let scenario = try RunFolders.orExit { try folder.scenario(ofPoint: 0) }
      stopped = try await RunFolders.run(
        &folder, until: rule, among: options.others(rule.variants, than: scenario, from: file), options,
        resume: again)
    } else {
      let manifest = folder.manifest
      let shards = (0..<manifest.shards).map { manifest.shard($0, of: manifest.shards) }
      try await RunFolders.run(
        shards, of: folder, threads: options.threads, options.watch.progress, resume: again)
      stopped = nil
    }
    let manifest = folder.manifest
    let whole = try RunFolders.orExit { try folder.run() }
    let (path, variant) = (manifest.scenario.file, manifest.variant)
    var scenario = whole.scenario
    scenario.expectations += manifest.expect ?? []
    let judged = try await options.judged(scenario, whole.ledgers, from: file, stopped)
    try finish(judged, path, variant) { result, command in
      try RunFolders.orExit {
        try folder.publish([
          (CourseFile.name, try CourseFile.text(whole.course)),
          ("summary.md", MarkdownReport.render(result, command: command)),
          ("summary.json", try JSONReport.render([result])),
        ])
      }
    }
  }

  private func begun(_ out: String) throws -> RunFolder {
    guard let path = scenario else { throw ExitStatus.usage.exit }
    try ResultFolder.check(forRun: out, reading: [path])
    let file = try options.read(path)
    let rule = try stopping.rule(replications: options.replications)
    let scenario = try expecting(try options.pick(variant, from: file, path), rule, from: file)
    let manifest = RunManifest(
      tool: Version.text, scenario: .init(name: scenario.name, file: path, text: file.text ?? ""),
      variant: scenario.variant, settings: options.choice.pairs.map { .init($0.path, $0.value) },
      seed: scenario.seed, replications: rule?.most ?? scenario.replications,
      until: rule.map { RunManifest.Until($0) }, record: record.recording, expect: expect)
    return try RunFolders.orExit { try RunFolder(creating: out, manifest) }
  }

  /// The run that was begun there, if it is the one that was asked for.
  private func resumed(_ out: String) throws -> RunFolder {
    let folder = try RunFolders.open(out)
    let manifest = folder.manifest
    var differing: [String] = []
    if manifest.isSweep { differing.append("it is a sweep") }
    if let path = scenario,
      RunManifest.Source(name: "", file: "", text: try options.read(path).text ?? "").hash
        != manifest.scenario.hash
    {
      differing.append("'\(path)' is not what was simulated there")
    }
    if let seed = options.choice.seed, seed != manifest.seed {
      differing.append("its seed is \(manifest.seed)")
    }
    let settings = options.choice.pairs.map { RunManifest.Setting($0.path, $0.value) }
    if !settings.isEmpty, settings != manifest.settings { differing.append("its settings are others") }
    if let count = options.replications, count != manifest.until?.first ?? manifest.replications {
      differing.append("it has \(manifest.replications) replications")
    }
    if let variant, variant != manifest.variant ?? ScenarioFile.baseName {
      differing.append("its variant is \(manifest.variant ?? ScenarioFile.baseName)")
    }
    guard differing.isEmpty else {
      throw RunFolders.exit(
        for: RunStoreError(
          .incomparable, "the run in '\(out)' is another one: \(differing.joined(separator: ", "))",
          remedy: "leave out what differs, or name another folder"))
    }
    return folder
  }

  /// With the expectations of the command line, if all in them is known.
  private func expecting(
    _ scenario: Scenario, _ rule: StoppingRule?, from file: ScenarioFile
  ) throws -> Scenario {
    let clauses = try Clauses.read(expect, option: "--expect")
    let all = options.others([ScenarioFile.baseName] + file.variants, than: scenario, from: file)
    for (clauses, option) in [(clauses, "--expect"), (rule?.clauses ?? [], "--until")] {
      let names = clauses.flatMap(\.variants)
      try Clauses.check(clauses, of: scenario, among: names.isEmpty ? [] : all, option: option)
    }
    var scenario = scenario
    scenario.expectations += expect
    return scenario
  }

  /// Keeps and prints it.
  private func finish(
    _ result: StudyResult, _ path: String, _ variant: String?,
    keep: (_ result: StudyResult, _ command: String) throws -> Void = { _, _ in }
  ) throws {
    let command = MarkdownReport.command(for: result, file: path)
    try keep(result, command)
    try Streams.output(try render(result, command))
    if let stopping = result.stopping, !stopping.isReached {
      Streams.say(
        "fleetshift: \(result.replications) replications are not enough for "
          + stopping.rules.filter { !$0.held }.map { "'\($0.text)': it is \($0.actual)" }.joined(
            separator: ", ")
          + "\n  help: ask for less, or allow more with --max-replications")
      throw ExitStatus.broken.exit
    }
    if result.expectations.contains(where: { !$0.held }) { throw ExitStatus.broken.exit }
  }

  private func render(_ result: StudyResult, _ command: String) throws -> String {
    switch format {
    case .text: return TextReport.render(result, style: Streams.style)
    case .json: return try JSONReport.render([result])
    case .markdown: return MarkdownReport.render(result, command: command)
    }
  }
}
