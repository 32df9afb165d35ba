internal import CutoverCore
internal import DiscreteEvent
internal import MigrationPolicy
internal import Quantities

// What is tried, what next, when, and with whose leave.

struct ChainStepForm: Sendable {
  var strategy: Located<String>
  var step: ChainStep
  var label: String?
  var on = OrderedPairs<FailureCause, Located<ReactionForm>>()
  var cutover: Located<MomentForm>?
}

/// What is done about a cause, where a step may be named.
enum ReactionForm: Sendable {
  case plain(ChainReaction)
  case goTo(String)
}

/// When the guest is stopped, where a window may be named.
enum MomentForm: Sendable {
  case asap
  case inWindow(String?)
  case gate(GateTerms)
}

enum ChainTables {
  static let ticket = Shape.object(
    "ticket", doc: "How a customer is told, and what he may do about it.", initial: TicketTerms()
  ) {
    Field("notice", \.notice, .duration, doc: "From the ticket to the date it names.")
    Field(
      "started-by-customer", \.startedByCustomer, .fraction,
      doc: "The share of customers who start it themselves before the date.")
    Field("moved", \.moved, .fraction, doc: "The share who ask for a later date.")
    Field("moved-by-up-to", \.movedByUpTo, .duration, doc: "How much later at the most.")
    Field(
      "max-moves", \.mostMoves, .integer(in: 1...1000),
      doc: "How often one customer may ask for a later date; of those who have, the same share asks again.")
    Field(
      "latest", \.latest, .positiveDuration, doc: "No date lies later after the ticket.", standard: "any date"
    )
    Field("opted-out", \.optedOut, .fraction, doc: "The share who do not want it at all.")
    Field("unanswered", \.unanswered, .fraction, doc: "The share who never answer.")
    Field(
      "needs-answer", \.needsAnswer, .boolean,
      doc: "Without an answer it counts as not wanted; else it goes ahead on the date.")
    Field("window", \.window, .duration, doc: "Begun this much after the date it still counts as on time.")
  }.checked { terms in
    if terms.startedByCustomer + terms.moved + terms.optedOut + terms.unanswered > 1 + 1e-9 {
      throw Complaint(
        "the shares add up to more than all customers",
        hint: "the four shares may add up to 100 % at the most", at: "moved")
    }
    if let latest = terms.latest, latest < terms.notice {
      throw Complaint(
        "the latest date, \(latest) after the ticket, comes before the notice of \(terms.notice) ends",
        hint: "at least \(terms.notice)", at: "latest")
    }
  }

  // MARK: - Reactions

  static let reaction = Shape<ReactionForm>.tagged(
    "reaction", doc: "What a chain does about a cause.",
    [
      .bare("next", .plain(.next), doc: "The next step."),
      .bare("retry", .plain(.retry), doc: "The same step again, as long as it has tries left."),
      .bare("incident", .plain(.incident), doc: "The move ends, and somebody is called."),
      .bare("stop", .plain(.stop), doc: "The move ends."),
      .tag("goto", .identifier, doc: "The step of this label, or the first of this strategy.") { .goTo($0) },
    ])

  // MARK: - When

  private static let after = Shape<Distribution>.timeDistribution

  private static func gate(_ name: String, _ kind: GateKind, doc: String, isReboot: Bool) -> Shape<GateTerms>
  {
    var initial = GateTerms()
    initial.kind = kind
    return Shape.object(name, doc: doc, initial: initial) {
      Field("after", \.after, after, .required, doc: "From when the copy is ready until it happens.")
      Field("within", \.within, .positiveDuration, doc: "How long it is waited for.")
      Field("otherwise", \.otherwise, .keyword, doc: "What is done when the time is up.")
      isReboot
        ? [
          Field(
            "hard", \.hard, .fraction, doc: "The share of reboots that are hard ones, which do not count.")
        ] : []
    }
  }

  static let moment = Shape<MomentForm>.tagged(
    "cutover", doc: "When the guest is stopped.",
    [
      .bare("asap", .asap, doc: "When the copy is ready, or on the agreed date.") { moment in
        if case .asap = moment { true } else { false }
      },
      .tag("in-window", .identifier, bare: "", doc: "In this window; alone: in that of the VM's group.") {
        .inWindow($0.isEmpty ? nil : $0)
      },
      .tag(
        "by-hand", gate("by-hand", .byHand, doc: "When an operator says so.", isReboot: false),
        doc: "When an operator says so."
      ) { .gate($0) },
      .tag(
        "on-customer-reboot",
        gate(
          "on-customer-reboot", .onCustomerReboot, doc: "When the customer reboots the guest himself.",
          isReboot: true), doc: "When the customer reboots the guest himself."
      ) { .gate($0) },
    ])

