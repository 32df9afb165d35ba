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
  private let form: ScenarioForm
  private let catalog: StrategyCatalog
  private(set) var diagnostics = Diagnostics()

  /// The form's names must have been checked: each stands for something.
  init(_ form: ScenarioForm, _ strategies: [any MigrationStrategy]) {
    self.form = form
    catalog = Resolution.catalog(form.strategies, strategies)
  }

  /// The strategies that ship, with the scenario's settings, and those from elsewhere.
  static func catalog(_ shipped: StrategiesForm, _ others: [any MigrationStrategy]) -> StrategyCatalog {
    StrategyCatalog([shipped.live, shipped.warm, shipped.reboot, shipped.cold] + others)
  }

  /// The names that references of a kind may use; `nil` where the document does not get as far as saying.
  static func names(
    of kind: ReferenceKind, in document: LocatedNode, _ others: [any MigrationStrategy]
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
    case .strategy: catalog(StrategiesForm(), others).names
    }
  }

  /// The scenario; `nil` if anything did not fit together.
  mutating func scenario() -> Scenario? {
    var scenario = Scenario()
    scenario.name = form.name
    scenario.question = form.question
    scenario.horizon = form.horizon
    scenario.seed = form.seed
    scenario.replications = form.replications
    scenario.fleet = fleet()
    scenario.mechanics = form.mechanics
    scenario.strategies = catalog
    var rules: [any EligibilityRule] = form.policy.respectsOptOut ? [RespectOptOut()] : []
    rules.append(KernelPolicy(form.policy.kernels))
    scenario.rules = EligibilityRules(cpu: form.policy.cpu, rules)
    scenario.limits = form.limits
    scenario.placement = form.placement
    scenario.hostFailures = form.failures
    scenario.classes = form.classes
    scenario.expectations = form.expectations.map(\.value.text)
    scenario.baseline = form.baseline.value
    scenario.campaigns = form.demand.map { campaign($0) }
    nameApart(&scenario.campaigns)
    guard !diagnostics.hasErrors else { return nil }
    checkThatItFits(scenario)
    return diagnostics.hasErrors ? nil : scenario
  }

  private mutating func complain(
    _ code: DiagnosticCode, at origin: Origin?, _ message: String, remedy: String
  ) {
    let place = origin ?? form.fleet.origin ?? Origin(file: "", line: 1, column: 1)
    diagnostics.add(code, at: place, message, remedy: remedy)
  }

  // MARK: - Fleet

  private mutating func fleet() -> FleetBlueprint {
    var blueprint = FleetBlueprint()
    for site in form.fleet.value.sites {
      var resolved = site.site
      if blueprint.sites.contains(where: { $0.name == resolved.name }) {
        complain(
          .ruleBroken, at: form.fleet.origin, "two sites are called \(quoted(resolved.name))",
          remedy: "give each its own name")
      }
      resolved.hostGroups = site.hosts.map { hosts in
        var group = hosts.group
        group.cpus = Mix(hosts.cpus.map { ($0.key.value, $0.value) })
        return group
      }
      blueprint.sites.append(resolved)
    }
    blueprint.guests = form.fleet.value.guests.map { guests($0) }
    return blueprint
  }

  private mutating func guests(_ form: GuestGroupForm) -> GuestGroup {
    var group = form.group
    group.site = form.site?.value
    let known = self.form.flavors + FlavorCatalog.all
    group.flavors = Mix(
      form.flavors.compactMap { part in
        known.first { $0.name == part.key.value }.map { ($0, part.value) }
      })
    group.kernels = form.kernels.map { band in
      KernelBand(upToAge: band.upToAge, kernels: Mix(band.versions.map { ($0.key, $0.value) }))
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

  // MARK: - Demand

  private mutating func campaign(_ demand: DemandForm) -> Campaign {
    var kind = demand.kind
    var name = demand.name
    switch kind {
    case .drains(var drains):
      name = name ?? "drain"
      if case .rate(let perSecond)? = demand.order { drains.order = .atRandom(perSecond: perSecond) }
      drains.site = demand.site?.value
      checkStart(drains.start, demand)
      kind = .drains(drains)
    case .relocation(var relocation):
      name = name ?? "move"
      relocation.from = demand.from?.value ?? ""
      if let to = demand.to {
        relocation.to = to.value
        if to.value == demand.from?.value {
          complain(
            .ruleBroken, at: to.origin, "guests cannot move to the site they are in", remedy: "another site")
        }
      }
      relocation.guests = demand.guests?.value ?? 0
      relocation.end = demand.until ?? relocation.end
      checkStart(relocation.start, demand)
      kind = .relocation(relocation)
    case .resizes:
      name = name ?? "resize"
    }
    return Campaign(name: name ?? "", chain: FallbackChain(demand.chain.map(\.step)), kind: kind)
  }

  private mutating func checkStart(_ start: Duration, _ demand: DemandForm) {
    guard start >= form.horizon else { return }
    complain(
      .ruleBroken, at: demand.chain.first?.strategy.origin,
      "these moves begin after \(start), but the simulation ends after \(form.horizon)",
      remedy: "begin earlier, or a longer horizon")
  }

  /// Two reasons of one name would be counted as one.
  private func nameApart(_ campaigns: inout [Campaign]) {
    for index in campaigns.indices {
      let name = campaigns[index].name
      var number = 2
      while campaigns[..<index].contains(where: { $0.name == campaigns[index].name }) {
        campaigns[index].name = "\(name) \(number)"
        number += 1
      }
    }
  }

  // MARK: - Capacity

  /// Whether the guests have room at all, enough of them are where they are to move from, and expectations name what
  /// there is.
  private mutating func checkThatItFits(_ scenario: Scenario) {
    do {
      let ledger = try Simulation(scenario, replication: 0).finished()
      checkExpectations(scenario, StudyResult(scenario, [ledger]))
    } catch {
      complain(.ruleBroken, at: form.fleet.origin, error.description, remedy: error.remedy)
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

  /// A clause is held against a result in which nothing has happened yet: its names are all there already.
  private mutating func checkExpectations(_ scenario: Scenario, _ nothingYet: StudyResult) {
    for expectation in form.expectations {
      do {
        _ = try expectation.value.evaluate(nothingYet, names: ExpectationNames(of: scenario))
      } catch {
        complain(
          .unknownName, at: expectation.origin?.advanced(by: error.position), error.message,
          remedy: error.remedy)
      }
    }
  }
}
