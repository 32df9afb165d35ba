internal import MigrationPolicy

extension DemandForm {
  fileprivate var ownMoves: OwnMoves {
    get { guestKind as? OwnMoves ?? OwnMoves() }
    set { guestKind = newValue }
  }
}

extension DemandTables {
  static let ownMoves = Shape.object(
    "own-moves", doc: "Customers move their guests when they please.", initial: initialOwnMoves
  ) {
    CampaignFields.identity("own-moves")
    Field("rate", \.ownMoves.perSecond, .eventRate, .required, doc: "In the whole fleet.")
    Field("from", \.ownMoves.start, .duration, doc: "When it begins.")
  }.mapped { $0.withGuestKind() }

  private static let initialOwnMoves = DemandForm(named: "own-moves", OwnMoves())
}