  static let confirmation = Shape<ResizeConfirmation>.quantity(
    named: "a length of time, or never", example: "24 h",
    pattern: #"^\s*(never|[0-9][0-9_,]*(\.[0-9]+)?\s*[A-Za-z].*)$"#,
    parse: { text in
      if text == "never" { return .never }
      return .after(try Duration(parsing: text))
    },
    format: { confirmation in
      switch confirmation {
      case .never: "never"
      case .after(let time): time.exactDescription
      }
    })

  // MARK: - Steps

  private static let windowHint =
    "in which window the guest is stopped is said by cutover: { in-window: NAME }, or in-window alone for its own"

  private static func step(_ name: String) -> Shape<ChainStepForm> {
    Shape.object(
      name, doc: "One strategy of a chain.",
      initial: ChainStepForm(strategy: Located(value: ""), step: ChainStep(strategy: "")),
      elsewhere: ["window": windowHint, "in-window": windowHint, "windows": windowHint]
    ) {
      Field("label", \.label, .identifier, doc: "What goto calls it.", standard: "its strategy")
      Field(
        "tries", \.step.tries, .integer(in: 1...1000),
        doc: "How often it is tried when it fails for a reason that may pass.")
      Field("backoff", \.step.backoff, .duration, doc: "The wait before a second try; it doubles.")
      Field(
        "longest-backoff", \.step.longestBackoff, .positiveDuration, doc: "No wait between tries is longer.",
        standard: "no such limit")
      Field(
        "other-target", \.step.wantsOtherTarget, .boolean,
        doc: "A second try goes to another host, if there is one."
      )
      Field(
        "on", \.on, .map(Shape<FailureCause>.keyword, to: reaction.located()),
        doc: "What to do by cause: next, retry, goto, incident or stop.",
        standard: "retry after faults of hosts, links and copies, else next; stop where the customer opts out"
      )
      Field("ticket", \.step.ticket, ticket, doc: "The customer is told a date.", standard: "nobody is told")
      Field("cutover", \.cutover, moment.located(), doc: "When the guest is stopped.", standard: "asap")
      Field(
        "copy-ahead", \.step.cutover.copyAhead, .positiveDuration,
        doc: "With a ticket: the copy begins this long before the date, and keeps in step.",
        standard: "it begins on the date")
      Field(
        "longest-wait", \.step.cutover.longestWait, .positiveDuration,
        doc: "How long a copied guest waits for its window before it has missed it.")
      Field(
        "confirm", \.step.confirmation, confirmation,
        doc:
          "After a resize both hosts hold the guest's room until it is confirmed: by itself after a time, or never.",
        standard: "at once")
    }.checked { form in
      for pair in form.on {
        if case .plain(.retry) = pair.value.value, form.step.tries < 2 {
          throw Complaint(
            "'\(pair.key.rawValue)' is to be tried again, but the step has one try only",
            hint: "tries: 2 or more", at: "on")
        }
      }
      if form.step.cutover.copyAhead != nil, form.step.ticket == nil {
        throw Complaint(
          "there is no date to copy ahead of", hint: "give the step a ticket, or leave it out",
          at: "copy-ahead")
      }
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

  // MARK: - Of the whole chain

  static let deadline = Shape.object(
    "deadline", doc: "Somebody's patience with a move.", initial: OwnerDeadline()
  ) {
    Field("owner", \.owner, .identifier, .required, doc: "Whose it is; results count by this name.")
    Field("of", \.scope, .keyword, doc: "What it is of.")
    Field(
      "after", \.after, .positiveDuration, doc: "Since the begin of that.", standard: "never")
    Field("at", \.at, .positiveDuration, doc: "Since the begin of the simulation.", standard: "never")
    Field("then", \.then, .keyword, doc: "What its owner does.")
  }.checked { deadline in
    if (deadline.after == nil) == (deadline.at == nil) {
      throw Complaint("a deadline is after some time, or at a date", hint: "either after: 900 s, or at: 29 d")
    }
  }

  /// What every reason for moves has beside its chain.
  static let courseFields: [Field<DemandForm>] = [
    Field(
      "max-tries", \.mostTries, Shape<Int>.integer(in: 1...1_000_000).located(),
      doc: "Tries and refusals of one move, all steps together, after which it ends.",
      standard: "no such limit"),
    Field(
      "deadlines", \.deadlines, .oneOrMany(of: deadline.located(), items: "deadlines", max: 16),
      doc: "Whose patience ends when, whatever the chain does.", standard: "nobody's"),
  ]
}
