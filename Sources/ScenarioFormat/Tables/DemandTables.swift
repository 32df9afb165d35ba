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

  var priority: Int?
  var stopIf: [StopCondition] = []
  var deadline: Duration?
  var atDeadline = CampaignDeadline.Action.goOn
  /// Of a campaign that moves guests one by one.
  var guestKind: (any GuestCampaign)?
  var place = DemandPlace()
  /// What results call it where no name is given.
  var standardName = ""
}

enum DrainOrderForm: Sendable {
  case all
  case rate(Double)
  case selected(HostSelection)
}

enum DemandTables {
  static let chain = ChainTables.chain

  static let drain = Shape.object(
    "drain", doc: "Hosts are emptied, worked on, and taken back.", initial: DemandForm(named: "drain")
  ) {
    CampaignFields.identity("drain")
    CampaignFields.hosts
    CampaignFields.start
    Field(
      "until", \.drains.end, .positiveDuration,
      doc: "With all hosts: their turns are spread evenly up to here.", standard: "each as soon as it may be")
    Field("kernel", \.drains.kernel, .version, doc: "The version it comes back with.", standard: "the same")
    Field(
      "microcode", \.drains.microcode, CPUTables.microcode, doc: "The microcode it comes back with.",
      standard: "the same")
    CampaignFields.turns
    CampaignFields.after
    CampaignFields.cordon
    CampaignFields.returnHome
    CampaignFields.deadline
  }.checked { form in
    if case .rate? = form.order?.value { _ = try form.turningByRate() }
    guard let end = form.drains.end else { return }
    if case .rate? = form.order?.value {
      throw Complaint("random drains have no end", hint: "leave 'until' out, or hosts: all", at: "until")
    }
    if form.drains.waves != nil {
      throw Complaint(
        "turns are spread evenly, or by waves", hint: "leave 'until' or 'waves' out", at: "until")
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
        if CampaignTables.isHostOfSite(text) {
          throw Complaint("\(quoted(text)) is a host, and hosts stand in a list", hint: "write [\(text)]")
        }
        guard text.contains(where: { $0.isASCII && $0.isNumber }) else {
          throw Complaint(
            "\(quoted(text)) says neither which hosts nor how many", hint: "all, or such as 3 / d")
        }
        return .rate(try EventRate(parsing: text).perSecond)
      }, format: { _ in "all" })
  }()

  static let move = Shape.object(
    "move", doc: "Guests of one site move to another, evenly over a time.",
    initial: DemandForm(named: "move")
  ) {
    CampaignFields.identity("move")
    Field("from-site", \.from, .reference(to: .site), .required, doc: "Where they are.")
    Field("to-site", \.to, .reference(to: .site), .required, doc: "Where they go.")
    Field("vms", \.guests, Shape<Int>.integer(in: 1...100_000_000).located(), .required, doc: "How many.")
    Field("from", \.start, Shape<Duration>.duration.located(), doc: "When the first one moves.")
    Field("until", \.until, .positiveDuration, .required, doc: "When the last one moves.")
    CampaignFields.deadline
  }.checked { form in
    if let until = form.until, until <= form.start.value {
      throw Complaint("it ends before it begins", hint: "'until' must come after 'from'", at: "until")
    }
  }

  static let resize = Shape.object(
    "resize", doc: "Customers change the size of their guests.", initial: DemandForm(named: "resize")
  ) {
    CampaignFields.identity("resize")
    Field("rate", \.rate, Shape<Double>.eventRate.located(), .required, doc: "In the whole fleet.")
    Field(
      "up", \.resizes.up, .fraction,
      doc: "The share that goes to the next larger flavor of its group; the others to the next smaller.")
  }

  static let demand = Shape<DemandForm>.tagged(
    "demand", doc: "A reason why guests move.",
    [
      .campaign("drain", drain.mapped { $0.with(.drains($0.drains)) }, doc: "Hosts are emptied."),
      .campaign("kernel-upgrade", kernelUpgrade, doc: "Hosts come back with another kernel."),
      .campaign("security-reboot", securityReboot, doc: "Hosts are rebooted before an embargo ends."),
      .campaign("decommission", decommission, doc: "Hosts are emptied and retired."),
      .campaign("site-exit", siteExit, doc: "A site is left for good."),
      .campaign("evacuation", evacuation, doc: "Off hosts that are about to die."),
      .campaign("move", move.mapped { $0.with(.relocation($0.relocation)) }, doc: "To another site."),
      .campaign("resize", resize.mapped { $0.with(.resizes($0.resizes)) }, doc: "To another size."),
      .campaign("resize-batch", resizeBatch, doc: "A known number of guests, to another size."),
      .campaign("rebalance", rebalance, doc: "From full hosts to empty ones."),
      .campaign("own-moves", ownMoves, doc: "Customers' own moves."),
    ])
}

extension DemandForm {
  /// - Parameter name: what results call it where no name is given.
  init(named name: String, _ kind: (any GuestCampaign)? = nil) {
    standardName = name
    guestKind = kind
  }

  func with(_ kind: CampaignKind) -> DemandForm {
    var form = self
    form.kind = kind
    return form
  }

  func withGuestKind() -> DemandForm { guestKind.map { with(.guests(GuestMoves($0))) } ?? self }

  /// Refuses hosts at random where each has its turn once.
  func turningOnce() throws -> DemandForm {
    if case .rate? = order?.value {
      throw Complaint(
        "here each host has its turn once, not at random", hint: "hosts: all, a list, or conditions",
        at: "hosts")
    }
    return self
  }

  /// Refuses what hosts at random cannot have.
  func turningByRate() throws -> DemandForm {
    let keys = [
      ("waves", drains.waves != nil), ("return-home", drains.returnHome != nil), ("cordon", drains.cordons),
      ("spares-first", drains.sparesFirst), ("deadline", deadline != nil),
    ]
    if let key = keys.first(where: \.1)?.0 {
      throw Complaint(
        "hosts at random have no order and no end", hint: "leave '\(key)' out, or hosts: all", at: key)
    }
    return self
  }
}
