internal import CutoverCore
internal import DiscreteEvent
internal import Quantities

extension StreamPurpose {
  static let hostCPU = StreamPurpose("host.cpu")
  static let flavor = StreamPurpose("vm.flavor")
  static let age = StreamPurpose("vm.age")
  static let kernel = StreamPurpose("vm.kernel")
  static let diskFill = StreamPurpose("vm.disk.fill")
  static let diskWrites = StreamPurpose("vm.disk.writes")
  static let memoryWrites = StreamPurpose("vm.memory.writes")
  static let manners = StreamPurpose("vm.manners")
}

extension Fleet {
  /// Makes the hosts and guests of one replication and puts each guest in its place.
  ///
  /// Every property of a guest comes from a stream of its own, keyed by (seed, replication, guest, purpose).
  ///
  /// - Throws: `FleetError` if the guests do not fit, with the figures.
  public static func build(
    _ blueprint: FleetBlueprint, flavors extra: [Flavor] = [], seed: UInt64, replication: UInt64
  ) throws(FleetError) -> Fleet {
    var builder = FleetBuilder(
      fleet: Fleet(blueprint), seed: seed, replication: replication)
    try builder.addHosts()
    for index in blueprint.guests.indices { try builder.addGuests(ofGroup: index) }
    for flavor in extra { _ = builder.index(of: flavor) }
    builder.fleet.findNeighbours()
    try builder.placeGuests()
    return builder.fleet
  }
}

private struct FleetBuilder {
  var fleet: Fleet
  let seed: UInt64
  let replication: UInt64
  private var cpuIndices: [String: Int16] = [:]

  init(fleet: Fleet, seed: UInt64, replication: UInt64) {
    (self.fleet, self.seed, self.replication) = (fleet, seed, replication)
  }

  func stream(_ entity: Int, _ purpose: StreamPurpose) -> RandomStream {
    .of(entity, purpose, seed: seed, replication: replication)
  }

  // MARK: - Hosts

  mutating func addHosts() throws(FleetError) {
    var groupNumber = 0
    var pools: [String] = []
    for (siteIndex, site) in fleet.sites.enumerated() {
      for group in site.hostGroups {
        let pool = "\(siteIndex) \(group.cluster ?? "")"
        if !pools.contains(pool) { pools.append(pool) }
        fleet.hostGroups.append(
          PlacedHostGroup(
            site: Int32(siteIndex), pool: Int32(pools.firstIndex(of: pool) ?? 0), group: group))
        var shuffle = stream(groupNumber, .hostCPU)
        groupNumber += 1
        let cpus = group.cpus.indices(count: group.count, shuffledBy: &shuffle)
        for number in 0..<group.count {
          if number % group.hostsPerRack == 0 { fleet.rackUplinks.append(group.rackUplink) }
          let cpu = cpus.isEmpty ? "x86-64" : group.cpus.parts[cpus[number]].value
          let kind = fleet.index(
            of: HostKind(
              group: Int32(fleet.hostGroups.count - 1), product: try index(ofCPU: cpu), kernel: group.kernel,
              microcode: group.microcode))
          fleet.hosts.append(
            Host(
              site: Int32(siteIndex), rack: Int32(fleet.rackUplinks.count - 1),
              cpu: fleet.kindRuns[Int(kind)],
              kind: kind, kernel: group.kernel, nic: group.nic, poolRead: group.pool.read,
              poolWrite: group.pool.write,
              cores: group.cores.map(Int32.init), memory: group.memory, disk: group.pool.capacity,
              freeMemory: group.memory,
              freeDisk: group.pool.capacity, isSpare: number >= group.count - group.spares))
        }
      }
    }
    for host in fleet.hosts.indices {
      fleet.hostsOfKind[Int(fleet.hosts[host].kind)] += 1
      fleet.note(kernelOf: host)
    }
    if fleet.levelsPools { fleet.levelPools() }
  }

  /// The number of a CPU as it was sold.
  private mutating func index(ofCPU name: String) throws(FleetError) -> Int16 {
    // The catalogue is text: it is read once a name, not once a host.
    if let known = cpuIndices[name] { return known }
    let index = try newIndex(ofCPU: name)
    cpuIndices[name] = index
    return index
  }

