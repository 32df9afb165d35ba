public import CutoverCore

// Kinds of hosts, what their CPUs show, and what guests are given when they boot.

extension Fleet {
  /// All that is known of a kind of hosts, as of now.
  public func facts(ofKind kind: Int) -> HostFacts {
    let (kind, runs) = (kinds[kind], kindRuns[kind])
    let place = hostGroups[Int(kind.group)]
    return HostFacts(
      cpu: cpus[Int(runs)], poolFeatures: features(ofPool: place.pool), kernel: kind.kernel,
      microcode: kind.microcode, hypervisor: place.group.hypervisor, storage: place.group.storage,
      features: Set(place.group.features).union(sites[Int(place.site)].features))
  }

  /// The group of hosts that a host is one of.
  public func group(of host: Int) -> PlacedHostGroup { hostGroups[Int(kinds[Int(hosts[host].kind)].group)] }

  /// Gives a host another kernel and microcode (`nil`: the ones it has), and with them what its CPU shows. Guests that
  /// run on it keep what they booted with.
  public mutating func upgrade(_ host: Int, kernel: KernelVersion? = nil, microcode: Int? = nil) {
    var kind = kinds[Int(hosts[host].kind)]
    kind.kernel = kernel ?? hosts[host].kernel
    kind.microcode = microcode ?? kind.microcode
    hosts[host].kernel = kind.kernel
    let number = index(of: kind)
    guard number != hosts[host].kind else { return }
    hostsOfKind[Int(hosts[host].kind)] -= 1
    hostsOfKind[Int(number)] += 1
    hosts[host].kind = number
    hosts[host].cpu = kindRuns[Int(number)]
    note(kernelOf: host)
    generation += 1
    if levelsPools { levelPools() }
  }

  /// Whether what a host gives its guests depends on others.
  public var levelsPools: Bool { hostGroups.contains { $0.group.level == .pool } }

  /// What all hosts of a pool can run.
  public func features(ofPool pool: Int32) -> CPUFeatureSet {
    var common = CPUFeatureSet(rawValue: .max)
    for (number, kind) in kinds.enumerated()
    where hostsOfKind[number] > 0 && hostGroups[Int(kind.group)].pool == pool {
      common.formIntersection(cpus[Int(kindRuns[number])].features)
    }
    return common
  }

  /// A guest boots on a host: it is given what the host shows, down to its own level if it has one.
  public mutating func boot(_ guest: Int, on host: Int) {
    let cpu = hosts[host].cpu
    guard let level = groups[Int(guests[guest].group)].cpuLevel?.features else {
      guests[guest].bootCPU = cpu
      return
    }
    var facts = cpus[Int(cpu)]
    facts.features.formIntersection(level)
    guests[guest].bootCPU = index(of: facts)
  }

  /// The number of a kind, which becomes known if it is not.
  mutating func index(of kind: HostKind) -> Int32 {
    if let known = kinds.firstIndex(of: kind) { return Int32(known) }
    var facts = products[Int(kind.product)]
    for update in cpuUpdates where update.touches(facts, kernel: kind.kernel, microcode: kind.microcode) {
      facts.features = facts.features.subtracting(update.removes).union(update.adds)
    }
    if let level = hostGroups[Int(kind.group)].group.level?.features {
      facts.features.formIntersection(level)
    }
    kinds.append(kind)
    kindRuns.append(index(of: facts))
    hostsOfKind.append(0)
    return Int32(kinds.count - 1)
  }

  mutating func index(of facts: CPUFacts) -> Int16 {
    if let index = cpus.firstIndex(of: facts) { return Int16(index) }
    cpus.append(facts)
    return Int16(cpus.count - 1)
  }

  /// Works out anew what hosts that are levelled with their pool give guests that boot on them.
  mutating func levelPools() {
    var shown = kindRuns
    for (number, kind) in kinds.enumerated() {
      let place = hostGroups[Int(kind.group)]
      guard place.group.level == .pool else { continue }
      var facts = cpus[Int(kindRuns[number])]
      facts.features.formIntersection(features(ofPool: place.pool))
      shown[number] = index(of: facts)
    }
    for host in hosts.indices { hosts[host].cpu = shown[Int(hosts[host].kind)] }
  }

  mutating func note(kernelOf host: Int) {
    guard let kernel = hosts[host].kernel else { return }
    let site = Int(hosts[host].site)
    newestKernels[site] = max(newestKernels[site] ?? kernel, kernel)
  }

  /// Whether no host of its site has a newer kernel.
  public func isUpgraded(_ host: Int) -> Bool {
    hosts[host].kernel == newestKernels[Int(hosts[host].site)]
  }
}
