package import FleetModel
package import MigrationPolicy
internal import Quantities

/// Holds campaigns against the fleet before anything moves: hosts that are not there, deadlines that have passed, and
/// guests that have nowhere to go.
package enum CampaignCheck {
  /// The first problem of each campaign that has one, with the campaign's number.
  package static func problems(
    of campaigns: [Campaign], in fleet: Fleet
  ) -> [(campaign: Int, problem: CampaignProblem)] {
    var found: [(campaign: Int, problem: CampaignProblem)] = []
    for (number, campaign) in campaigns.enumerated() {
      if let problem = problem(of: campaign, in: fleet) { found.append((number, problem)) }
    }
    guard found.isEmpty else { return found }
    for (number, campaign) in campaigns.enumerated() {
      if let problem = crowding(of: campaign, beside: campaigns, in: fleet) {
        found.append((number, problem))
      }
    }
    return found
  }

  private static func problem(of campaign: Campaign, in fleet: Fleet) -> CampaignProblem? {
    switch campaign.kind {
    case .drains(let drains): problem(of: drains, campaign.deadline, in: fleet)
    case .relocation(let relocation): late(campaign.deadline, relocation.start)
    case .resizes: late(campaign.deadline, .zero)
    case .guests(let moves): late(campaign.deadline, moves.kind.firstTurn) ?? moves.kind.problem(in: fleet)
    }
  }

  private static func late(_ deadline: CampaignDeadline?, _ start: Duration) -> CampaignProblem? {
    guard let deadline, deadline.after <= start else { return nil }
    return CampaignProblem(
      "the deadline has passed when the campaign begins, after \(start)",
      remedy: "a deadline after the beginning, or begin earlier", at: "deadline")
  }

  private static func problem(
    of drains: HostDrains, _ deadline: CampaignDeadline?, in fleet: Fleet
  ) -> CampaignProblem? {
    if let late = late(deadline, drains.start) { return late }
    if drains.after == .retire, drains.isInPlace || deadline?.then == .force {
      return CampaignProblem(
        "hosts that do not come back cannot be worked on with guests on them",
        remedy: "empty them, with go-on or stop at the deadline",
        at: drains.isInPlace ? "in-place" : "at-deadline")
    }
    return unknown(drains.hosts, in: drains.site, fleet)
  }

  private static func unknown(
    _ selection: HostSelection, in site: String?, _ fleet: Fleet
  ) -> CampaignProblem? {
    for name in selection.listed ?? [] where name.index(in: fleet) == nil {
      let count = name.site.flatMap { fleet.siteIndex(named: $0) }.map { site in
        fleet.hosts.count { $0.site == Int32(site) }
      }
      if let site = name.site, count == nil {
        return CampaignProblem(
          "there is no site '\(site)' for the host \(name)",
          remedy: "one of \(fleet.sites.map(\.name).joined(separator: ", "))", at: "hosts")
      }
      let last = (count ?? fleet.hosts.count) - 1
      let prefix = name.site.map { $0 + "/" } ?? ""
      return CampaignProblem(
        "there is no host \(name)", remedy: "hosts are \(prefix)0 to \(prefix)\(last)", at: "hosts")
    }
    if let rack = selection.racks?.first(where: { !fleet.rackUplinks.indices.contains($0) }) {
      return CampaignProblem(
        "there is no rack \(rack)", remedy: "racks are 0 to \(fleet.rackUplinks.count - 1) over all sites",
        at: "hosts")
    }
    guard selection.hosts(of: fleet, in: site).isEmpty else { return nil }
    return CampaignProblem(
      "no host of the fleet is meant by that", remedy: "loosen the conditions, or see which hosts there are",
      at: "hosts")
  }

  // MARK: - Capacity

  /// Whether the guests of hosts that do not come back have room in what is left when all such campaigns are done.
  private static func crowding(
    of campaign: Campaign, beside all: [Campaign], in fleet: Fleet
  ) -> CampaignProblem? {
    guard case .drains(let drains) = campaign.kind, drains.after == .retire, drains.order == .everyHost else {
      return nil
    }
    var isGoing = [Bool](repeating: false, count: fleet.hosts.count)
    for other in all {
      guard case .drains(let drains) = other.kind, drains.after == .retire, drains.order == .everyHost else {
        continue
      }
      for host in drains.hosts.hosts(of: fleet, in: drains.site) { isGoing[host] = true }
    }
    let leaving = drains.hosts.hosts(of: fleet, in: drains.site)
    if let target = drains.targetSite.flatMap({ fleet.siteIndex(named: $0) }) {
      return crowding(leaving, to: target, isGoing, fleet)
    }
    for site in fleet.sites.indices {
      let some = leaving.filter { Int(fleet.hosts[$0].site) == site }
      if let problem = crowding(some, to: site, isGoing, fleet) { return problem }
    }
    return nil
  }

  private static func crowding(
    _ leaving: [Int], to site: Int, _ isGoing: [Bool], _ fleet: Fleet
  ) -> CampaignProblem? {
    let staying = fleet.hosts.indices.filter { Int(fleet.hosts[$0].site) == site && !isGoing[$0] }
    // Disks without limit would overflow a sum of whole bytes.
    func used(_ path: (Host) -> (Bytes, Bytes)) -> Double {
      leaving.reduce(0) { sum, host in
        let (whole, free) = path(fleet.hosts[host])
        return sum + (whole - free).value
      }
    }
    func free(_ path: (Host) -> Bytes) -> Double { staying.reduce(0) { $0 + path(fleet.hosts[$1]).value } }
    let needs = [
      ("memory", used { ($0.memory, $0.freeMemory) }, free(\.freeMemory)),
      ("disk", used { ($0.disk, $0.freeDisk) }, free(\.freeDisk)),
    ]
    for (what, needed, free) in needs where needed > free {
      return CampaignProblem(
        "the guests of the hosts that go need \(Bytes(Int64(needed))) of \(what), and the hosts that are left in "
          + "'\(fleet.sites[site].name)' have \(Bytes(Int64(free))) free",
        remedy: "retire fewer hosts, or add some", at: "hosts")
    }
    return nil
  }
}

extension Simulation {
  /// The fleet, if no campaign is impossible in it.
  static func checked(_ fleet: Fleet, _ scenario: Scenario) throws(FleetError) -> Fleet {
    guard let found = CampaignCheck.problems(of: scenario.campaigns, in: fleet).first else { return fleet }
    throw FleetError(
      "'\(scenario.campaigns[found.campaign].name)': \(found.problem.message)", remedy: found.problem.remedy)
  }
}
