internal import MigrationPolicy

extension DemandTables {
  /// Hosts are emptied and do not come back.
  static let decommission = Shape.object(
    "decommission", doc: "Hosts are emptied and do not come back.", initial: initialDecommission
  ) {
    CampaignFields.identity("decommission")
    CampaignFields.hosts(.required)
    CampaignFields.start
    CampaignFields.turns
    CampaignFields.cordon
    CampaignFields.deadline
  }.mapped { form in
    var form = try form.turningOnce()
    form.drains.after = .retire
    return form.with(.drains(form.drains))
  }

  private static let initialDecommission: DemandForm = {
    var form = DemandForm(named: "decommission")
    form.drains.cordons = true
    return form
  }()
}
