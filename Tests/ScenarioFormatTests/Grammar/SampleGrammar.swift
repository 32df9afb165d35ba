@testable import ScenarioFormat

/// A small grammar that uses every kind of shape.
struct SampleHosts: Sendable, Equatable {
  var name = ""
  var count = 0
  var nic = SampleRate(bitsPerSecond: 10_000_000_000)
  var cpu = OrderedPairs<String, Double>([("epyc", 1)])
  var pool = SamplePool()
  var spare: Int?
}

struct SamplePool: Sendable, Equatable {
  var read = SampleRate(bitsPerSecond: 2_000_000_000)
  var share = 0.8
}

struct SampleRate: Sendable, Equatable {
  var bitsPerSecond: Int

  struct Failure: HintedError {
    var message: String
    var remedy: String?
  }

  init(bitsPerSecond: Int) { self.bitsPerSecond = bitsPerSecond }

  init(parsing text: String) throws {
    let parts = text.split(separator: " ")
    guard parts.count == 2, parts[1] == "Gbit/s", let number = Int(parts[0]) else {
      throw Failure(message: "'\(text)' is not a rate", remedy: "write it like '10 Gbit/s'")
    }
    bitsPerSecond = number * 1_000_000_000
  }

  var text: String { "\(bitsPerSecond / 1_000_000_000) Gbit/s" }
}

enum SampleStep: Sendable, Equatable {
  case cold
  case live(SampleLive)
}

struct SampleLive: Sendable, Equatable {
  var retry = 3
  var backoff = 20.0
}

enum SampleFull: String, CaseIterable, Sendable { case queue, reject, park }

indirect enum SampleTree: Sendable, Equatable {
  case leaf(String)
  case all([SampleTree])
}

struct SampleScenario: Sendable, Equatable {
  var scenario = ""
  var seed = 1
  var isQuiet = false
  var hosts: [SampleHosts] = []
  var chain: [SampleStep] = [.cold]
  var limits = OrderedPairs<String, Int>()
  var full = SampleFull.queue
  var when: SampleTree?
  var weight = 1.0
}

enum SampleGrammar {
  static let rate = Shape<SampleRate>.quantity(
    named: "byte rate", example: "10 Gbit/s", parse: { try SampleRate(parsing: $0) }, format: { $0.text })

  static let pool = Shape.object("pool", doc: "What the disks can do.", initial: SamplePool()) {
    Field("read", \.read, rate, doc: "Rate of reading.")
    Field("share", \.share, .fraction, doc: "How much of it migrations may have.")
  }

  static let hosts = Shape.object("hosts", doc: "Hosts that are alike.", initial: SampleHosts()) {
    Field("name", \.name, .identifier, .required, doc: "What they are called.")
    Field("count", \.count, .integer(in: 1...1_000_000), .required, doc: "How many hosts.")
    Field("nic", \.nic, rate, doc: "Rate of the migration NIC, each way.")
    Field("cpu", \.cpu, .mix(of: .identifier), doc: "Shares of processors.")
    Field("pool", \.pool, pool, doc: "The local disks.", formerly: ["disk-pool"])
    Field("spare", \.spare, .integer(in: 0...100), doc: "Hosts kept empty.", standard: "a tenth of them")
  }
  .checked { hosts in
    if let spare = hosts.spare, spare >= hosts.count {
      throw Complaint("all hosts are spare", hint: "keep fewer than \(hosts.count)", at: "spare")
    }
  }

  static let live = Shape.object("live", doc: "Moves while running.", initial: SampleLive()) {
    Field("retry", \.retry, .integer(in: 0...9), doc: "How often to try again.")
    Field("backoff", \.backoff, .number(above: 0), doc: "Seconds between tries.")
  }

  static let step = Shape<SampleStep>.tagged(
    "step", doc: "One way to move.",
    [
      .bare("cold", .cold, doc: "Stopped, moved, started.", matches: { $0 == .cold }),
      .tag(
        "live", live, bare: SampleLive(), doc: "Pre-copy.",
        extract: { if case .live(let details) = $0 { details } else { nil } }, embed: { .live($0) }),
    ])

  static let tree: Shape<SampleTree> = .recursive("condition", doc: "When to act.") {
    .byKind(
      scalar: Shape.identifier.mapped { .leaf($0) },
      list: Shape<[SampleTree]>.list(of: tree).mapped { .all($0) })
  }

  static let scenario = Shape.object("scenario", doc: "A question.", initial: SampleScenario()) {
    Field("scenario", \.scenario, .identifier, .required, doc: "Its name.")
    Field("seed", \.seed, .integer, doc: "Where chance begins.")
    Field("quiet", \.isQuiet, .boolean, doc: "Says less.")
    Field("hosts", \.hosts, .list(of: hosts, items: "hosts", min: 1), .required, doc: "The fleet.")
    Field("chain", \.chain, .list(of: step, min: 1, max: 4), doc: "What to try | in order.")
    Field("limits", \.limits, .map(.identifier, to: .integer(in: 1...100)), doc: "How many at once.")
    Field("when-full", \.full, .keyword, doc: "What to do when there is no room.")
    Field("when", \.when, tree, doc: "When.")
    Field("weight", \.weight, .number(in: 0...10), doc: "Importance.")
  }

  static let good = """
    scenario: small
    hosts:
      - { name: newark, count: 600, cpu: { epyc: 60 %, xeon: 0.4 }, pool: { share: 50 % } }
      - name: chicago
        count: 5
        nic: 40 Gbit/s
    chain: [live, { live: { retry: 5 } }, cold]
    limits: { out: 2, "1": 3 }
    when-full: park
    when: [a, [b, c]]
    """
}

/// Reads a text with the sample grammar.
func read(_ text: String) -> (value: SampleScenario?, diagnostics: Diagnostics) {
  var diagnostics = Diagnostics()
  let value = SampleGrammar.scenario.read(SourceText(text, file: "s.yaml"), into: &diagnostics)
  return (value, diagnostics)
}

/// Composes a text that must be fine.
func composed(_ text: String) throws -> LocatedNode {
  var diagnostics = Diagnostics()
  let node = LocatedNode.compose(SourceText(text, file: "s.yaml"), into: &diagnostics)
  guard let node, diagnostics.isEmpty else { throw Complaint(diagnostics.text(sources: [])) }
  return node
}
