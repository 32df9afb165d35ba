internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import ScenarioFormat

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells the life of one VM, why it did not move, or what the drain of one host waits for.",
    discussion: """
      VMs and hosts are numbered from 0; the rows of 'run --attempts' name them. With neither it tells whom to ask about.

        fleetshift explain Scenarios/rackspace-kernel-upgrade.yaml
        fleetshift explain Scenarios/rackspace-kernel-upgrade.yaml --vm 17
        fleetshift explain Scenarios/rackspace-kernel-upgrade.yaml --host 4
        fleetshift explain Scenarios/rackspace-kernel-upgrade.yaml --why-not 17
      """)

  @Argument(help: ScenarioOptions.scenarioHelp, completion: ScenarioOptions.scenarioFiles)
  var scenario: String

  @OptionGroup var options: ScenarioChoice

  @Option(help: "A variant of the scenario (default: the scenario as it stands).")
  var variant: String?

  // A scenario says which numbers there are.
  private static let subject = WholeNumber(0...Int(Int32.max))

  @Option(
    parsing: .unconditional, help: ArgumentHelp("What happened to this VM.", valueName: "number"),
    transform: Explain.subject.read)
  var vm: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How this host was emptied, and what kept it.", valueName: "number"),
    transform: Explain.subject.read)
  var host: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Why this VM did not move, or not by the first step of its chain: what was compared, and what would help.",
      valueName: "number"), transform: Explain.subject.read)
  var whyNot: Int?
  @Option(
    parsing: .unconditional, help: "Which replication, the first being 0.", transform: WholeNumber.index.read)
  var replication = 0
  @Option(help: "text or json.") var format = ExplainFormat.text

  enum ExplainFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  func validate() throws {
    guard [vm, host, whyNot].compactMap({ $0 }).count <= 1 else {
      throw ValidationError("Give one of --vm, --host and --why-not, or none of them.")
    }
  }

  func run() throws {
    let file = try options.read(scenario)
    let scenario = try options.pick(variant, from: file, scenario)
    guard let subject else { return try tellLeads(scenario) }
    let explanation: Explanation
    do {
      explanation = try Explanation(of: subject, in: scenario, replication: replication)
    } catch let error as UnknownSubject {
      Streams.say("fleetshift: \(error)")
      throw ExitStatus.badInput.exit
    }
    switch format {
    case .text: try Streams.output(ExplanationReport.text(explanation, style: Streams.style))
    case .json: try Streams.output(try ExplanationReport.json(explanation))
    }
  }

  /// Whom or what is asked about; `nil`: that is the question.
  private var subject: Explanation.Subject? {
    vm.map(Explanation.Subject.vm) ?? host.map(Explanation.Subject.host)
      ?? whyNot.map(Explanation.Subject.whyNot)
  }

  private func tellLeads(_ scenario: Scenario) throws {
    let leads = try Leads(in: scenario, replication: replication)
    switch format {
    case .text: try Streams.output(LeadsReport.text(leads, style: Streams.style))
    case .json: try Streams.output(try LeadsReport.json(leads))
    }
  }
}
