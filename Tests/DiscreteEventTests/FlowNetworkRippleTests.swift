import DiscreteEvent
import Quantities
import Testing

/// The ripple against filling from scratch, on networks with many groups, and the books of groups.
@Suite struct FlowNetworkRippleTests {
  #if DEBUG
    static let seeds: Range<UInt64> = 0..<40
  #else
    static let seeds: Range<UInt64> = 0..<2000
  #endif

  /// The same random world twice; the second fills each solution from scratch.
  struct Twins: ~Copyable {
    var ripple = FlowNetwork()
    var filling = FlowNetwork()
    var stream: RandomStream
    var resources: [ResourceID] = []
    var flows: [(FlowID, FlowID)] = []
    var now = Instant.zero

    init(seed: UInt64) {
      stream = RandomStream(seed: seed)
      filling.alwaysFill()
      for _ in 0..<(5 + stream.index(below: 60)) {
        // Few different capacities, so that equal levels are frequent.
        let capacity =
          stream.chance(0.05) ? .infinity : stream.chance(0.6) ? 1e8 : 1e9 * (0.1 + stream.uniform())
        resources.append(ripple.addResource(capacity: ByteRate(bytesPerSecond: capacity)))
        _ = filling.addResource(capacity: ByteRate(bytesPerSecond: capacity))
      }
    }

    mutating func start() {
      var path = FlowPath()
      for _ in 0..<(1 + stream.index(below: 6)) {
        path.append(resources[stream.index(below: resources.count)])
      }
      // A cap always, as the path may be infinite; mostly too high to matter.
      let cap = ByteRate(bytesPerSecond: stream.chance(0.3) ? 1e8 * stream.uniform() : 1e10)
      let weight = stream.chance(0.6) ? 1 : 0.1 + 4 * stream.uniform()
      let amount = Bytes(Int64(stream.index(below: 1_000_000_000)))
      let owner = Int32(truncatingIfNeeded: stream.index(below: 1 << 30))
      let first = ripple.startFlow(amount, over: path, cap: cap, weight: weight, owner: owner, at: now)
      let second = filling.startFlow(amount, over: path, cap: cap, weight: weight, owner: owner, at: now)
      flows.append((first, second))
    }

    mutating func change() {
      let index = stream.index(below: max(flows.count, 1))
      switch stream.index(below: 10) {
      case 0..<5: start()
      case 5 where !flows.isEmpty:
        let (first, second) = flows.remove(at: index)
        let left = (ripple.cancel(first, at: now), filling.cancel(second, at: now))
        #expect((left.0 == nil) == (left.1 == nil))
      case 6...7:
        let resource = resources[stream.index(below: resources.count)]
        let capacity = ByteRate(
          bytesPerSecond: stream.chance(0.1) ? 0 : stream.chance(0.1) ? .infinity : 1e9 * stream.uniform())
        ripple.setCapacity(capacity, of: resource, at: now)
        filling.setCapacity(capacity, of: resource, at: now)
      default: wait()
      }
    }

    /// To shortly after a few completions: the two may disagree about a nanosecond.
    mutating func wait() {
      guard let next = ripple.nextCompletion, next.at < Instant(nanoseconds: 1 << 61) else { return }
      let target = max(next.at, now) + .nanoseconds(Int64(stream.index(below: 50_000_000)))
      now = target
      FlowNetworkRippleTests.run(&ripple, until: target)
      FlowNetworkRippleTests.run(&filling, until: target)
    }

    mutating func compare() {
      #expect(ripple.firstFault() == nil)
      #expect(filling.firstFault() == nil)
      #expect(ripple.fillings == 0)
      flows.removeAll { first, second in !ripple.isActive(first) || !filling.isActive(second) }
      for (first, second) in flows {
        let rates = (ripple.rate(of: first).bytesPerSecond, filling.rate(of: second).bytesPerSecond)
        #expect(rates.0 == rates.1 || abs(rates.0 - rates.1) <= 1e-9 * rates.1 + 1e-3)
        let left = (ripple.remaining(of: first, at: now).count, filling.remaining(of: second, at: now).count)
        #expect(abs(left.0 - left.1) <= 8)
      }
    }
  }

