internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Why guests move, and by which chain of strategies.

struct ChainStepForm: Sendable {
  var strategy: Located<String>
  var step: ChainStep
}

/// A reason for moves, as it is written.
struct DemandForm: Sendable {
  var name: String?
  var chain: [ChainStepForm] = []
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
  static let ticket = Shape.object(
    "ticket", doc: "How a customer is told, and what he may do about it.", initial: TicketTerms()
  ) {
    Field("notice", \.notice, .duration, doc: "From the ticket to the date it names.")
    Field(
      "started-by-customer", \.startedByCustomer, .fraction,
      doc: "The share of customers who start it themselves before the date.")
    Field("moved", \.moved, .fraction, doc: "The share who ask for a later date.")
    Field("moved-by-up-to", \.movedByUpTo, .duration, doc: "How much later at the most.")
    Field("window", \.window, .duration, doc: "Begun this much after the date it still counts as on time.")
  }.checked { terms in
    if terms.startedByCustomer + terms.moved > 1 {
      throw Complaint(
        "more than all customers start it or move it", hint: "the two shares may add up to 100 % at the most",
        at: "moved")
    }
  }

  private static func step(_ name: String) -> Shape<ChainStepForm> {
    Shape.object(
      name, doc: "One strategy of a chain.",
      initial: ChainStepForm(strategy: Located(value: ""), step: ChainStep(strategy: ""))
    ) {
      Field(
        "tries", \.step.tries, .integer(in: 1...1000),
        doc: "How often it is tried when it fails for a reason that may pass.")
      Field("backoff", \.step.backoff, .duration, doc: "The wait before a second try; it doubles.")
      Field("ticket", \.step.ticket, ticket, doc: "The customer is told a date.", standard: "nobody is told")
    }
  }

  /// A chain's step is a strategy's name, alone or with settings: `- cold`, `- reboot: { ticket: { notice: 7 d } }`.
  static let chainStep: Shape<ChainStepForm> = {
    let bare = Shape<Located<String>>.reference(to: .strategy).mapped { name in
      ChainStepForm(strategy: name, step: ChainStep(strategy: name.value))
    }
    let settings = step("chain-step")
    let full = Shape<OrderedPairs<Located<String>, ChainStepForm>>.map(
      .reference(to: .strategy), to: settings, min: 1
    ).mapped { pairs in
      guard pairs.count == 1 else {
        throw Complaint("a step of a chain is one strategy", hint: "make each a list item of its own")
      }
      var form = pairs[0].value
      form.strategy = pairs[0].key
      form.step.strategy = pairs[0].key.value
      return form
    }
    return Shape<ChainStepForm>.byKind(scalar: bare, mapping: full).named("step")
  }()

  static let chain = Shape<[ChainStepForm]>.list(of: chainStep, items: "steps", min: 1)

  private static let chainDoc = "What to try, and what to try next."
  private static let nameDoc = "What results call it."

  static let drain = Shape.object(
    "drain", doc: "Hosts are emptied, worked on, and taken back.", initial: DemandForm()
  ) {
    Field("name", \.name, .text, doc: nameDoc, standard: "drain")
    Field("chain", \.chain, chain, .required, doc: chainDoc)
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
      "microcode", \.drains.microcode, CPUTables.microcode, doc: "The microcode it comes back with.",
      standard: "the same")
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
