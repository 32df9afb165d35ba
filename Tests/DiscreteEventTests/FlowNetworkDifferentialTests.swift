import DiscreteEvent
import Quantities
import Testing

/// Random networks under random arrivals, cancellations, failures and caps, checked after every step.
@Suite struct FlowNetworkDifferentialTests {
  /// A random world, in both implementations.
  struct World: ~Copyable {
    var fast = FlowNetwork()
    var slow: SlowNetwork
    var resources: [ResourceID] = []
    var names: [Int32: FlowID] = [:]
    var stream: RandomStream
    var now = Instant.zero
    var nextOwner: Int32 = 0
    /// Bytes handed in; taken out by completion; left over at cancellation.
    var offered: Int64 = 0
    var amounts: [Int32: Int64] = [:]

    init(seed: UInt64) {
      stream = RandomStream(seed: seed)
      let count = 2 + stream.index(below: 9)
      slow = SlowNetwork(capacities: [])
      for _ in 0..<count {
        // Round numbers now and then, so that ties between bottlenecks occur.
        let capacity =
          stream.chance(0.1) ? Double.infinity : stream.chance(0.5) ? 1e6 : 1e5 + 1e6 * stream.uniform()
        resources.append(fast.addResource(capacity: ByteRate(bytesPerSecond: capacity)))
        slow.capacities.append(capacity)
      }
    }

    mutating func start() {
      var path = FlowPath()
      var crossed: [Int] = []
      for _ in 0..<(1 + stream.index(below: 4)) {
        let resource = stream.index(below: resources.count)
        path.append(resources[resource])
        crossed.append(resource)
      }
      let finite = crossed.contains { slow.capacities[$0].isFinite }
      let cap = stream.chance(0.3) || !finite ? 5e5 * stream.uniform() : .infinity
      let weight = stream.chance(0.5) ? 1 : 0.1 + 3 * stream.uniform()
      let amount = Int64(stream.index(below: 3_000_000))
      let owner = nextOwner
      nextOwner += 1
      amounts[owner] = amount
      names[owner] = fast.startFlow(
        Bytes(amount), over: path, cap: ByteRate(bytesPerSecond: cap), weight: weight, owner: owner, at: now)
      slow.flows.append(
        .init(owner: owner, path: crossed, cap: cap, weight: weight, remaining: Double(amount)))
    }

    mutating func randomFlow() -> Int? { slow.flows.isEmpty ? nil : stream.index(below: slow.flows.count) }

    mutating func cancel() {
      guard let index = randomFlow() else { return }
      let flow = slow.flows.remove(at: index)
      let left = names[flow.owner].flatMap { fast.cancel($0, at: now) }
      #expect(abs(Double(left?.count ?? -100) - flow.remaining) < 4)
      names[flow.owner] = nil
    }

    mutating func changeCapacity() {
      let resource = stream.index(below: resources.count)
      guard slow.capacities[resource].isFinite else { return }
      let capacity = stream.chance(0.2) ? 0 : 1e6 * stream.uniform()
      slow.capacities[resource] = capacity
      fast.setCapacity(ByteRate(bytesPerSecond: capacity), of: resources[resource], at: now)
    }

    /// Moves both on, to the next completion or part of the way.
    mutating func wait() {
      let part = stream.uniform()
      guard let next = fast.nextCompletion else { return }
      let whole = part < 0.6
      now = whole ? next.at : now + (next.at - now) * part
      slow.solve()
      slow.advance(to: now)
      guard whole else { return }
      while let done = fast.complete(at: now) {
        let flow = slow.flow(done.owner)
        // Rounded up to the nanosecond: at most that much may be missing, none too much.
        #expect((flow?.remaining ?? .infinity) <= 0.01)
        slow.flows.removeAll { $0.owner == done.owner }
        names[done.owner] = nil
      }
    }

    mutating func step() {
      switch stream.index(below: 10) {
      case 0..<4: start()
      case 4: cancel()
      case 5: changeCapacity()
      default: wait()
      }
    }

    // MARK: - Checks

    mutating func compare() {
      slow.solve()
      #expect(fast.firstFault() == nil)
      #expect(fast.count == slow.flows.count)
      for flow in slow.flows {
        guard let name = names[flow.owner] else { continue }
        let rate = fast.rate(of: name).bytesPerSecond
        #expect(abs(rate - flow.rate) <= 1e-9 * max(flow.rate, 1))
        #expect(abs(Double(fast.remaining(of: name, at: now).count) - flow.remaining) < 4)
        let sum = fast.remaining(of: name, at: now) + fast.transferred(of: name, at: now)
        #expect(sum.count == amounts[flow.owner])
      }
    }

    /// The definition of weighted max-min fairness with caps (Bertsekas and Gallager 1992, section 6.5.2): each flow is
    /// at its cap or crosses a full resource on which no other flow has a higher rate per weight.
    mutating func checkFairness() {
      let rates = slow.flows.map { flow in names[flow.owner].map { fast.rate(of: $0).bytesPerSecond } ?? .nan
      }
      var load = [Double](repeating: 0, count: resources.count)
      var highest = [Double](repeating: 0, count: resources.count)
      for (flow, rate) in zip(slow.flows, rates) {
        for resource in flow.path {
          load[resource] += rate
          highest[resource] = max(highest[resource], rate / flow.weight)
        }
      }
      for (resource, capacity) in slow.capacities.enumerated() {
        #expect(load[resource] <= capacity * (1 + 1e-9) + 1e-9)
        #expect(abs(fast.load(of: resources[resource]).bytesPerSecond - load[resource]) <= 1e-6)
      }
      for (flow, rate) in zip(slow.flows, rates) where rate < flow.cap * (1 - 1e-9) {
        let hasBottleneck = flow.path.contains { resource in
          load[resource] >= slow.capacities[resource] * (1 - 1e-9) - 1e-6
            && rate / flow.weight >= highest[resource] * (1 - 1e-9) - 1e-6
        }
        #expect(hasBottleneck)
      }
    }
  }

  @Test(arguments: 0..<60)
  func `agrees with progressive filling over all flows, and is fair by definition`(seed: UInt64) {
    var world = World(seed: seed)
    for _ in 0..<60 {
      for _ in 0...world.stream.index(below: 3) { world.step() }
      world.compare()
      world.checkFairness()
    }
  }

  /// Runs a network dry: what was handed in is what the first resource of each path has carried.
  @Test(arguments: 0..<10)
  func `no byte is lost or made`(seed: UInt64) throws {
    var stream = RandomStream(seed: seed)
    var network = FlowNetwork()
    let entries = (0..<3).map { _ in network.addResource(capacity: ByteRate(bytesPerSecond: 1e6)) }
    let core = network.addResource(capacity: ByteRate(bytesPerSecond: 2e6))
    var offered = [0.0, 0, 0]
    var now = Instant.zero
    for _ in 0..<300 {
      let entry = stream.index(below: 3)
      let amount = Int64(stream.index(below: 1_000_000))
      offered[entry] += Double(amount)
      network.startFlow(Bytes(amount), over: [entries[entry], core], at: now)
      guard stream.chance(0.7), let next = network.nextCompletion else { continue }
      now = next.at
      while network.complete(at: now) != nil {}
    }
    while let next = network.nextCompletion {
      while network.complete(at: next.at) != nil {}
    }
    for (entry, amount) in zip(entries, offered) {
      #expect(abs(network.carried(over: entry) - amount) <= 1e-9 * amount)
    }
    #expect(abs(network.carried(over: core) - offered.reduce(0, +)) <= 1e-9 * offered.reduce(0, +))
    #expect(network.count == 0)
  }
}
