import DiscreteEvent
import Quantities
import Testing

@testable import FleetModel

/// The tree that deals guests out against a walk along the hosts.
@Suite struct RoomFinderTests {
  @Test(arguments: 0..<30)
  func `the next host with room is that which a walk finds`(seed: UInt64) throws {
    var random = RandomStream(seed: seed)
    var blueprint = FleetBlueprint()
    var (site, group) = (SiteBlueprint(), HostGroup())
    group.count = 1 + random.index(below: 40)
    group.memory = .gibibytes(16)
    group.pool.capacity = .gigabytes(16)
    site.hostGroups = [group]
    blueprint.sites = [site]
    var fleet = try Fleet.build(blueprint, seed: 1, replication: 0)
    let hosts = fleet.hosts.indices.filter { _ in random.chance(0.8) }
    var finder = RoomFinder(hosts, in: fleet)
    var (start, misses) = (0, 0)
    while misses < 5 {
      let (memory, disk) = (
        Bytes.gibibytes(Int64(1 + random.index(below: 8))), Bytes.gigabytes(Int64(random.index(below: 9)))
      )
      let walk = hosts.indices.lazy.map { (start + $0) % hosts.count }
        .first { fleet.hosts[hosts[$0]].fits(memory: memory, disk: disk) }
      let found = finder.next(from: start, memory: memory, disk: disk, in: fleet)
      #expect(found == walk)
      guard let place = found, place == walk else {
        misses += 1
        continue
      }
      fleet.hosts[hosts[place]].reserve(memory: memory, disk: disk)
      start = place + 1
    }
  }
}
