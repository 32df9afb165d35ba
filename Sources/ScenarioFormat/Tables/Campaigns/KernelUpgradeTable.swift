internal import MigrationPolicy

extension DemandTables {
  /// Host by host, each comes back with another kernel and hypervisor.
  static let kernelUpgrade = Shape.object(
    "kernel-upgrade", doc: "A rolling upgrade: each host is emptied and comes back with another kernel.",
    initial: DemandForm(named: "kernel-upgrade")
  ) {
    CampaignFields.identity("kernel-upgrade")
    Field("kernel", \.drains.kernel, .version, .required, doc: "The version that hosts come back with.")
    CampaignFields.hosts
    CampaignFields.start
    CampaignFields.turns
    CampaignFields.returnHome
    CampaignFields.deadline
  }.mapped { form in
    try form.turningOnce().with(.drains(form.drains))
  }
}
