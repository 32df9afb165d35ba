internal import MigrationPolicy

extension DemandTables {
  /// All guests of a site move to another, over the WAN; its hosts are switched off as they come to be empty.
  static let siteExit = Shape.object(
    "site-exit",
    doc: "A site is left: its guests move to another, and its hosts are retired as they are empty.",
    initial: initialSiteExit
  ) {
    CampaignFields.identity("site-exit")
    Field("from-site", \.site, .reference(to: .site), .required, doc: "The site that is left.")
    Field("to-site", \.to, .reference(to: .site), .required, doc: "Where its guests go.")
    CampaignFields.start
    CampaignFields.turns
    CampaignFields.cordon
    CampaignFields.deadline
  }.mapped { form in
    if form.site?.value == form.to?.value {
      throw Complaint("guests cannot move to the site they are in", hint: "another site", at: "to-site")
    }
    var form = form
    form.drains.after = .retire
    form.drains.targetSite = form.to?.value
    return form.with(.drains(form.drains))
  }

  private static let initialSiteExit: DemandForm = {
    var form = DemandForm(named: "site-exit")
    form.drains.cordons = true
    return form
  }()
}
