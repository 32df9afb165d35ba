internal import MigrationPolicy

extension DemandForm {
  fileprivate var resizeBatch: ResizeBatch {
    get { guestKind as? ResizeBatch ?? ResizeBatch() }
    set { guestKind = newValue }
  }
}

extension DemandTables {
  static let resizeBatch = Shape.object(
    "resize-batch", doc: "A known number of guests get another size by a date.", initial: initialResizeBatch
  ) {
    CampaignFields.identity("resize-batch")
    Field("vms", \.resizeBatch.guests, .integer(in: 1...100_000_000), .required, doc: "How many.")
    Field(
      "up", \.resizeBatch.up, .fraction,
      doc: "The share that goes to the next larger flavor of its group; the others to the next smaller.")
    Field("from", \.resizeBatch.start, .duration, doc: "When the first one is asked for.")
    Field("until", \.resizeBatch.end, .positiveDuration, .required, doc: "When the last one is asked for.")
    CampaignFields.deadline
  }.mapped { form in
    if form.resizeBatch.end <= form.resizeBatch.start {
      throw Complaint("it ends before it begins", hint: "'until' must come after 'from'", at: "until")
    }
    return form.withGuestKind()
  }

  private static let initialResizeBatch = DemandForm(named: "resize-batch", ResizeBatch())
}
