internal import DiscreteEvent
internal import MigrationPolicy

extension DemandForm {
  fileprivate var emergency: Emergency {
    get { drains.emergency ?? Emergency() }
    set { drains.emergency = newValue }
  }
}

extension DemandTables {
  static let rebuild = Shape.object(
    "restart-elsewhere", doc: "Guests of a host that has failed are started on another one.",
    initial: RestartTerms()
  ) {
    Field("after", \.after, .duration, doc: "From the failure until somebody is sure of it, and begins.")
    Field(
      "from", \.source, .keyword,
      doc: "Their disks, on shared storage; or an image, without their data.")
    Field(
      "takes", \.takes, .timeDistribution,
      doc: "Until a guest can be booted: attaching a volume, or writing one.")
  }

  /// Off hosts that are about to die.
  static let evacuation = Shape.object(
    "evacuation",
    doc:
      "Hosts that are about to die are emptied. Notices, tickets, windows, customers' reboots, opt-outs, backups and "
      + "headroom do not count for it, whatever the chain says; an operator's gate (by-hand) does. VMs that wait for the "
      + "date, window or turn of another campaign are taken over.",
    initial: initialEvacuation
  ) {
    CampaignFields.identity("evacuation")
    CampaignFields.hosts
    CampaignFields.start
    Field(
      "dies-after", \.emergency.diesAfter, .timeDistribution,
      doc: "From the beginning of a host's evacuation to its death, drawn for each.",
      standard: "it holds out until it is empty")
    Field(
      "rebuild", \.emergency.rebuild, rebuild,
      doc: "What becomes of guests that were not out in time.", standard: "they are gone")
    Field(
      "host-out", \.emergency.hostOut, .integer(in: 1...1_000_000),
      doc: "Migrations out of such a host at once, if more than else.", standard: "as many as ever")
    CampaignFields.turns
    CampaignFields.after
  }.mapped { form in
    form.with(.drains(form.drains))
  }

  private static let initialEvacuation: DemandForm = {
    var form = DemandForm(named: "evacuation")
    form.drains.emergency = Emergency()
    // All at once.
    form.drains.maxUnavailable = 10_000_000
    return form
  }()
}
