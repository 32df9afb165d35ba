internal import MigrationPolicy
internal import Quantities

extension DemandTables {
  /// XSA-108: all of the fleet within days, before the flaw is made public.
  static let securityReboot = Shape.object(
    "security-reboot", doc: "Each host is rebooted before an embargo ends.", initial: initialSecurityReboot
  ) {
    CampaignFields.identity(
      "security-reboot", chain: .optional,
      chainDoc: "How guests leave a host first. Without one they stay, and are down while it reboots.")
    CampaignFields.hosts
    CampaignFields.start
    Field(
      "embargo", \.deadline, .positiveDuration, .required,
      doc: "When the flaw is made public, from the start of the simulation. Hosts not done are counted.")
    Field(
      "at-embargo", \.atDeadline, .keyword,
      doc: "What happens then to what is not done; `force`: rebooted with guests on the hosts.")
    Field(
      "kernel", \.drains.kernel, .version, doc: "The version that hosts come back with.", standard: "the same"
    )
    CampaignFields.turns
    CampaignFields.returnHome
  }.mapped { form in
    var form = try form.turningOnce()
    form.drains.isInPlace = form.chain.isEmpty
    return form.with(.drains(form.drains))
  }

  private static let initialSecurityReboot: DemandForm = {
    var form = DemandForm(named: "security-reboot")
    form.atDeadline = .force
    return form
  }()
}
