internal import MigrationPolicy

extension DemandForm {
  fileprivate var rebalance: Rebalance {
    get { guestKind as? Rebalance ?? Rebalance() }
    set { guestKind = newValue }
  }
}

extension DemandTables {
  static let rebalance = Shape.object(
    "rebalance", doc: "Guests move from the fullest hosts of a site to the emptiest.",
    initial: initialRebalance
  ) {
    CampaignFields.identity("rebalance")
    Field("site", \.site, .reference(to: .site), doc: "This site only.", standard: "each site for itself")
    Field(
      "spread", \.rebalance.spread, .fraction,
      doc: "The greatest difference of two hosts' used shares of memory that is left alone.")
    Field("from", \.rebalance.start, .duration, doc: "When it first looks.")
    Field("every", \.rebalance.every, .positiveDuration, doc: "Between two looks.")
    Field(
      "moves-at-once", \.rebalance.movesAtOnce, .integer(in: 1...1_000_000),
      doc: "Moves asked for at a look, in a site.")
    Field(
      "until", \.rebalance.end, .positiveDuration, doc: "It looks again until then.",
      standard: "until it has found nothing to do")
    CampaignFields.deadline
  }.mapped { form in
    var form = form
    form.rebalance.site = form.site?.value
    if let end = form.rebalance.end, end <= form.rebalance.start {
      throw Complaint("it ends before it begins", hint: "'until' must come after 'from'", at: "until")
    }
    return form.withGuestKind()
  }

  private static let initialRebalance = DemandForm(named: "rebalance", Rebalance())
}
