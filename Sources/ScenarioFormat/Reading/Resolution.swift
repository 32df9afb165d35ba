internal import CutoverCore
internal import FleetExperiments
internal import FleetModel
internal import FleetSimulation
internal import MigrationPolicy
internal import MigrationStrategies
internal import Quantities

/// Turns a scenario as written into one that can be simulated: names become what they stand for, and values are held
/// against each other.
struct Resolution {
  let form: ScenarioForm
  let catalog: StrategyCatalog
  private let plugIns: PlugIns
  var diagnostics = Diagnostics()

  /// The form's names must have been checked: each stands for something.
  init(_ form: ScenarioForm, _ plugIns: PlugIns) {
    self.form = form
    self.plugIns = plugIns
    catalog = Resolution.catalog(form.strategies, plugIns)
  }

  /// The strategies that ship, with the scenario's settings, and those from elsewhere.
  static func catalog(_ shipped: StrategiesForm, _ plugIns: PlugIns) -> StrategyCatalog {
    StrategyCatalog(shipped.all + plugIns.strategies)
  }

  /// The names that references of a kind may use; `nil` where the document does not get as far as saying.
  static func names(
    of kind: ReferenceKind, in document: LocatedNode, _ plugIns: PlugIns
  ) -> [String]? {
    func names(_ list: LocatedNode?) -> [String]? {
      list?.elements?.compactMap { element in
        if case .scalar(let text, _)? = element["name"]?.content { text } else { nil }
      }
    }
    return switch kind {
    case .cpu: CPUCatalog.names
    case .flavor: (names(document["flavors"]) ?? []) + FlavorCatalog.all.map(\.name)
    case .site: names(document["fleet"]?["sites"])
    case .strategy: catalog(StrategiesForm(), plugIns).names
    }
  }

  /// What a fleet came to in which nothing has happened yet; and the scenario that described it.
  struct Trial {
    var scenario: Scenario
    var names: AttemptNames
  }

  /// The fleet that was tried out, if the scenario came to that.
  private(set) var trial: Trial?

  /// The scenario; `nil` if anything did not fit together.
  ///
  /// - Parameter earlier: a fleet that has been tried out; one that is just like it is not tried again.
  mutating func scenario(after earlier: Trial? = nil) -> Scenario? {
    var scenario = Scenario()
    scenario.name = form.name
    scenario.question = form.question
    scenario.horizon = form.horizon
    scenario.seed = form.seed
    scenario.replications = form.replications
    checkFlavors()
    scenario.fleet = fleet()
    checkSize(scenario.fleet)
    scenario.mechanics = form.mechanics
    scenario.strategies = catalog
    scenario.rules = rules()
    scenario.limits = limits()
    scenario.windows = windows()
    for pair in form.notices { scenario.notices.minimum[pair.key.value] = pair.value }
    scenario.placement = form.placement.value.order
    scenario.placementRules = form.placement.value.rules(plugIns)
    checkNeeds(scenario)
    warnOfFactsThatNobodyAsks(scenario.rules)
    scenario.hostFailures = form.failures.value
    scenario.network = network(scenario.fleet)
    scenario.classes = form.classes
    scenario.expectations = form.expectations.map(\.expectation.text)
    scenario.answers = form.answers.map(\.written)
    scenario.baseline = form.baseline.value
    scenario.campaigns = form.demand.map { campaign($0) }
    nameApart(&scenario.campaigns)
    checkOrder(scenario.campaigns)
    if !diagnostics.hasErrors { checkReach(scenario) }
    noteIdleGuests(scenario.fleet)
    guard !diagnostics.hasErrors else { return nil }
    checkThatItFits(scenario, earlier)
    return diagnostics.hasErrors ? nil : scenario
  }

  mutating func complain(
    _ code: DiagnosticCode, at origin: Origin?, _ message: String, remedy: String
  ) {
    // Only defaults have no place, and no default is wrong by itself: what it clashes with stands in the fleet.
    let place = origin ?? form.fleet.guests.first?.origin ?? Origin(file: "", line: 1, column: 1)
    diagnostics.add(code, at: place, message, remedy: remedy)
  }

  // MARK: - Fleet

  private mutating func fleet() -> FleetBlueprint {
    var blueprint = FleetBlueprint()
    for site in form.fleet.sites {
      var resolved = site.site
      resolved.name = site.name.value
      if blueprint.sites.contains(where: { $0.name == resolved.name }) {
        complain(
          .ruleBroken, at: site.name.origin, "two sites are called \(quoted(resolved.name))",
          remedy: "give each its own name")
      }
      resolved.hostGroups = site.hosts.map { hosts in
        var group = hosts.group
        group.count = hosts.count.value
        group.cpus = Mix(hosts.cpus.map { ($0.key.value, $0.value) })
        return group
      }
      blueprint.sites.append(resolved)
    }
    blueprint.guests = form.fleet.guests.map { guests($0.value) }
    blueprint.cpuUpdates = form.fleet.cpuUpdates
    return blueprint
  }

