internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Parts of campaigns: which hosts, in which waves, and when to stop.

enum CampaignTables {
  // MARK: - Hosts

  private static let hostName = Shape<HostName>.quantity(
    named: "a host by its number in the fleet or in its site, from 0", example: "newark/3",
    pattern: #"^([A-Za-z0-9][A-Za-z0-9._-]*/)?[0-9]{1,9}$"#,
    parse: { text in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count <= 2, let number = Int(parts[parts.count - 1]), number >= 0,
        parts.count == 1 || !parts[0].isEmpty
      else {
        throw Complaint("\(quoted(text)) is no host", hint: "a number from 0, such as 17, or newark/3")
      }
      return HostName(site: parts.count == 2 ? String(parts[0]) : nil, number: number)
    }, format: { $0.description }
  ).orWhole

  /// Whether it is a host by its number in a site, such as `newark/3`.
  static func isHostOfSite(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = parts[0].first, first.isLetter, let number = parts[1].first else {
      return false
    }
    return number.isNumber && parts[1].allSatisfy { $0.isASCII && $0.isNumber }
  }

  private static func refuseTwice(_ names: [HostName]) throws {
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw Complaint("the host \(name) is listed twice", hint: "list each once")
    }
  }

  private static let selection = Shape.object(
    "host-selection", doc: "Hosts of which all of these hold.", initial: HostSelection()
  ) {
    Field(
      "listed", \.listed, .oneOrMany(of: hostName, items: "hosts"),
      doc: "One by one, in the order of their turns.", standard: "any")
    Field(
      "rack", \.racks, .oneOrMany(of: Shape<Int>.integer(in: 0...10_000_000), items: "racks"),
      doc: "Racks, numbered over all sites from 0.", standard: "any")
    Field(
      "cpu", \.cpu, Shape<String>.reference(toCPU: ()), doc: "A CPU family or product.", standard: "any")
    Field(
      "kernel-below", \.kernelBelow, .version, doc: "Those that run something older, or nobody knows what.",
      standard: "any")
  }.checked { try refuseTwice($0.listed ?? []) }

  /// `all`, `3 / d`, `[0, newark/3]`, `{ rack: 4 }`.
  static let hosts: Shape<DrainOrderForm> = {
    let list = Shape<[HostName]>.list(of: hostName, items: "hosts", min: 1).mapped { names in
      try refuseTwice(names)
      var selection = HostSelection()
      selection.listed = names
      return DrainOrderForm.selected(selection)
    }
    return .byKind(
      scalar: DemandTables.drainOrder, list: list, mapping: selection.mapped { DrainOrderForm.selected($0) })
  }()

  // MARK: - Waves

  private static let waveSize: Shape<WaveSizeForm> = {
    let one = Shape<WaveSizeForm>.quantity(
      named: "a number of hosts, a percentage, rack, fault-domain or site", example: "10 %",
      pattern: #"^\s*(rack|fault-domain|site|[0-9]+|[0-9]+(\.[0-9]+)?\s*%)\s*$"#,
      parse: { text in
        switch text {
        case "rack": return .size(.rack)
        case "site": return .size(.site)
        case "fault-domain": return .faultDomain
        default: break
        }
        if let count = Int(text) {
          guard count > 0 else {
            throw Complaint("a wave of no host never ends", hint: "at least 1 host, or such as 10 %")
          }
          return .size(.hosts(count))
        }
        let share = try Fraction(parsing: text).value
        guard share > 0 else {
          throw Complaint("a wave of no host never ends", hint: "a share above 0 %, such as 10 %")
        }
        return .size(.share(share))
      },
      format: { $0.words }
    ).orWhole
    let list = Shape<[Int]>.list(of: .integer(in: 1...10_000_000), items: "sizes", min: 1).mapped {
      WaveSizeForm.size(.listed($0))
    }
    return .byKind(scalar: one, list: list)
  }()

  static let waves = Shape.object("waves", doc: "Hosts that have their turns together.", initial: WavesForm())
  {
    Field(
      "size", \.size, waveSize,
      doc:
        "Hosts of a wave, or its share of the campaign's; by rack, fault domain or site; or a list of sizes.")
    Field("racks", \.racks, .integer(in: 1...1_000_000), doc: "Racks of a fault domain, in their order.")
    Field("canary", \.waves.canary, .integer(in: 0...10_000_000), doc: "Hosts of a wave before the first.")
    Field("canary-pause", \.waves.canaryPause, .duration, doc: "From its end to the next wave.")
    Field("gap", \.waves.gap, .duration, doc: "From the end of any other wave to the next.")
  }.mapped { form -> Waves in
    var waves = form.waves
    waves.size =
      switch form.size {
      case .size(let size): size
      case .faultDomain: .faultDomain(racks: form.racks)
      }
    return waves
  }

  // MARK: - Stop conditions

  /// `failures > 5 %`.
  static let stopCondition = Shape<StopCondition>.quantity(
    named: "a condition", example: "failures > 5 %", pattern: #"^\s*[a-z-]+\s*>\s*[0-9].*$"#,
    parse: { text in
      let sides = text.split(separator: ">", omittingEmptySubsequences: false)
        .map { $0.drop(while: { $0 == " " }) }
        .map { side in String(side.reversed().drop(while: { $0 == " " }).reversed()) }
      guard sides.count == 2 else {
        throw Complaint("\(quoted(text)) does not say what is over what", hint: "such as failures > 5 %")
      }
      guard let measure = StopCondition.Measure(rawValue: sides[0]) else {
        throw Complaint(
          "there is no measure called \(quoted(sides[0]))",
          hint: suggestion(for: sides[0], among: StopCondition.Measure.allCases.map(\.rawValue)))
      }
      return StopCondition(measure, over: try stopLimit(sides[1], of: measure))
    }, format: { $0.description })

  private static func stopLimit(
    _ text: String, of measure: StopCondition.Measure
  ) throws -> StopCondition.Limit {
    switch measure {
    case .downtime, .totalDowntime: return .time(try Duration(parsing: text))
    case .failures, .abandoned, .lost:
      if let count = Int(text) { return .count(count) }
      guard text.contains("%") else {
        throw Complaint("\(quoted(text)) is neither a number nor a share", hint: "such as 10, or 5 %")
      }
      return .share(try Fraction(parsing: text).value)
    }
  }
}

enum WaveSizeForm: Sendable {
  case size(Waves.Size)
  case faultDomain

  fileprivate var words: String {
    switch self {
    case .faultDomain: "fault-domain"
    case .size(.hosts(let count)): "\(count)"
    case .size(.share(let share)): percentage(share)
    case .size(.rack): "rack"
    case .size(.site): "site"
    case .size(.faultDomain): "fault-domain"
    case .size(.listed(let counts)): "\(counts)"
    }
  }
}

struct WavesForm: Sendable {
  var size = WaveSizeForm.size(.hosts(1))
  var racks = 1
  var waves = Waves()
}

extension Shape {
  /// The same form, for which a whole number may stand without quotes.
  fileprivate var orWhole: Shape {
    Shape(.either([.integer(min: 0, max: nil), description]), write: write, read: read)
  }
}

extension Shape where Value == String {
  /// The name of a CPU.
  fileprivate static func reference(toCPU: Void) -> Shape {
    Shape<Located<String>>.reference(to: .cpu).mapped({ $0.value }, back: { Located(value: $0) })
  }
}