  /// Takes out everything that completes by `time`.
  static func run(_ network: inout FlowNetwork, until time: Instant) {
    while let next = network.nextCompletion, next.at <= time {
      while network.complete(at: next.at) != nil {}
    }
  }

  @Test(arguments: seeds)
  func `a ripple comes to rest where filling from scratch ends`(seed: UInt64) {
    var twins = Twins(seed: seed)
    for _ in 0..<20 { twins.start() }
    for _ in 0..<25 {
      for _ in 0...twins.stream.index(below: 4) { twins.change() }
      twins.compare()
    }
  }

  /// 400 flows of about 50 GB with weight 1/2, two at a time: 40 TB of service per unit of weight without a pause, so that
  /// it is counted from zero again (at 2^42) several times; no byte is lost, and the books stay right.
  @Test func `a group that is never empty loses no bytes`() {
    var network = FlowNetwork()
    let link = network.addResource(capacity: ByteRate(bytesPerSecond: 1e12))
    var offered = 0.0
    var now = Instant.zero
    for index in 0..<400 {
      let amount: Int64 = 50_000_000_000 + Int64(index) * 7_919_003
      offered += Double(amount)
      network.startFlow(Bytes(amount), over: [link], weight: 0.5, at: now)
      guard index > 0, let next = network.nextCompletion else { continue }
      now = next.at
      while network.complete(at: now) != nil {}
      #expect(network.firstFault() == nil)
    }
    FlowNetworkRippleTests.run(&network, until: .distantFuture)
    #expect(network.carried(over: link) == offered)
    // Never idle: the whole capacity, but for the nanosecond to which each completion is rounded up.
    #expect(abs(network.now.seconds - offered / 1e12) <= 400e-9)
  }

  /// Four flows on each of two links of 4e12 B/s, 1e12 each, that differ by a byte, 1 ps: all end within the nanosecond.
  @Test func `within one nanosecond those started first come first`() {
    var network = FlowNetwork()
    let links = (0..<2).map { _ in network.addResource(capacity: ByteRate(bytesPerSecond: 4e12)) }
    // Ends in the order of size would be 3, 2, 1, 0, all within the nanosecond that ends 1 us after the start.
    for owner in 0..<4 {
      network.startFlow(Bytes(Int64(999_999 - owner)), over: [links[0]], owner: Int32(owner), at: .zero)
    }
    for owner in 4..<8 {
      network.startFlow(Bytes(Int64(999_999 - owner)), over: [links[1]], owner: Int32(owner), at: .zero)
    }
    let next = network.nextCompletion
    #expect(next.map { network.owner(of: $0.flow) } == 0)
    #expect(next?.at == Instant(nanoseconds: 1000))
    var owners: [Int32] = []
    while let done = network.complete(at: Instant(nanoseconds: 1000)) { owners.append(done.owner) }
    #expect(owners == [0, 1, 2, 3, 4, 5, 6, 7])
  }

  /// 400 flows over 41 links, hardly any of which shares one with the flow that goes: the rest of the network is left
  /// alone, which shows in that nobody's completion moves.
  @Test func `a change does not reach what it can't affect`() {
    var network = FlowNetwork()
    let links = (0..<20).map { _ in network.addResource(capacity: ByteRate(bytesPerSecond: 1e6)) }
    let wide = network.addResource(capacity: ByteRate(bytesPerSecond: 1e9))
    var flows: [FlowID] = []
    for index in 0..<400 {
      flows.append(network.startFlow(Bytes(1_000_000), over: [links[index % 20], wide], at: .zero))
    }
    #expect(network.rate(of: flows[1]) == ByteRate(bytesPerSecond: 5e4))
    let before = network.looks
    network.cancel(flows[0], at: .zero)
    #expect(network.rate(of: flows[20]).bytesPerSecond > 5e4)
    #expect(network.rate(of: flows[1]) == ByteRate(bytesPerSecond: 5e4))
    // Its link; the wide one is not hot.
    #expect(network.looks - before == 1)
    #expect(network.firstFault() == nil)
  }
}
