internal import FleetModel
internal import Quantities

// What rules about eligibility and placement ask of guests.

enum TraitTables {
  private static func shares<Value: Hashable & Sendable & CaseIterable & RawRepresentable>(
    of values: Value.Type
  ) -> Shape<[Share<Value>]> where Value.RawValue == String {
    Shape<OrderedPairs<Value, Double>>.map(.keyword, to: .fraction, min: 1).mapped { pairs in
      try checkPart(pairs.map(\.value))
      return pairs.map { Share($0.key, $0.value) }
    }
  }

  /// Refuses shares that are more than the whole.
  private static func checkPart(_ shares: [Double]) throws {
    let sum = shares.reduce(0, +)
    guard sum <= 1 + 1e-9 else {
      throw Complaint(
        "the shares add up to \(percentage(sum)), and a VM has one at the most",
        hint: "make them add up to 100 % or less")
    }
  }

  private static let chain = Shape.object(
    "image-chain", doc: "A length of chains of images, and how many have it.", initial: Share(1, 0.0)
  ) {
    Field("length", \.value, .integer(in: 2...10_000), .required, doc: "Images in the chain.")
    Field("share", \.share, .fraction, .required, doc: "The share of VMs.")
  }

  private static let chains = Shape<[Share<Int>]>.oneOrMany(of: chain, items: "lengths").checked { chains in
    try checkPart(chains.map(\.share))
  }

  private static let backup = Shape.object(
    "backup", doc: "A backup that comes back, at a time of its own for each VM.",
    initial: BackupWindow(every: .days(1), lasts: .hours(1))
  ) {
    Field("every", \.every, .positiveDuration, .required, doc: "From one to the next.")
    Field("lasts", \.lasts, .positiveDuration, .required, doc: "How long it takes.")
  }.checked { backup in
    if backup.lasts >= backup.every {
      throw Complaint(
        "a backup that never ends", hint: "'lasts' must be shorter than 'every'", at: "lasts")
    }
  }

  private static let set = Shape.object(
    "set", doc: "VMs of the group that belong together, or apart.", initial: GuestSet()
  ) {
    Field(
      "of", \.size, .integer(in: 2...1_000_000),
      doc: "So many VMs make a set, in the order of their numbers.",
      standard: "all of the group")
    Field("keep", \.relation, .keyword, .required, doc: "Whether they belong together, or apart.")
    Field("by", \.domain, .keyword, doc: "What they share, or do not.")
    Field(
      "strength", \.isHard,
      .keyword([
        Keyword("soft", false, doc: "Spread evenly, then without a breach, then anywhere."),
        Keyword("hard", true, doc: "A move that would break it waits."),
      ]), doc: "Whether it may be broken.")
  }

  private static let sets = Shape<[GuestSet]>.oneOrMany(of: set, items: "sets").checked { sets in
    for one in sets where one.isHard && one.relation == .together {
      for other in sets where other.isHard && other.relation == .apart {
        guard one.domain == .host || other.domain == .rack else { continue }
        throw Complaint(
          "the same VMs must be together by \(one.domain.rawValue) and apart by \(other.domain.rawValue)",
          hint: "make one of the two soft, or leave it out")
      }
    }
  }

  static let fields: [Field<GuestGroupForm>] = [
    Field("tenant", \.group.tenant, .identifier, doc: "Whose they are.", standard: "unknown"),
    Field(
      "os", \.group.os, .identifier, doc: "Operating system, as kernel rules name it.", standard: "unknown"),
    Field(
      "cpu-level", \.group.cpuLevel, CPUTables.level,
      doc: "What they are shown of the CPU at most, wherever they boot.", standard: "none"),
    Field(
      "devices", \.group.devices, shares(of: GuestDevice.self),
      doc: "Shares with a device that does not simply travel.", standard: "none"),
    Field(
      "confidential", \.group.confidential, shares(of: ConfidentialComputing.self),
      doc: "Shares whose memory the CPU has sealed.", standard: "none"),
    Field("lacks-agent", \.group.lacksAgent, .fraction, doc: "The share without a guest agent."),
    Field("lacks-acpi", \.group.lacksACPI, .fraction, doc: "The share that cannot be asked to shut down."),
    Field(
      "image-chains", \.group.chainLengths, chains, doc: "Shares with more than one image in a chain.",
      standard: "none"),
    Field(
      "needs", \.group.needs, .list(of: .identifier, items: "features"),
      doc: "What their host or site must offer.", standard: "nothing"),
    Field("backup", \.group.backup, backup, doc: "When they are being backed up.", standard: "never"),
    Field("sets", \.group.sets, sets, doc: "Which of them belong together, or apart.", standard: "none"),
  ]
}