  private mutating func newIndex(ofCPU name: String) throws(FleetError) -> Int16 {
    let facts =
      name == "x86-64"
      ? CPUFacts(vendor: .intel, model: name, features: CPUFeatureSet()) : CPUCatalog.facts(named: name)
    guard let facts else {
      throw FleetError(
        "there is no CPU called '\(name)'", remedy: "one of \(CPUCatalog.names.joined(separator: ", "))")
    }
    if let index = fleet.products.firstIndex(of: facts) { return Int16(index) }
    fleet.products.append(facts)
    return Int16(fleet.products.count - 1)
  }

  // MARK: - Guests

  mutating func index(of flavor: Flavor) -> Int16 {
    if let index = fleet.flavors.firstIndex(of: flavor) { return Int16(index) }
    fleet.flavors.append(flavor)
    return Int16(fleet.flavors.count - 1)
  }

  mutating func addGuests(ofGroup groupIndex: Int) throws(FleetError) {
    let group = fleet.groups[groupIndex]
    if let site = group.site, fleet.siteIndex(named: site) == nil {
      throw FleetError(
        "the guests '\(group.name)' are to start in '\(site)', and there is no such site",
        remedy: "one of \(fleet.sites.map(\.name).joined(separator: ", "))")
    }
    let flavorIndices = group.flavors.parts.map { part in index(of: part.value) }
    var shuffle = stream(groupIndex, .flavor)
    let order = group.flavors.indices(count: group.count, shuffledBy: &shuffle)
    fleet.groupStarts.append(fleet.guests.count)
    var traits = TraitsMaker(group, in: &fleet.traits)
    fleet.guests.reserveCapacity(fleet.guests.count + group.count)
    for choice in order {
      fleet.guests.append(
        guest(
          fleet.guests.count, of: group, groupIndex, flavor: flavorIndices[choice],
          group.flavors.parts[choice].value))
      let guest = fleet.guests.count - 1
      let number = traits.next(in: &fleet.traits) { [seed, replication] purpose in
        .of(guest, purpose, seed: seed, replication: replication)
      }
      fleet.guests[guest].traits = number
    }
  }

  private func guest(
    _ number: Int, of group: GuestGroup, _ groupIndex: Int, flavor: Int16, _ size: Flavor
  ) -> Guest {
    var (ages, fills) = (stream(number, .age), stream(number, .diskFill))
    let age = Duration(seconds: max(0, group.age.sample(&ages)))
    let fill: DiskFill =
      group.disk.isThick
      ? .thick
      : .thin(
        initial: min(group.disk.initial, size.disk),
        fillTime: Duration(seconds: max(0, group.disk.fillTime.sample(&fills))))
    let born = Instant.zero - age
    let allocated = fill.allocated(virtual: size.disk, age: age)
    var (writes, dirty, manners) = (
      stream(number, .diskWrites), stream(number, .memoryWrites), stream(number, .manners)
    )
    let writeRate = max(0, group.disk.writes.sample(&writes)) * group.disk.amplification
    let used = Bytes(rounding: size.memory.value * group.memory.used)
    let dirtyRate = max(0, group.memory.dirtyRate.sample(&dirty))
    return Guest(
      group: Int16(groupIndex), flavor: flavor, host: -1, bootCPU: 0,
      kernel: kernel(of: group, age: age, number), born: born, memory: size.memory, diskVirtual: size.disk,
      diskFill: fill,
      diskWrites: DirtyModel(
        rate: ByteRate(bytesPerSecond: writeRate),
        workingSet: Bytes(rounding: allocated.value * group.disk.workingSet)),
      memoryUsed: used,
      memoryWrites: DirtyModel(
        hot: Bytes(rounding: used.value * group.memory.hot), hotTime: group.memory.hotTime,
        rate: ByteRate(bytesPerSecond: dirtyRate),
        workingSet: Bytes(rounding: used.value * group.memory.workingSet)),
      ignoresShutdown: manners.chance(group.ignoresShutdown), forbidsLive: manners.chance(group.forbidsLive))
  }

