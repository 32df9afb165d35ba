import DiscreteEvent
import Foundation
import Quantities
import Testing

/// Random flow networks that SimGrid has run: `Tests/Peers/simgrid_networks.cpp` draws them with the same generator, and
/// `.ci/differential` writes its completions to `Tests/Peers/simgrid_networks.txt`, or compares anew.
@Suite struct PeerNetworkTests {
  /// The completions of the flows of a network, in seconds and in the order in which the flows were drawn.
  static func completions(seed: UInt64) -> [Double] {
    var state = seed
    func uniform() -> Double {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }
    func below(_ n: Int) -> Int { Int(uniform() * Double(n)) }
    func rate(_ value: Double) -> ByteRate { ByteRate(bytesPerSecond: value) }
    func milliseconds(_ count: Int) -> Instant { .zero + .milliseconds(Int64(count)) }

    var network = FlowNetwork()
    let links = (0..<(3 + below(12))).map { _ in
      network.addResource(capacity: rate(1e6 + (9e6 * uniform()).rounded(.down)))
    }
    enum Step {
      case start(Int32, Bytes, ByteRate, FlowPath)
      case change(ResourceID, ByteRate)
    }
    var steps: [(at: Instant, step: Step)] = []
    let count = 3 + below(20)
    for owner in 0..<count {
      let start = milliseconds(below(5000))
      let amount = Bytes(Int64(100_000 + below(10_000_000)))
      let cap = uniform() < 0.3 ? rate(Double(100_000 + below(2_000_000))) : .unlimited
      let hops = min(links.count, 1 + below(4))
      var path = FlowPath()
      for hop in 0..<hops {
        let (from, to) = (links.count * hop / hops, links.count * (hop + 1) / hops)
        path.append(links[from + below(to - from)])
      }
      steps.append((start, .start(Int32(owner), amount, cap, path)))
    }
    for _ in 0..<2 {
      let at = milliseconds(5000 + below(5000))
      let link = links[below(links.count)]
      // SimGrid bounds a flow for life by the narrowest link that it found at its start: so never above that.
      let capacity = network.capacity(of: link).bytesPerSecond * (0.2 + 0.8 * uniform())
      steps.append((at, .change(link, rate(capacity.rounded(.down)))))
    }
    let order = steps.indices.sorted { (steps[$0].at, $0) < (steps[$1].at, $1) }

    var completions = [Double](repeating: .nan, count: count)
    func run(_ network: inout FlowNetwork, until time: Instant) {
      while let next = network.nextCompletion, next.at <= time {
        while let done = network.complete(at: next.at) { completions[Int(done.owner)] = next.at.seconds }
      }
    }
    for index in order {
      run(&network, until: steps[index].at)
      switch steps[index].step {
      case .start(let owner, let amount, let cap, let path):
        network.startFlow(amount, over: path, cap: cap, owner: owner, at: steps[index].at)
      case .change(let link, let capacity): network.setCapacity(capacity, of: link, at: steps[index].at)
      }
    }
    run(&network, until: .distantFuture)
    return completions
  }

  @Test func `completions in random networks are SimGrid's`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Peers/simgrid_networks.txt").standardizedFileURL
    let path = ProcessInfo.processInfo.environment["SIMGRID_NETWORKS"].map { URL(filePath: $0) } ?? file
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.count >= 300)
    var largest = 0.0
    for line in lines {
      let numbers = line.split(separator: " ").compactMap { Double($0) }
      let ours = PeerNetworkTests.completions(seed: UInt64(numbers[0]))
      #expect(ours.count == numbers.count - 1)
      for (a, b) in zip(ours, numbers.dropFirst()) {
        largest = max(largest, abs(a - b) / b)
        #expect(abs(a - b) <= 1e-6 * b, "seed \(numbers[0])")
      }
    }
    print("\(lines.count) networks, largest relative deviation \(largest)")
  }
}
