internal import FleetSimulation
internal import MigrationPolicy
internal import Quantities

/// Limits as they are written.
struct LimitsForm: Sendable {
  var limits = MigrationLimits()
  var rules: [LimitRuleForm] = []
  var order = Located(value: AdmissionOrder.fifo)
}

struct LimitRuleForm: Sendable {
  var rule = LimitRule()
  var site: Located<String>?
}

/// How much may happen at once.
enum LimitTables {
  private static let units = Shape<Int>.integer(in: 0...1_000_000)

  static let costs = Shape.object(
    "costs", doc: "How many units a move takes, by what it is.", initial: MoveCosts()
  ) {
    Field("live", \.live, units, doc: "It runs throughout, and its disk stays where it is.")
    Field("live-with-disk", \.liveWithDisk, units, doc: "It runs throughout, and its disk travels.")
    Field("warm", \.warm, units, doc: "Copied while it runs, and booted at the other end.")
    Field("cold", \.cold, units, doc: "Down while it is copied.")
    Field("in-place", \.inPlace, units, doc: "It stays on its host.")
  }

  static let whenFull = Shape<WhenFull>.tagged(
    "when-full", doc: "What becomes of a move that a limit has no units for.",
    [
      .bare("queue", .queue, doc: "It waits in line.") { $0 == .queue },
      .bare("reject", .reject, doc: "Its step counts as refused, by `over-limit`.") { $0 == .reject },
      .bare("park", .park, doc: "It waits with the room at its destination reserved and prepared.") {
        $0 == .park
      },
      .tag("retry", .positiveDuration, bare: .seconds(10), doc: "It asks again after this long.") {
        .retry($0)
      },
    ])

  static let rule = Shape.object(
    "limit", doc: "So many units, and what a move takes of them.", initial: LimitRuleForm()
  ) {
    Field(
      "scope", \.rule.scope, .keyword, .required,
      doc: "What it is a limit of; each of them has one of its own.")
    Field("name", \.rule.name, .identifier, doc: "What it is called.", standard: "its scope")
    Field("site", \.site, .reference(to: .site), doc: "Only there.", standard: "any site")
    Field("capacity", \.rule.capacity, .integer(in: 1...1_000_000_000), .required, doc: "Its units.")
    Field("cost", \.rule.cost, costs, doc: "What a move takes.", standard: "one unit, in place none")
    Field("held", \.rule.held, .keyword, doc: "How long it keeps them.")
    Field("when-full", \.rule.whenFull, whenFull, doc: "What becomes of a move that has to wait.")
    Field("rate", \.rule.rate, .limit, doc: "With appliance: what all that goes through it shares.")
  }.checked { form in
    if form.rule.cost.greatest > form.rule.capacity {
      throw Complaint(
        "a move that costs \(form.rule.cost.greatest) never fits into \(form.rule.capacity)",
        hint: "a capacity of \(form.rule.cost.greatest) or more, or smaller costs", at: "capacity")
    }
    if form.rule.rate < .unlimited, form.rule.scope != .appliance {
      throw Complaint(
        "only an appliance has a rate of its own", hint: "hosts, racks and sites have theirs in the fleet",
        at: "rate")
    }
  }

  static let order = Shape<AdmissionOrder>.tagged(
    "order", doc: "Who goes first of the moves that wait.",
    [
      .bare("fifo", .fifo, doc: "First come, first served.") { $0 == .fifo },
      .bare("smallest", .smallest, doc: "Least to move first: memory and allocated disk.") {
        $0 == .smallest
      },
      .bare("largest", .largest, doc: "Most to move first.") { $0 == .largest },
      .bare("oldest", .oldest, doc: "The VM that was made first.") { $0 == .oldest },
      .bare("shuffle", .shuffle, doc: "By lot.") { $0 == .shuffle },
      .tag(
        "priority", .map(Shape<String>.identifier, to: .integer(in: -1_000_000...1_000_000), min: 1),
        doc: "By the name of the reason, the greatest number first; others have 0."
      ) { ranks in
        .priority(Dictionary(ranks.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
      },
    ])

  static let hostShare = Shape.object(
    "host-share", doc: "What a host's migrations share, divided by its slots.", initial: HostShare()
  ) {
    Field("rate", \.rate, .limit, doc: "What a host has for migrations.", standard: "what its NIC has")
    Field("slots", \.slots, .integer(in: 1...1_000_000), doc: "By how many it is divided, used or not.")
  }

  static let limits = Shape.object("limits", doc: "How much may happen at once.", initial: LimitsForm()) {
    Field("host-out", \.limits.hostOut, .integer(in: 1...1_000_000), doc: "Migrations out of one host.")
    Field("host-in", \.limits.hostIn, .integer(in: 1...1_000_000), doc: "Migrations into one host.")
    Field(
      "fleet", \.limits.fleet, .integer(in: 1...1_000_000_000), doc: "Migrations in the whole fleet.",
      standard: "unlimited")
    Field("per-move", \.limits.perMove, .limit, doc: "No migration copies faster.")
    Field(
      "host-share", \.limits.hostShare, hostShare,
      doc: "A migration copies at most its host's share, used or not (oVirt).", standard: "no such limit")
    Field(
      "patience", \.limits.patience, .positiveDuration,
      doc: "How long a move looks for a host with room before its step counts as refused.")
    Field(
      "rules", \.rules, .oneOrMany(of: rule, items: "limits", max: 64),
      doc: "Limits besides these; a move needs units of all of them at once.", standard: "none")
    Field("order", \.order, order.located(), doc: "Who goes first of the moves that wait.")
    Field(
      "strict", \.limits.isStrict, .boolean, doc: "A move that cannot begin holds up all that wait behind it."
    )
    Field("release", \.limits.release, .keyword, doc: "When slots that have come free are given out again.")
  }
}
