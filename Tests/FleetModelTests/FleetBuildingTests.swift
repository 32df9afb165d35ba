import CutoverCore
import DiscreteEvent
import Quantities
import Testing

@testable import FleetModel

@Suite struct FleetBuildingTests {
  let small = Flavor(name: "small", vcpus: 1, memory: .gibibytes(2), disk: .gigabytes(10))
  let large = Flavor(name: "large", vcpus: 2, memory: .gibibytes(4), disk: .gigabytes(20))

  func blueprint(hosts: Int = 4, guests: Int = 6, _ edit: (inout FleetBlueprint) -> Void = { _ in })
    -> FleetBlueprint
  {
    var blueprint = FleetBlueprint()
    var host = HostGroup()
    host.count = hosts
    host.memory = .gibibytes(8)
    host.pool.capacity = .gigabytes(100)
    var (site, group) = (SiteBlueprint(), GuestGroup())
    site.name = "one"
    site.hostGroups = [host]
    group.count = guests
    group.flavors = Mix(all: small)
    (blueprint.sites, blueprint.guests) = ([site], [group])
    edit(&blueprint)
    return blueprint
  }

  func build(_ blueprint: FleetBlueprint, replication: UInt64 = 0) throws -> Fleet {
    try Fleet.build(blueprint, seed: 3, replication: replication)
  }

  @Test func `guests are dealt out in turn and booked on their hosts`() throws {
    let fleet = try build(blueprint())
    #expect(fleet.guests.map(\.host) == [0, 1, 2, 3, 0, 1])
    #expect(fleet.hosts.map(\.freeMemory) == [4, 4, 6, 6].map { .gibibytes($0) })
    #expect(fleet.hosts.map(\.freeDisk) == [80, 80, 90, 90].map { .gigabytes($0) })
  }

  @Test func `a full host is passed over, and the turn goes on behind the one that was found`() throws {
    // The second host is full from the start but for nothing: guests go 0, 2, 3, 0, 2, 3, and none twice in a row.
    let fleet = try build(
      blueprint(guests: 6) {
        var tiny = $0.sites[0].hostGroups[0]
        tiny.count = 1
        tiny.memory = .gibibytes(1)
        var group = $0.sites[0].hostGroups[0]
        group.count = 1
        var rest = group
        rest.count = 2
        $0.sites[0].hostGroups = [group, tiny, rest]
      })
    #expect(fleet.guests.map(\.host) == [0, 2, 3, 0, 2, 3])
  }

  @Test func `spares start empty`() throws {
    let fleet = try build(blueprint { $0.sites[0].hostGroups[0].spares = 2 })
    #expect(fleet.hosts.map(\.isSpare) == [false, false, true, true])
    #expect(Set(fleet.guests.map(\.host)) == [0, 1])
  }

