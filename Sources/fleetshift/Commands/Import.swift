internal import ArgumentParser
internal import ScenarioFormat

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turns another system's migration settings into a part of a scenario.",
    discussion: """
      kubevirt takes an object of kind KubeVirt, HyperConverged or MigrationPolicy; nova takes a nova.conf; ovirt takes \
      the JSON of MigrationPolicies. Each line of the result says where it came from, and what could not be expressed \
      is listed with the reason.
      """)

  enum System: String, ExpressibleByArgument, CaseIterable {
    case kubevirt, nova, ovirt

    var imported: PolicyImport.System {
      switch self {
      case .kubevirt: .kubevirt
      case .nova: .nova
      case .ovirt: .ovirt
      }
    }
  }

  @Argument(help: "The system: kubevirt, nova or ovirt.")
  var system: System

  @Argument(help: "Its configuration file; - is standard input.", completion: .file())
  var file: String

  @Option(help: "Which of several policies in an oVirt file, by its name.")
  var policy: String?

  func validate() throws {
    if policy != nil, system != .ovirt {
      throw ValidationError("--policy chooses among oVirt's policies; \(system.rawValue) has none.")
    }
  }

  func run() throws {
    let read = PolicyImport(system.imported, path: file, policy: policy)
    try read.orExit()
    guard let fragment = read.fragment else { throw ExitStatus.badInput.exit }
    try Streams.output(fragment)
  }
}
