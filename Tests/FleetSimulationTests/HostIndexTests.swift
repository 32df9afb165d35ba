import DiscreteEvent
import FleetModel
import MigrationPolicy
import Quantities
import TestTools
import Testing

@testable import FleetSimulation

/// The index of hosts against a plain look at all of them.
@Suite struct HostIndexTests {
  /// A fleet in which hosts come and go, and what they have free changes.
  struct World {
    var fleet: Fleet
    var standing: [HostIndex.Standing]
    /// What tells hosts apart, which an upgrade changes.
    var keys: [Int32]
    let placement: PlacementScore
    var index: HostIndex

    init(_ random: inout Seeded) throws {
      var blueprint = FleetBlueprint()
      for site in 0..<random.int(1...3) {
        var place = SiteBlueprint()
        place.name = "site\(site)"
        place.hostGroups = (0..<random.int(1...3)).map { _ in
          var group = HostGroup()
          group.count = random.int(1...9)
          group.cpus = Mix([("epyc-7713", 2), ("xeon-6238r", 1)])
          group.memory = .gibibytes(random.pick([8, 12]))
          group.pool.capacity = random.pick([Bytes(.max), .gigabytes(6)])
          return group
        }
        blueprint.sites.append(place)
      }
      fleet = try Fleet.build(blueprint, seed: 1, replication: 0)
      placement = random.pick([.spread, .pack])
      standing = fleet.hosts.map { _ in .open }
      keys = fleet.hosts.map { Int32($0.cpu) }
      index = HostIndex(of: fleet, placement: placement)
      for host in fleet.hosts.indices { change(host, &random) }
    }

    mutating func change(_ host: Int, _ random: inout Seeded) {
      standing[host] = random.pick([.open, .open, .open, .busy, .closed])
      fleet.hosts[host].freeMemory = .gibibytes(Int64(random.int(0...8)))
      if fleet.hosts[host].disk != Bytes(.max) {
        fleet.hosts[host].freeDisk = .gigabytes(Int64(random.int(0...6)))
      }
      if random.chance(0.1) { keys[host] = Int32(random.int(0...3)) }
      index.file(
        host, standing[host], freeMemory: fleet.hosts[host].freeMemory, freeDisk: fleet.hosts[host].freeDisk,
        key: keys[host])
    }

    /// What the index is to find, by looking at all hosts.
    func scan(
      site: Int32, memory: Bytes, disk: Bytes, from source: Int, fits: (Int32) -> Bool
    ) -> HostIndex.Found {
      var (best, bestScore) = (-1, -Double.infinity)
      var (sawHost, sawFit, sawRoom) = (false, false, false)
      for host in fleet.hosts.indices where host != source && fleet.hosts[host].site == site {
        let candidate = fleet.hosts[host]
        sawHost = true
        guard fits(keys[host]) else { continue }
        sawFit = true
        guard standing[host] != .closed, candidate.fits(memory: memory, disk: disk) else { continue }
        sawRoom = true
        guard standing[host] == .open else { continue }
        let score = placement.score(freeShare: candidate.freeMemory.value / candidate.memory.value)
        if score > bestScore { (best, bestScore) = (host, score) }
      }
      if best >= 0 { return .host(best) }
      return sawRoom ? .busy : sawHost && !sawFit ? .unfit : .noRoom
    }
  }

  @Test(arguments: 0..<20)
  func `the index finds what a look at all hosts finds`(seed: UInt64) throws {
    var random = Seeded(spreading: seed)
    var seen: Set<String> = []
    for _ in 0..<12 {
      var world = try World(&random)
      for _ in 0..<120 {
        world.change(random.int(0...world.fleet.hosts.count - 1), &random)
        let site = Int32(random.int(0...world.fleet.sites.count - 1))
        let source = random.int(0...world.fleet.hosts.count - 1)
        let memory = Bytes.gibibytes(Int64(random.int(0...8)))
        let disk = Bytes.gigabytes(Int64(random.int(0...6)))
        let cpus = random.int(0...15)
        let fits = { (cpu: Int32) in cpus & 1 << Int(cpu) != 0 }
        let found = world.index.find(site: site, memory: memory, disk: disk, from: source, fits: fits)
        let expected = world.scan(site: site, memory: memory, disk: disk, from: source, fits: fits)
        guard found == expected else {
          Issue.record("seed \(seed): \(found), where a look at all of them finds \(expected)")
          return
        }
        if case .host = found { seen.insert("host") } else { seen.insert("\(found)") }
      }
    }
    #expect(seen == ["host", "busy", "noRoom", "unfit"])
  }
}
