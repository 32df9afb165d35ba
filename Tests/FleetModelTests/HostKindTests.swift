import CutoverCore
import DiscreteEvent
import Foundation
import Quantities
import Testing

@testable import FleetModel

@Suite struct HostKindTests {
  func version(_ text: String) throws -> KernelVersion { try #require(KernelVersion(text)) }

  func fleet(_ edit: (inout FleetBlueprint) throws -> Void = { _ in }) throws -> Fleet {
    var (blueprint, site, hosts, guests) = (FleetBlueprint(), SiteBlueprint(), HostGroup(), GuestGroup())
    site.name = "here"
    hosts.count = 4
    hosts.memory = .gibibytes(64)
    hosts.cpus = Mix(all: "cascadelake")
    hosts.hostsPerRack = 2
    site.hostGroups = [hosts]
    guests.count = 8
    guests.flavors = Mix(all: Flavor(name: "small", vcpus: 1, memory: .gibibytes(1), disk: .gigabytes(10)))
    blueprint.sites = [site]
    blueprint.guests = [guests]
    try edit(&blueprint)
    return try Fleet.build(blueprint, seed: 1, replication: 0)
  }

  func shows(_ fleet: Fleet, _ host: Int, _ feature: String) -> Bool {
    CPUFeatureTable.names(in: fleet.cpus[Int(fleet.hosts[host].cpu)].features).contains(feature)
  }

  @Test func `a kernel that takes TSX away leaves guests behind with more than their host has`() throws {
    var fleet = try fleet {
      $0.sites[0].hostGroups[0].kernel = KernelVersion("4.9.168")
      $0.cpuUpdates = try [#require(CPUUpdateCatalog.update(named: "tsx-off-kernel"))]
    }
    #expect(shows(fleet, 0, "rtm") && shows(fleet, 1, "hle"))
    let booted = fleet.guests[0].bootCPU
    let host = Int(fleet.guests[0].host)
    fleet.upgrade(host, kernel: try version("4.9.189-3+deb9u2"))
    #expect(!shows(fleet, host, "rtm") && shows(fleet, (host + 1) % 4, "rtm"))
    #expect(fleet.guests[0].bootCPU == booted)
    #expect(fleet.isUpgraded(host) && !fleet.isUpgraded((host + 1) % 4))
    // At a boot it is given what is there.
    fleet.boot(0, on: host)
    #expect(fleet.guests[0].bootCPU == fleet.hosts[host].cpu)
  }

  @Test func `a microcode does so too, and both are needed where both are named`() throws {
    var both = CPUUpdate(name: "both")
    (both.kernel, both.microcode) = (KernelVersion("5.0"), 20_200_101)
    both.removes = CPUCatalog.named("avx512f")
    var fleet = try fleet {
      $0.cpuUpdates = try [#require(CPUUpdateCatalog.update(named: "tsx-off-microcode")), both]
    }
    fleet.upgrade(0, microcode: 20_191_114)
    #expect(shows(fleet, 0, "rtm"))
    fleet.upgrade(0, microcode: 20_191_115)
    #expect(!shows(fleet, 0, "rtm") && shows(fleet, 0, "avx512f"))
    fleet.upgrade(0, microcode: 20_200_101)
    #expect(shows(fleet, 0, "avx512f"))
    fleet.upgrade(0, kernel: KernelVersion("5.0"))
    #expect(!shows(fleet, 0, "avx512f"))
  }

  @Test func `a level holds hosts or guests down`() throws {
    let fleet = try fleet {
      $0.sites[0].hostGroups[0].level = .microarchitecture(2)
    }
    #expect(shows(fleet, 0, "sse4.2") && !shows(fleet, 0, "avx2"))
    let guests = try self.fleet { $0.guests[0].cpuLevel = .family("nehalem") }
    let boot = guests.cpus[Int(guests.guests[0].bootCPU)].features
    #expect(try boot == #require(CPUCatalog.facts(named: "nehalem")).features)
    #expect(shows(guests, 0, "avx512f"))
  }

  @Test func `hosts levelled with their pool give what all of it has, and can run what they are`() throws {
    var fleet = try fleet {
      $0.sites[0].hostGroups[0].level = .pool
      var older = $0.sites[0].hostGroups[0]
      (older.count, older.cpus) = (1, Mix(all: "haswell"))
      $0.sites[0].hostGroups.append(older)
      older.cluster = "elsewhere"
      older.cpus = Mix(all: "nehalem")
      $0.sites[0].hostGroups.append(older)
      $0.cpuUpdates = try [#require(CPUUpdateCatalog.update(named: "tsx-off-microcode"))]
    }
    #expect(!shows(fleet, 0, "avx512f") && shows(fleet, 0, "avx2") && shows(fleet, 0, "rtm"))
    #expect(!shows(fleet, 5, "avx2"))
    let runs = fleet.facts(ofKind: Int(fleet.hosts[0].kind))
    #expect(CPUFeatureTable.names(in: runs.cpu.features).contains("avx512f"))
    #expect(!CPUFeatureTable.names(in: runs.poolFeatures).contains("avx512f"))
    // One that loses a feature takes it from all.
    fleet.upgrade(4, microcode: 20_191_115)
    #expect(!shows(fleet, 0, "rtm"))
  }

  @Test func `every shipped update does something to a CPU of the catalogue`() throws {
    for update in CPUUpdateCatalog.all {
      #expect(update.kernel != nil || update.microcode != nil)
      #expect(!update.removes.isEmpty || !update.adds.isEmpty)
      #expect(update.families.allSatisfy { CPUCatalog.familyNames.contains($0) })
    }
    #expect(CPULevel.names.allSatisfy { CPULevel(named: $0)?.name == $0 })
    #expect(CPULevel(named: "x86-64-v5") == nil)
  }

  @Test func `feature sets of any size survive being written down`() throws {
    for value: UInt128 in [0, 5, 1 << 63, 1 << 64, .max] {
      let set = CPUFeatureSet(rawValue: value)
      let data = try JSONEncoder().encode([set])
      #expect(try JSONDecoder().decode([CPUFeatureSet].self, from: data) == [set])
    }
  }

  // MARK: - Traits and sets

  @Test func `shares of guests have what the scenario says`() throws {
    let fleet = try fleet {
      $0.sites[0].hostGroups[0].memory = .gibibytes(1000)
      $0.guests[0].count = 2000
      $0.guests[0].devices = [Share(.vgpu, 0.25), Share(.usb, 0.25)]
      $0.guests[0].chainLengths = [Share(12, 0.5)]
      $0.guests[0].lacksAgent = 0.5
    }
    func share(_ test: (GuestTraits) -> Bool) -> Double {
      Double(fleet.guests.count { test(fleet.traits[Int($0.traits)]) }) / 2000
    }
    for share in [share { $0.device == nil }, share { $0.chainLength == 12 }, share { !$0.hasAgent }] {
      #expect(abs(share - 0.5) < 0.05)
    }
    #expect(share { $0.device == .passthrough } == 0)
    #expect(fleet.traits.count <= 12)
  }

  @Test func `sets start where their rules want them`() throws {
    func hosts(_ edit: (inout GuestSet) -> Void) throws -> [[Int32]] {
      let fleet = try fleet {
        var set = GuestSet()
        set.size = 2
        set.isHard = true
        edit(&set)
        $0.guests[0].sets = [set]
      }
      return stride(from: 0, to: 8, by: 2).map { [fleet.guests[$0].host, fleet.guests[$0 + 1].host] }
    }
    #expect(try hosts { $0.relation = .together }.allSatisfy { $0[0] == $0[1] })
    #expect(try hosts { $0.relation = .apart }.allSatisfy { $0[0] != $0[1] })
    #expect(try hosts { $0.domain = .rack }.allSatisfy { $0[0] / 2 != $0[1] / 2 })
    #expect {
      try hosts {
        $0.size = 3
        $0.domain = .rack
      }
    } throws: { "\($0)".contains("cannot be placed as their sets demand") }
  }

  @Test func `shared disks take nothing of a host's pool`() throws {
    let fleet = try fleet {
      $0.sites[0].hostGroups[0].storage = "san"
      $0.sites[0].hostGroups[0].pool.capacity = .gigabytes(1)
      $0.guests[0].disk.isShared = true
    }
    #expect(fleet.sharesDisk(0, on: 0) && fleet.hosts[0].freeDisk == .gigabytes(1))
  }

  @Test func `guests start where they find what they need, or the fleet says what is missing`() throws {
    func build(_ features: [String]) throws -> Fleet {
      try fleet {
        var other = $0.sites[0].hostGroups[0]
        (other.count, other.features) = (1, features)
        $0.sites[0].hostGroups.append(other)
        $0.guests[0].needs = ["gpu"]
      }
    }
    #expect(try build(["gpu"]).guests.allSatisfy { $0.host == 4 })
    #expect { try build(["tpu"]) } throws: { "\($0)".contains("no host offers what") }
  }
}