  private mutating func guests(_ form: GuestGroupForm) -> GuestGroup {
    var group = form.group
    group.count = form.count.value
    group.site = form.site?.value
    let known = self.form.flavors.map(\.value) + FlavorCatalog.all
    group.flavors = Mix(
      form.flavors.compactMap { part in
        known.first { $0.name == part.key.value }.map { ($0, part.value) }
      })
    for (band, next) in zip(form.kernels, form.kernels.dropFirst())
    where next.upToAge.value <= band.upToAge.value {
      complain(
        .ruleBroken, at: next.upToAge.origin,
        "the kernel bands are not in rising order of age, so one holds nobody",
        remedy: "younger bands first; only the last may lack up-to-age")
    }
    group.kernels = form.kernels.map { band in
      KernelBand(upToAge: band.upToAge.value, kernels: Mix(band.versions.map { ($0.key, $0.value) }))
    }
    group.disk = form.disk.disk
    switch form.disk.image {
    case .thick: group.disk.isThick = true
    case .thin(let thin):
      group.disk.isThick = false
      group.disk.initial = thin.initial
      group.disk.fillTime = thin.fillTime
    }
    return group
  }

  private mutating func checkFlavors() {
    for (index, flavor) in form.flavors.enumerated()
    where form.flavors[..<index].contains(where: { $0.value.name == flavor.value.name }) {
      complain(
        .ruleBroken, at: flavor.origin, "two flavors are called \(quoted(flavor.value.name))",
        remedy: "give each its own name")
    }
  }

  /// Refuses what would exhaust the memory before anything could be said about it.
  private mutating func checkSize(_ fleet: FleetBlueprint) {
    let guests = fleet.guests.reduce(0) { $0 + $1.count }
    if guests > FleetTables.mostGuests {
      complain(
        .ruleBroken, at: form.fleet.guests.last?.value.count.origin,
        "\(guests) guests are more than can be simulated",
        remedy: "at most \(FleetTables.mostGuests) in all groups together")
    }
    let hosts = fleet.sites.flatMap(\.hostGroups).reduce(0) { $0 + $1.count }
    if hosts > FleetTables.mostHosts {
      complain(
        .ruleBroken, at: form.fleet.sites.last?.hosts.last?.count.origin,
        "\(hosts) hosts are more than can be simulated",
        remedy: "at most \(FleetTables.mostHosts) in all sites together")
    }
    checkRate(form.failures.value.perSecond * Double(hosts), "failures", at: form.failures.origin)
  }

  /// Refuses a rate of events that no run would come to the end of.
  mutating func checkRate(_ perSecond: Double, _ what: String, at origin: Origin?) {
    let count = perSecond * form.horizon.seconds
    guard count > 1e9 else { return }
    complain(
      .ruleBroken, at: origin, "that makes \(shortest(count.rounded())) \(what) in \(form.horizon)",
      remedy: "fewer per time, or a shorter horizon: at most 1e9 can be simulated")
  }

  // MARK: - Capacity

  /// Whether the guests have room at all, enough of them are where they are to move from, and expectations name what
  /// there is.
  private mutating func checkThatItFits(_ scenario: Scenario, _ earlier: Trial?) {
    guard campaignsArePossible(scenario) else { return }
    do {
      let names = try names(of: scenario, earlier)
      trial = Trial(scenario: scenario, names: names)
      checkExpectations(scenario, StudyResult(scenario, [Ledger(names)]))
    } catch {
      complain(.ruleBroken, at: crowdedGroup(scenario), error.description, remedy: error.remedy)
    }
    for demand in form.demand {
      guard case .relocation = demand.kind, let guests = demand.guests, let from = demand.from else {
        continue
      }
      let most = scenario.fleet.guests.filter { $0.site == nil || $0.site == from.value }.reduce(0) {
        $0 + $1.count
      }
      if guests.value > most {
        complain(
          .ruleBroken, at: guests.origin,
          "\(guests.value) guests are to leave \(quoted(from.value)), which has at most \(most)",
          remedy: "at most \(most)")
      }
    }
  }

  /// Makes the fleet, unless one just like it has been made: a million guests take their time.
  private func names(of scenario: Scenario, _ earlier: Trial?) throws(FleetError) -> AttemptNames {
    guard let earlier, earlier.scenario.fleet == scenario.fleet, earlier.scenario.classes == scenario.classes,
      earlier.scenario.seed == scenario.seed
    else { return try Simulation(scenario, replication: 0).names }
    try Simulation.check(scenario)
    return AttemptNames(
      strategies: scenario.strategies.names, classes: earlier.names.classes,
      campaigns: scenario.campaigns.map(\.name))
  }

  /// Where the first group stands that has no room any more.
  private func crowdedGroup(_ scenario: Scenario) -> Origin? {
    var some = scenario.fleet
    for count in 1..<max(1, scenario.fleet.guests.count) {
      some.guests = Array(scenario.fleet.guests.prefix(count))
      guard (try? Fleet.build(some, seed: scenario.seed, replication: 0)) == nil else { continue }
      return form.fleet.guests[count - 1].origin
    }
    return form.fleet.guests.last?.origin
  }

  /// A clause is held against a result in which nothing has happened yet: its names are all there already.
  private mutating func checkExpectations(_ scenario: Scenario, _ nothingYet: StudyResult) {
    // Whatever names other variants is looked at when all of them are known.
    for expectation in form.expectations where expectation.expectation.variants.isEmpty {
      do {
        _ = try expectation.expectation.evaluate(nothingYet, names: ExpectationNames(of: scenario))
      } catch {
        complain(
          .unknownName, at: expectation.origin(of: error), error.message, remedy: error.remedy)
      }
    }
  }
}
