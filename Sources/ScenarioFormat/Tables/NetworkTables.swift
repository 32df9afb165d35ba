internal import FleetSimulation
internal import Quantities

// What happens to links: hours of the day, and failures.

/// What happens to links, as it is written.
struct NetworkForm: Sendable {
  var hours: [Located<LinkHoursForm>] = []
  var failures: [Located<LinkFailuresForm>] = []
  var patience = NetworkPlan().patience
}

struct LinkHoursForm: Sendable {
  var kind = LinkKind.wan
  var site: Located<String>?
  var hours = LinkHours()

  var resolved: LinkHours {
    var resolved = hours
    resolved.links.kind = kind
    resolved.links.site = site?.value
    return resolved
  }
}

struct LinkFailuresForm: Sendable {
  var kind = LinkKind.wan
  var site: Located<String>?
  var rate: Double?
  var failures = LinkFailures()

  var resolved: LinkFailures {
    var resolved = failures
    resolved.links.kind = kind
    resolved.links.site = site?.value
    resolved.perSecond = rate ?? 0
    return resolved
  }
}

enum NetworkTables {
  private static let kindDoc = "Which links: of hosts, of racks, or of sites to one another."
  private static let siteDoc = "Those of this site only."

  /// A time of day.
  private static let timeOfDay = Shape<Duration>.duration.checked { time in
    if time > .days(1) {
      throw Complaint("a day has 24 h", hint: "a time since midnight, such as 8 h")
    }
  }

  static let hours = Shape.object(
    "link-hours", doc: "In certain hours of each day migrations may use a part of a link only.",
    initial: LinkHoursForm()
  ) {
    Field("links", \.kind, .keyword, .required, doc: kindDoc)
    Field("site", \.site, .reference(to: .site), doc: siteDoc, standard: "any site")
    Field("from", \.hours.from, timeOfDay, doc: "Since midnight, which is when the simulation begins.")
    Field("until", \.hours.until, timeOfDay, doc: "Of the next day where it comes before `from`.")
    Field(
      "share", \.hours.share, .fraction, .required,
      doc: "The part of the rate that is left to migrations; at 0 % they stand still.")
  }.checked { form in
    if form.hours.from == form.hours.until {
      throw Complaint(
        "these hours begin and end at the same time", hint: "such as from: 8 h, until: 20 h", at: "until")
    }
  }

  static let failures = Shape.object(
    "link-failures", doc: "Links that fail, and are repaired.", initial: LinkFailuresForm()
  ) {
    Field("links", \.kind, .keyword, .required, doc: kindDoc)
    Field("site", \.site, .reference(to: .site), doc: siteDoc, standard: "any site")
    Field("rate", \.rate, .eventRate, doc: "Failures of one link, by chance.", standard: "never")
    Field(
      "at", \.failures.at, .duration, doc: "All of these links fail at this time.", standard: "never"
    )
    Field("repair", \.failures.repair, .positiveDuration, doc: "How long a link is away.")
  }.checked { form in
    if (form.rate == nil) == (form.failures.at == nil) {
      throw Complaint("links fail by chance or at a set time", hint: "either rate: 0.2 / y, or at: 30 d")
    }
  }

  static let network = Shape.object("network", doc: "What happens to links.", initial: NetworkForm()) {
    Field(
      "hours", \.hours, .oneOrMany(of: hours.located(), items: "hours"),
      doc: "Hours of the day; where several speak of a link, the least share counts.",
      standard: "none")
    Field(
      "failures", \.failures, .oneOrMany(of: failures.located(), items: "failures"), doc: "Links that fail.",
      standard: "none")
    Field(
      "patience", \.patience, .positiveDuration,
      doc: "How long a copy waits for a failed link before its attempt ends as failed_link.")
  }
}
