internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Why guests move, and by which chain of strategies.

/// A reason for moves, as it is written.
struct DemandForm: Sendable {
  var name: String?
  var chain: [ChainStepForm] = []
  var mostTries: Located<Int>?
  var deadlines: [Located<OwnerDeadline>] = []
  var kind: CampaignKind = .resizes(Resizes())
  var from: Located<String>?
  var to: Located<String>?
  var site: Located<String>?
  var guests: Located<Int>?

  var start = Located(value: Duration.zero)
  var relocation = Relocation()
  var drains = HostDrains()
  var resizes = Resizes()
  var order: Located<DrainOrderForm>?
  var rate: Located<Double>?
  var until: Duration?
}

enum DrainOrderForm: Sendable {
  case all
  case rate(Double)
}

enum DemandTables {
  private static let chain = ChainTables.chain

  private static let chainDoc = "What to try, and what to try next."
  private static let nameDoc = "What results call it."

  static let drain = Shape.object(
    "drain", doc: "Hosts are emptied, worked on, and taken back.", initial: DemandForm()
  ) {
    Field("name", \.name, .text, doc: nameDoc, standard: "drain")
    Field("chain", \.chain, chain, .required, doc: chainDoc)
    ChainTables.courseFields
    Field(
      "hosts", \.order, drainOrder.located(), doc: "`all`, each once; or so many per time, at random.",
      standard: "all")
    Field("site", \.site, .reference(to: .site), doc: "Hosts of this site only.", standard: "any site")
    Field("from", \.start, Shape<Duration>.duration.located(), doc: "When it begins.")
    Field(
      "until", \.drains.end, .positiveDuration,
      doc: "With all hosts: their turns are spread evenly up to here.", standard: "each as soon as it may be")
    Field(
      "max-unavailable", \.drains.maxUnavailable, .integer(in: 1...10_000_000),
      doc: "Hosts that may be out of service at once.")
    Field("work", \.drains.work, .duration, doc: "How long an empty host is worked on.")
    Field("kernel", \.drains.kernel, .version, doc: "The version it comes back with.", standard: "the same")
    Field(
      "give-up-after", \.drains.giveUpAfter, .positiveDuration,
      doc: "A drain that is not done by then gives up; what is left stays.")
  }.checked { form in
    guard let end = form.drains.end else { return }
    if case .rate? = form.order?.value {
      throw Complaint("random drains have no end", hint: "leave 'until' out, or hosts: all", at: "until")
    }
    if end <= form.start.value {
      throw Complaint("it ends before it begins", hint: "'until' must come after 'from'", at: "until")
    }
  }

  static let drainOrder: Shape<DrainOrderForm> = {
    let rate = Shape<Double>.eventRate
    return Shape<DrainOrderForm>.quantity(
      named: "all, or so many hosts per time", example: "3 / d",
      pattern: #"^\s*(all|[0-9][0-9_,]*(\.[0-9]+)?\s*/.*)$"#,
      parse: { text in
        if text == "all" { return .all }
        guard text.contains(where: { $0.isASCII && $0.isNumber }) else {
          throw Complaint(
            "\(quoted(text)) says neither which hosts nor how many", hint: "all, or such as 3 / d")
        }
        return .rate(try EventRate(parsing: text).perSecond)
      }, format: { _ in "all" })
  }()

  static let move = Shape.object(
    "move", doc: "Guests of one site move to another, evenly over a time.", initial: DemandForm()
  ) {
    Field("name", \.name, .text, doc: nameDoc, standard: "move")
    Field("chain", \.chain, chain, .required, doc: chainDoc)
    ChainTables.courseFields
    Field("from-site", \.from, .reference(to: .site), .required, doc: "Where they are.")
    Field("to-site", \.to, .reference(to: .site), .required, doc: "Where they go.")
    Field("vms", \.guests, Shape<Int>.integer(in: 1...100_000_000).located(), .required, doc: "How many.")
    Field("from", \.start, Shape<Duration>.duration.located(), doc: "When the first one moves.")
    Field("until", \.until, .positiveDuration, .required, doc: "When the last one moves.")
  }.checked { form in
    if let until = form.until, until <= form.start.value {
      throw Complaint("it ends before it begins", hint: "'until' must come after 'from'", at: "until")
    }
  }

  static let resize = Shape.object(
    "resize", doc: "Customers change the size of their guests.", initial: DemandForm()
  ) {
    Field("name", \.name, .text, doc: nameDoc, standard: "resize")
    Field("chain", \.chain, chain, .required, doc: chainDoc)
    ChainTables.courseFields
    Field("rate", \.rate, Shape<Double>.eventRate.located(), .required, doc: "In the whole fleet.")
    Field(
      "up", \.resizes.up, .fraction,
      doc: "The share that goes to the next larger flavor of its group; the others to the next smaller.")
  }

  static let demand = Shape<DemandForm>.tagged(
    "demand", doc: "A reason why guests move.",
    [
      .tag("drain", drain.mapped { form in form.with(.drains(form.drains)) }, doc: "Hosts are emptied.") {
        $0
      },
      .tag("move", move.mapped { form in form.with(.relocation(form.relocation)) }, doc: "To another site.") {
        $0
      },
      .tag("resize", resize.mapped { form in form.with(.resizes(form.resizes)) }, doc: "To another size.") {
        $0
      },
    ])
}

extension DemandForm {
  fileprivate func with(_ kind: CampaignKind) -> DemandForm {
    var form = self
    form.kind = kind
    return form
  }
}