  @Test func `a fleet that is full says how full`() throws {
    let error = #expect(throws: FleetError.self) {
      try build(
        blueprint(hosts: 2, guests: 9) {
          var other = $0.sites[0]
          other.name = "two"
          $0.sites.append(other)
          $0.guests[0].site = "one"
          var elsewhere = $0.guests[0]
          elsewhere.site = "two"
          elsewhere.count = 1
          $0.guests.insert(elsewhere, at: 0)
        })
    }
    // 8 guests of 2 GiB fill 2 hosts of 8 GiB; the guest of the other site has nothing to do with it.
    #expect(
      error?.description
        == "site 'one' is full after 8 of the 9 guests that go there: they ask for 18 GiB of memory and 90 GB of disk, "
        + "and the 2 hosts that are no spares have 16 GiB of memory and 200 GB of disk")
    #expect(error?.remedy.contains("more hosts") == true)
  }

  @Test func `disks without a limit have no sum`() throws {
    let error = #expect(throws: FleetError.self) {
      try build(blueprint(guests: 20) { $0.sites[0].hostGroups[0].pool.capacity = Bytes(.max) })
    }
    #expect(error?.description.hasSuffix("32 GiB of memory and unlimited disk") == true)
    #expect(error?.description.hasPrefix("the fleet is full after 16 of the 20 guests") == true)
  }

  @Test func `names that stand for nothing are refused`() throws {
    let site = #expect(throws: FleetError.self) { try build(blueprint { $0.guests[0].site = "three" }) }
    #expect(site?.description.contains("'three'") == true)
    let cpu = #expect(throws: FleetError.self) {
      try build(blueprint { $0.sites[0].hostGroups[0].cpus = Mix(all: "z80") })
    }
    #expect(cpu?.description.contains("'z80'") == true)
  }

  @Test func `racks are filled in turn, and CPUs keep their shares`() throws {
    let fleet = try build(
      blueprint(hosts: 5) {
        $0.sites[0].hostGroups[0].hostsPerRack = 2
        $0.sites[0].hostGroups[0].rackUplink = .bitsPerSecond(1e9)
        $0.sites[0].hostGroups[0].cpus = Mix([("epyc-7713", 60), ("xeon-6238r", 40)])
      })
    #expect(fleet.hosts.map(\.rack) == [0, 0, 1, 1, 2])
    #expect(fleet.rackUplinks == Array(repeating: .bitsPerSecond(1e9), count: 3))
    #expect(fleet.hosts.count { fleet.cpus[Int($0.cpu)].model == "epyc-milan" } == 3)
    #expect(fleet.guests.allSatisfy { $0.bootCPU == fleet.hosts[Int($0.host)].cpu })
  }

  @Test func `old guests run old kernels`() throws {
    let (old, new) = try (#require(KernelVersion("2.6.32")), #require(KernelVersion("6.1")))
    let fleet = try build(
      blueprint {
        $0.guests[0].kernels = [
          KernelBand(upToAge: .days(365), kernels: Mix(all: new)),
          KernelBand(upToAge: .days(3650), kernels: Mix(all: old)),
        ]
        var aged = $0.guests[0]
        aged.age = ageInDays(4000)
        $0.guests.append(aged)
      })
    #expect(fleet.guests.prefix(6).allSatisfy { $0.kernel == new })
    // Older than the last band: the last band.
    #expect(fleet.guests.suffix(6).allSatisfy { $0.kernel == old })
  }

  @Test func `a thin image holds more the older its guest is`() throws {
    func held(_ days: Double) throws -> [Bytes] {
      try build(
        blueprint {
          $0.guests[0].disk.isThick = false
          $0.guests[0].disk.initial = .gigabytes(1)
          $0.guests[0].disk.fillTime = ageInDays(500)
          $0.guests[0].age = ageInDays(days)
        }
      ).guests.map { $0.diskAllocated(at: .zero) }
    }
    let ages = try [0, 10, 100, 1000, 5000].map(held)
    for (younger, older) in zip(ages, ages.dropFirst()) {
      #expect(zip(younger, older).allSatisfy { $0 < $1 })
    }
  }

  @Test func `the same seed builds the same guests, another replication others`() throws {
    let plan = blueprint {
      $0.guests[0].age = (try? Distribution.exponential(mean: 1e7)) ?? .zero
      $0.guests[0].ignoresShutdown = 0.5
    }
    let (a, b, c) = try (build(plan), build(plan), build(plan, replication: 1))
    #expect(a.guests.map(\.born) == b.guests.map(\.born))
    #expect(a.guests.map(\.born) != c.guests.map(\.born))
  }

  @Test func `facts are those of the guest`() throws {
    let facts = try build(blueprint()).facts(of: 0, at: .zero)
    #expect(facts.vcpus == 1)
    #expect(facts.memory == .gibibytes(2))
    #expect(facts.diskAllocated == .gigabytes(10))
  }

  // MARK: - Resizing

  @Test func `neighbours are the next other flavors, though one is named twice`() throws {
    let middle = Flavor(name: "middle", vcpus: 1, memory: .gibibytes(3), disk: .gigabytes(10))
    var fleet = try build(
      blueprint {
        $0.guests[0].flavors = Mix([(small, 1), (middle, 1), (small, 1), (middle, 1), (large, 0)])
      })
    func index(_ flavor: Flavor) throws -> Int { try #require(fleet.flavors.firstIndex(of: flavor)) }
    let guest = try #require(fleet.guests.firstIndex { $0.memory == .gibibytes(2) })
    #expect(try fleet.neighbour(of: guest, isLarger: true) == index(middle))
    #expect(fleet.neighbour(of: guest, isLarger: false) == nil)
    fleet.resize(guest, to: try index(middle), at: .zero)
    #expect(try fleet.neighbour(of: guest, isLarger: true) == index(large))
    #expect(try fleet.neighbour(of: guest, isLarger: false) == index(small))
    fleet.resize(guest, to: try index(large), at: .zero)
    #expect(fleet.neighbour(of: guest, isLarger: true) == nil)
  }

  @Test func `a thin image does not grow by being given a larger disk`() throws {
    var fleet = try build(
      blueprint {
        $0.guests[0].flavors = Mix([(small, 1), (large, 0)])
        $0.guests[0].disk.isThick = false
        $0.guests[0].disk.initial = .gigabytes(1)
        $0.guests[0].disk.fillTime = ageInDays(100)
        $0.guests[0].age = ageInDays(200)
      })
    let before = fleet.guests[0].diskAllocated(at: .zero)
    fleet.resize(0, to: 1, at: .zero)
    #expect(fleet.guests[0].diskVirtual == .gigabytes(20))
    #expect(fleet.guests[0].diskAllocated(at: .zero) == before)
    #expect(fleet.guests[0].diskAllocated(at: .zero + .days(1)) > before)
    // It has filled beyond what the smaller one offers.
    let late = Instant.zero + .days(1000)
    let isShrunk = fleet.shrinkDisk(of: 0, to: 0, at: late)
    #expect(!isShrunk)
    #expect(fleet.guests[0].diskVirtual == .gigabytes(20))
  }

  @Test func `a smaller guest holds and writes no more than it has`() throws {
    var fleet = try build(
      blueprint(guests: 1) {
        $0.guests[0].flavors = Mix([(large, 1), (small, 0)])
        $0.guests[0].memory.hot = 0.9
      })
    let isShrunk = fleet.shrinkDisk(of: 0, to: 1, at: .zero)
    #expect(isShrunk)
    fleet.resize(0, to: 1, at: .zero)
    #expect(fleet.guests[0].memoryUsed == .gibibytes(2))
    #expect(fleet.guests[0].memoryWrites.workingSet <= .gibibytes(2))
    #expect(fleet.guests[0].memoryWrites.hot <= .gibibytes(2))
    #expect(fleet.guests[0].diskWrites.workingSet <= .gigabytes(10))
  }

  @Test func `what is reserved can be released`() {
    var host = Host(
      site: 0, rack: 0, cpu: 0, kind: 0, kernel: nil, nic: .unlimited, poolRead: .unlimited,
      poolWrite: .unlimited,
      memory: Bytes(10), disk: Bytes(.max), freeMemory: Bytes(10), freeDisk: Bytes(.max), isSpare: false)
    #expect(host.fits(memory: Bytes(10), disk: Bytes(1 << 60)))
    host.reserve(memory: Bytes(7), disk: Bytes(5))
    #expect(!host.fits(memory: Bytes(4), disk: .zero))
    host.release(memory: Bytes(7), disk: Bytes(5))
    #expect(host.freeMemory == Bytes(10) && host.freeDisk == Bytes(.max))
  }
}

private func ageInDays(_ days: Double) -> Distribution {
  guard let distribution = try? Distribution.constant(days * 86_400) else {
    preconditionFailure("\(days) is finite")
  }
  return distribution
}
