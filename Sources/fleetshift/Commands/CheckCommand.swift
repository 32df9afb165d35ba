internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import Foundation
internal import ScenarioFormat

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says whether a change of policy makes any class of VMs worse off; for CI.",
    usage: """
      fleetshift check <before> <after> [<options>]
      fleetshift check <scenario> ... --baseline <folder> [<options>]
      """,
    discussion: """
      Each side is a scenario, which is run, or a result: a summary.json or its folder. With --baseline each scenario is \
      held against <folder>/<its name>/summary.json, which `baseline save` has written.

      --expect and --policy ask for more than that nothing is worse: clauses of the language of `expect:`, which the new \
      result has to hold whatever the old one did; where the old one broke it, too, that is said.

      Ends with 0 if nothing is worse, with 2 if something is, or an expectation is broken; with 4, only if \
      --detailed-exitcode asks for it, if something changed and is not worse; with 5 if the two are no pair, with 65 if \
      a scenario or its baseline cannot be read, and with 66 if there is none. Of several scenarios the others are \
      judged all the same, and the reports name who was not.
      """)

  @Argument(help: "Scenarios or results.", completion: .file())
  var inputs: [String]

  @OptionGroup var options: ScenarioOptions

  @Option(help: "A folder with a result for each scenario.", completion: .directory)
  var baseline: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "By how much a figure may be worse, in per cent of what it was, such as '5 %' (default: 1 %, or what --policy says).",
      valueName: "percentage"))
  var tolerance: Percentage?

  @Option(
    help: ArgumentHelp(
      "What must hold of the new result, such as 'by class: p95(downtime) < 30 s'; may be given several times.",
      valueName: "clause"))
  var expect: [String] = []

  @Option(
    help: "A YAML file with what is tolerated and what must hold: tolerance, tolerances, expect.",
    completion: .file(extensions: ["yaml", "yml"]))
  var policy: String?

  @Flag(help: "Any difference at all is too much: for changes that are to change nothing.")
  var exact = false

  @Flag(help: "End with 4 if something changed and is not worse.")
  var detailedExitcode = false

  @Option(help: "How to print what was found: text, json or markdown.")
  var format = OutputFormat.text

  @Option(help: "Also write a JUnit file.", completion: .file(extensions: ["xml"]))
  var junit: String?

  @Option(help: "Also write a Markdown file, fit for a comment.", completion: .file(extensions: ["md"]))
  var markdown: String?

  @Flag(help: "Also print annotations for GitHub, on standard error.")
  var github = false

  func validate() throws {
    if baseline == nil, inputs.count != 2 {
      throw ValidationError(
        "Two things are held against each other: <before> and <after>, or scenarios and --baseline \(BaselineFolder.usual)."
      )
    }
    if exact, junit != nil || markdown != nil || github || format != .text {
      throw ValidationError("--exact says only whether the results differ: it has no other reports.")
    }
    if exact, !expect.isEmpty || policy != nil || tolerance != nil {
      throw ValidationError(
        "--exact tolerates nothing and asks for nothing else: leave out --expect, --policy, --tolerance.")
    }
    if let tolerance, !tolerance.text.hasSuffix("%"), tolerance.fraction > 0, tolerance.fraction < 0.01 {
      // In a gate's file a bare number is the share itself.
      throw ValidationError(
        "--tolerance \(tolerance.text) may mean '\(tolerance.text) %' or '\(tolerance.asShare)': write the one with its sign."
      )
    }
    if let tolerance, !(0...10).contains(tolerance.fraction) {
      throw ValidationError("--tolerance takes a percentage from 0 to 1000, not \(tolerance.text).")
    }
  }

  func run() async throws {
    let outputs = try outputs()
    let gate = try gate()
    var sides = try await sides(expect: gate.expect)
    if exact {
      try judgeExactly(sides.pairs)
      if let status = sides.status { throw status.exit }
      return
    }
    var (checks, files): ([FleetExperiments.Check], [String]) = ([], [])
    for (pair, file) in zip(sides.pairs, sides.files) {
      do {
        checks.append(
          try FleetExperiments.Check(
            before: pair.before, after: pair.after, tolerance: gate.tolerance, tolerances: gate.tolerances))
        files.append(file)
      } catch {
        Streams.say("'\(pair.after.scenario)' cannot be checked: \(error)", remedy: error.remedy)
        sides.leave(pair.after.scenario, of: file, why: "\(error)", .incomparable)
      }
    }
    try publish(checks, of: files, left: sides.left, to: outputs)
    try Streams.output(try render(checks, sides.left.map(\.unjudged)))
    // That somebody is worse off is greater news than that somebody else was not looked at.
    if checks.contains(where: { [.worse, .broken].contains($0.outcome) }) { throw ExitStatus.broken.exit }
    if let status = sides.status { throw status.exit }
    if detailedExitcode, checks.contains(where: { $0.outcome == .moved }) { throw ExitStatus.tolerated.exit }
  }

  /// What the file and the command line say together; the command line's tolerance goes before the file's.
  private func gate() throws -> (
    tolerance: Double, tolerances: [PairedMetric: Double], expect: [Expectation]
  ) {
    let clauses = try Clauses.read(expect, option: "--expect")
    guard let policy else { return (tolerance?.fraction ?? 0.01, [:], clauses) }
    let file = GateFile(path: policy)
    if !file.problems.isEmpty { Streams.put(file.problems) }
    if file.isMissing { throw ExitStatus.noInput.exit }
    if file.hasErrors { throw ExitStatus.badInput.exit }
    return (
      tolerance?.fraction ?? file.tolerance ?? 0.01, file.tolerances, file.expectations + clauses
    )
  }

  private func judgeExactly(_ pairs: [(before: StudyResult, after: StudyResult)]) throws {
    var differs = false
    for (before, after) in pairs {
      let difference = try ExactDifference(before, after)
      differs = differs || difference != nil
      try Streams.output("\(after.scenario): \(difference?.text ?? "the same, byte by byte\n")")
    }
    if differs { throw ExitStatus.broken.exit }
  }

  private func render(
    _ checks: [FleetExperiments.Check], _ unjudged: [UnjudgedScenario]
  ) throws -> String {
    switch format {
    case .text:
      (checks.map { CheckReport.text($0, style: Streams.style) }
        + unjudged.map { CheckReport.text($0, style: Streams.style) }).joined(separator: "\n")
    case .json: try CheckReport.json(checks, unjudged: unjudged, isList: baseline != nil)
    case .markdown: CheckReport.markdown(checks, unjudged: unjudged)
    }
  }

  /// Where `--junit` and `--markdown` go, before anything is simulated for them.
  private func outputs() throws -> (junit: OutputPlace?, markdown: OutputPlace?) {
    let read = inputs + [policy, baseline].compactMap { $0 }
    let first = try junit.map { try OutputPlace($0, .jUnit, reading: read) }
    let second = try markdown.map {
      try OutputPlace($0, .check, reading: read, beside: first.map { [$0] } ?? [])
    }
    return (first, second)
  }

  private func publish(
    _ checks: [FleetExperiments.Check], of files: [String],
    left: [(unjudged: UnjudgedScenario, file: String)],
    to outputs: (junit: OutputPlace?, markdown: OutputPlace?)
  ) throws {
    let unjudged = left.map(\.unjudged)
    try outputs.junit?.write(JUnitReport.render(checks, unjudged: unjudged))
    try outputs.markdown?.write(CheckReport.markdown(checks, unjudged: unjudged))
    if github {
      for (check, input) in zip(checks, files) {
        Streams.put(CheckReport.annotations(check) { place(of: $0, input) })
      }
      for (scenario, file) in left {
        Streams.put(CheckReport.annotation(scenario, at: place(of: nil, file)))
      }
    }
  }

  /// Where a clause stands: in the scenario, or in the policy file. Of no clause, the file of the input, if it is one
  /// that a pull request changes.
  private func place(of clause: String?, _ input: String) -> AnnotationPlace? {
    let file = ResultFile.isScenario(input) ? input : nil
    guard let clause else { return file.map { AnnotationPlace(file: $0) } }
    return [file, policy].lazy.compactMap { $0 }.compactMap { path in
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
      return AnnotationPlace(of: clause, in: text, file: path)
    }.first
  }

  // MARK: - What is held against what

  private struct Sides {
    var pairs: [(before: StudyResult, after: StudyResult)] = []
    /// The input of each pair that is looked at.
    var files: [String] = []
    /// What was not judged, and of which input.
    private(set) var left: [(unjudged: UnjudgedScenario, file: String)] = []
    private var statuses: [ExitStatus] = []

    /// The gravest reason why one was not judged; `nil`: all were.
    var status: ExitStatus? {
      [.incomparable, .badInput, .noInput].first(where: statuses.contains) ?? statuses.first
    }

    mutating func leave(_ scenario: String, of file: String, why: String, _ status: ExitStatus) {
      left.append((UnjudgedScenario(scenario, why: why), file))
      statuses.append(status)
    }
  }

  /// What is held against what. A scenario that cannot be read, or whose baseline is not there or not readable, is left
  /// out: what the others came to has to be known all the same.
  private func sides(expect: [Expectation]) async throws -> Sides {
    var sides = Sides()
    guard let baseline else {
      let before = judged(try await options.result(ofInput: inputs[0]), by: expect)
      sides.pairs = [(before, try await options.result(ofInput: inputs[1], expect: expect))]
      sides.files = [inputs[1]]
      return sides
    }
    if FileManager.default.fileExists(atPath: baseline), !ResultFile.isFolder(baseline) {
      throw Streams.refusal(
        "'\(baseline)' is no folder of baselines", "name the folder that `fleetshift baseline save` has made")
    }
    for input in inputs {
      let after: StudyResult
      do { after = try await options.result(ofInput: input, expect: expect) } catch let code as ExitCode {
        // Whoever breaks it off wants no more of it.
        guard let status = ExitStatus(rawValue: code.rawValue), [.badInput, .noInput].contains(status) else {
          throw code
        }
        sides.leave(input, of: input, why: "it cannot be read", status)
        continue
      }
      guard let path = kept(after.scenario, of: input, in: baseline) else {
        sides.leave(after.scenario, of: input, why: "it has no baseline", .noInput)
        continue
      }
      do {
        sides.pairs.append((judged(try ResultFile.read(path), by: expect), after))
        sides.files.append(input)
      } catch let code as ExitCode {
        let status = ExitStatus(rawValue: code.rawValue) ?? .badInput
        sides.leave(after.scenario, of: input, why: "its baseline '\(path)' cannot be read", status)
      }
    }
    return sides
  }

  /// The baseline of a scenario; where there is none, that is told.
  private func kept(_ scenario: String, of input: String, in folder: String) -> String? {
    let path = "\(folder)/\(scenario)/summary.json"
    guard !FileManager.default.fileExists(atPath: path) else { return path }
    let option = folder == BaselineFolder.usual ? "" : " --baseline \(folder)"
    Streams.say(
      "there is no baseline of '\(scenario)' in '\(folder)'",
      remedy: "save one with `fleetshift baseline save \(input)\(option)`")
    return nil
  }

  /// The old result with what it makes of the gate's clauses, as far as it can be asked by itself: they need not hold of
  /// it, and whoever reads what is broken wants to know whether that is news.
  private func judged(_ before: StudyResult, by clauses: [Expectation]) -> StudyResult {
    var before = before
    for clause in clauses where !clause.asksForPrecision && clause.variants.isEmpty {
      if before.expectations.contains(where: { $0.text == clause.text }) { continue }
      if let verdict = try? clause.evaluate(before) { before.expectations.append(verdict) }
    }
    return before
  }
}
