internal import Quantities

/// Finds the next of a row of hosts that has room, while room only ever gets less.
///
/// A tree of maxima over the row: each node knows the most memory and the most disk that a host below it has free.
/// Figures that have grown too large since are put right when they mislead, so that filling a host costs nothing here.
/// O(log hosts) where the next host with room is far; the same host as a walk along the row finds.
struct RoomFinder {
  private let hosts: [Int]
  /// The number of leaves: a power of two.
  private let width: Int
  /// Node 1 is the root; the children of node n are 2n and 2n + 1.
  private var memory: [Bytes]
  private var disk: [Bytes]

  init(_ hosts: [Int], in fleet: Fleet) {
    self.hosts = hosts
    var width = 1
    while width < hosts.count { width *= 2 }
    self.width = width
    // Less than nothing: there is no host.
    memory = Array(repeating: Bytes(-1), count: width * 2)
    disk = memory
    for (place, host) in hosts.enumerated() {
      memory[width + place] = fleet.hosts[host].freeMemory
      disk[width + place] = fleet.hosts[host].freeDisk
    }
    for node in stride(from: width - 1, to: 0, by: -1) { sum(node) }
  }

  var count: Int { hosts.count }

  func host(at place: Int) -> Int { hosts[place] }

  /// The first place from `start` on, and then from the beginning, whose host has room; `nil` if none has.
  mutating func next(from start: Int, memory: Bytes, disk: Bytes, in fleet: Fleet) -> Int? {
    guard !hosts.isEmpty else { return nil }
    let start = start % hosts.count
    if fleet.hosts[hosts[start]].fits(memory: memory, disk: disk) { return start }
    return find(1, 0..<width, start..<hosts.count, memory, disk, fleet)
      ?? find(1, 0..<width, 0..<start, memory, disk, fleet)
  }

  private mutating func find(
    _ node: Int, _ span: Range<Int>, _ wanted: Range<Int>, _ memory: Bytes, _ disk: Bytes, _ fleet: Fleet
  ) -> Int? {
    guard span.overlaps(wanted), self.memory[node] >= memory, self.disk[node] >= disk else { return nil }
    guard node < width else {
      let host = fleet.hosts[hosts[node - width]]
      if host.fits(memory: memory, disk: disk) { return node - width }
      (self.memory[node], self.disk[node]) = (host.freeMemory, host.freeDisk)
      return nil
    }
    let middle = span.lowerBound + span.count / 2
    let found =
      find(2 * node, span.lowerBound..<middle, wanted, memory, disk, fleet)
      ?? find(2 * node + 1, middle..<span.upperBound, wanted, memory, disk, fleet)
    if found == nil { sum(node) }
    return found
  }

  private mutating func sum(_ node: Int) {
    memory[node] = max(memory[2 * node], memory[2 * node + 1])
    disk[node] = max(disk[2 * node], disk[2 * node + 1])
  }
}
