internal import FleetModel
internal import FleetSimulation
internal import Quantities

extension Resolution {
  /// What happens to links.
  mutating func network(_ fleet: FleetBlueprint) -> NetworkPlan {
    var plan = NetworkPlan()
    plan.patience = form.network.patience
    for hours in form.network.hours {
      let resolved = hours.value.resolved
      plan.hours.append(resolved)
      guard resolved.links.limits(in: fleet).allSatisfy({ $0 == .unlimited }) else { continue }
      complain(
        .ruleBroken, at: hours.origin,
        "these \(resolved.links.kind.rawValue) links are unlimited, and so is any part of them",
        remedy: "give them a rate in the fleet")
    }
    for failures in form.network.failures {
      let resolved = failures.value.resolved
      plan.failures.append(resolved)
      checkRate(
        resolved.perSecond * Double(resolved.links.limits(in: fleet).count), "link failures",
        at: failures.origin)
      guard let at = resolved.at, at >= form.horizon else { continue }
      complain(
        .ruleBroken, at: failures.origin,
        "these links fail after \(at), but the simulation ends after \(form.horizon)",
        remedy: "an earlier time, or a longer horizon")
    }
    return plan
  }
}

extension LinkSet {
  /// The rates of the links that are meant.
  fileprivate func limits(in fleet: FleetBlueprint) -> [ByteRate] {
    fleet.sites.filter { site == nil || $0.name == site }.flatMap { place in
      switch kind {
      case .wan: [place.wan]
      case .nic: place.hostGroups.flatMap { Array(repeating: $0.nic, count: $0.count) }
      case .rackUplink:
        place.hostGroups.flatMap { group in
          Array(
            repeating: group.rackUplink, count: (group.count + group.hostsPerRack - 1) / group.hostsPerRack)
        }
      }
    }
  }
}