  private func kernel(of group: GuestGroup, age: Duration, _ number: Int) -> KernelVersion? {
    guard let band = group.kernels.first(where: { age <= $0.upToAge }) ?? group.kernels.last else {
      return nil
    }
    var stream = stream(number, .kernel)
    return band.kernels.parts[band.kernels.index(at: stream.uniform())].value
  }

  // MARK: - Places

  /// Deals the guests out to the hosts of their site in turn, each to the next host that has room.
  mutating func placeGuests() throws(FleetError) {
    var next = [Int](repeating: 0, count: fleet.sites.count + 1)
    let everywhere = fleet.hosts.indices.filter { !fleet.hosts[$0].isSpare }
    var finders = fleet.sites.indices.map { site in
      RoomFinder(everywhere.filter { fleet.hosts[$0].site == Int32(site) }, in: fleet)
    }
    finders.append(RoomFinder(everywhere, in: fleet))
    let turns = fleet.groups.map { $0.site.flatMap { fleet.siteIndex(named: $0) } ?? fleet.sites.count }
    for guest in fleet.guests.indices {
      let turn = turns[Int(fleet.guests[guest].group)]
      let memory = fleet.guests[guest].memory
      let place: Int?
      if fleet.groups[Int(fleet.guests[guest].group)].looksAtHosts {
        place = try SetPlanner(fleet, guest).place(in: finders[turn], from: next[turn])
      } else {
        place = finders[turn].next(
          from: next[turn], memory: memory, disk: fleet.guests[guest].diskVirtual, in: fleet)
      }
      guard let place else { throw fleetIsFull(turn, guest) }
      next[turn] = place + 1
      let host = finders[turn].host(at: place)
      fleet.hosts[host].reserve(memory: memory, disk: fleet.localDisk(of: guest, on: host))
      fleet.guests[guest].host = Int32(host)
      fleet.boot(guest, on: host)
    }
  }

  /// Counts the guests that were to go to the same place, and what the hosts there have.
  private func fleetIsFull(_ turn: Int, _ guest: Int) -> FleetError {
    let site = turn < fleet.sites.count ? fleet.sites[turn].name : nil
    let candidates = fleet.hosts.indices.filter {
      !fleet.hosts[$0].isSpare && (site == nil || fleet.hosts[$0].site == Int32(turn))
    }
    let rivals = fleet.guests.indices.filter { fleet.groups[Int(fleet.guests[$0].group)].site == site }
    let wanted = FleetBuilder.sum(rivals.map { (fleet.guests[$0].memory, fleet.guests[$0].diskVirtual) })
    let offered = FleetBuilder.sum(candidates.map { (fleet.hosts[$0].memory, fleet.hosts[$0].disk) })
    let count = rivals.count { $0 < guest }
    return FleetError(
      "\(site.map { "site '\($0)'" } ?? "the fleet") is full after \(count) of the \(rivals.count) guests that "
        + "go there: they ask for \(wanted), and the \(candidates.count) hosts that are no spares have \(offered)",
      remedy: "more hosts, more memory or pool capacity per host, or fewer guests")
  }

  /// As text, because the sum of what is unlimited has no number.
  private static func sum(_ parts: [(memory: Bytes, disk: Bytes)]) -> String {
    let memory = Bytes(rounding: parts.reduce(0.0) { $0 + $1.memory.value })
    let isUnlimited = parts.contains { $0.disk == Bytes(.max) }
    let disk = Bytes(rounding: parts.reduce(0.0) { $0 + $1.disk.value })
    // Each in one kind of unit, as it is mostly written: what is asked for and what there is are held against each other.
    return
      "\(memory.formatted(.binary)) of memory and \(isUnlimited ? "unlimited" : "\(disk.formatted(.decimal)) of") disk"
  }
}

extension RandomStream {
  fileprivate static func of(
    _ entity: Int, _ purpose: StreamPurpose, seed: UInt64, replication: UInt64
  ) -> RandomStream {
    RandomStream(
      StreamKey(seed: seed, replication: replication, entity: UInt64(entity), purpose: purpose))
  }
}
