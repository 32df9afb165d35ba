internal import MigrationPolicy
internal import Quantities

// The keys that campaigns have in common.

/// Where a campaign and its keys are written.
struct DemandPlace: Sendable {
  var item: Origin?
  var keys: [String: Origin] = [:]

  /// Where the first of these keys stands that is written at all; else the campaign.
  func origin(of names: String...) -> Origin? { names.lazy.compactMap { keys[$0] }.first ?? item }
}

enum CampaignFields {
  private static let chainDoc = "What to try, and what to try next."

  /// - Parameter standardName: what results call it where no name is given.
  static func identity(
    _ standardName: String, chain: Field<DemandForm>.Presence = .required, chainDoc: String = chainDoc
  ) -> [Field<DemandForm>] {
    let isOptional = chain == .optional
    return [
      Field("name", \.name, .text, doc: "What results call it.", standard: standardName),
      Field("chain", \.chain, DemandTables.chain, chain, doc: chainDoc, standard: isOptional ? "none" : nil),
      Field(
        "priority", \.priority, .integer(in: -1_000_000...1_000_000),
        doc: "Where limits go by priority, the higher is served first.",
        standard: "1000 for emergencies, 100 for drains and other bulk work, 50 for users, 20 for rebalancing"
      ),
      Field(
        "stop-if", \.stopIf, .oneOrMany(of: CampaignTables.stopCondition, items: "conditions"),
        doc: "The campaign pauses for good when one of these is reached; what is under way comes to its end.",
        standard: "never"),
    ] + ChainTables.courseFields
  }

  static let deadline: [Field<DemandForm>] = [
    Field(
      "deadline", \.deadline, .positiveDuration,
      doc: "When it is to be over, from the start of the simulation. What is not done is counted.",
      standard: "none"),
    Field("at-deadline", \.atDeadline, .keyword, doc: "What happens then to what is not done."),
  ]

  static let start: [Field<DemandForm>] = [
    Field("from", \.start, Shape<Duration>.duration.located(), doc: "When it begins.")
  ]

  static let hosts = hosts(.optional)

  static func hosts(_ presence: Field<DemandForm>.Presence) -> [Field<DemandForm>] {
    [
      Field(
        "hosts", \.order, CampaignTables.hosts.located(), presence,
        doc: "`all`, each once; so many per time, at random; a list; or those that conditions hold of.",
        standard: presence == .optional ? "all" : nil),
      Field("site", \.site, .reference(to: .site), doc: "Hosts of this site only.", standard: "any site"),
    ]
  }

  /// How the hosts of a campaign have their turns.
  static let turns: [Field<DemandForm>] = [
    Field(
      "max-unavailable", \.drains.maxUnavailable, .integer(in: 1...10_000_000),
      doc: "Hosts that may be out of service at once."),
    Field(
      "waves", \.drains.waves, CampaignTables.waves,
      doc: "Hosts have their turns in waves; the next begins when all hosts of the one before are done.",
      standard: "none"),
    Field(
      "spares-first", \.drains.sparesFirst, .boolean,
      doc: "Hosts that start empty have their turns first; else last."),
    Field("work", \.drains.work, .duration, doc: "How long an empty host is worked on."),
    Field(
      "give-up-after", \.drains.giveUpAfter, .positiveDuration,
      doc: "A drain that is not done by then gives up; what is left stays."),
  ]

  static let returnHome: [Field<DemandForm>] = [
    Field(
      "return-home", \.drains.returnHome,
      Shape<ReturnHome.Moment>.keyword.mapped({ ReturnHome($0) }, back: { $0.when }),
      doc: "Guests go back to the host that they had to leave.", standard: "they stay where they are")
  ]

  static let after: [Field<DemandForm>] = [
    Field("after", \.drains.after, .keyword, doc: "What becomes of a host that has been worked on.")
  ]

  static let cordon: [Field<DemandForm>] = [
    Field(
      "cordon", \.drains.cordons, .boolean,
      doc: "None of the campaign's hosts takes guests in from the beginning of the simulation on.")
  ]
}

extension Shape where Value == DemandForm {
  /// The same form, which remembers where it and its keys are written.
  func placed() -> Shape {
    let inner = self
    return Shape(
      description, write: inner.write,
      read: { node, context in
        guard var form = inner.read(node, &context) else { return nil }
        form.place.item = node.origin
        for entry in node.entries ?? [] { form.place.keys[entry.key] = entry.value.origin }
        return form
      })
  }
}

extension Tag where Value == DemandForm {
  /// A kind of campaign in the list of demands.
  static func campaign(_ name: String, _ shape: Shape<DemandForm>, doc: String) -> Tag {
    .tag(name, shape.placed(), doc: doc) { $0 }
  }
}
