import DiscreteEvent
import Quantities
import Testing

/// Networks solved by hand: each comment states the equations, the code checks the answer. Capacities in bytes/s.
@Suite struct FlowNetworkTests {
  private func rate(_ bytesPerSecond: Double) -> ByteRate { ByteRate(bytesPerSecond: bytesPerSecond) }
  private func at(_ seconds: Double) -> Instant { Instant.zero + Duration(seconds: seconds) }

  /// x1 = x2 = x3, x1 + x2 + x3 = 90: each 30.
  @Test func `equal flows share equally`() {
    var network = FlowNetwork()
    let link = network.addResource(capacity: rate(90))
    let flows = (0..<3).map { _ in network.startFlow(Bytes(300), over: [link], at: .zero) }
    for flow in flows { #expect(network.rate(of: flow) == rate(30)) }
    #expect(network.load(of: link) == rate(90))
    #expect(network.count == 3)
  }

  /// Two links of 10 and 4 in a row; A crosses both, B the first, C the second.
  /// Link 2 fills first: A = C = 4/2 = 2. Link 1: B = 10 - 2 = 8.
  @Test func `a long flow leaves to others what it can't use`() {
    var network = FlowNetwork()
    let (first, second) = (network.addResource(capacity: rate(10)), network.addResource(capacity: rate(4)))
    let a = network.startFlow(Bytes(100), over: [first, second], at: .zero)
    let b = network.startFlow(Bytes(100), over: [first], at: .zero)
    let c = network.startFlow(Bytes(100), over: [second], at: .zero)
    #expect(network.rate(of: a) == rate(2))
    #expect(network.rate(of: b) == rate(8))
    #expect(network.rate(of: c) == rate(2))
  }

  /// Weights 1, 2, 3 on a link of 60: level 60 / 6 = 10, rates 10, 20, 30. With the last one capped at 12: it gets
  /// its 12, the others (60 - 12) / 3 = 16 per weight: 16, 32.
  @Test func `weights and caps`() {
    var network = FlowNetwork()
    let link = network.addResource(capacity: rate(60))
    let flows = [1.0, 2, 3].map { network.startFlow(Bytes(1000), over: [link], weight: $0, at: .zero) }
    #expect(flows.map { network.rate(of: $0) } == [rate(10), rate(20), rate(30)])
    network.cancel(flows[2], at: .zero)
    let capped = network.startFlow(Bytes(1000), over: [link], cap: rate(12), weight: 3, at: .zero)
    #expect((flows.prefix(2) + [capped]).map { network.rate(of: $0) } == [rate(16), rate(32), rate(12)])
  }

  /// A of 100 B alone on a link of 10 until t = 2 (80 left), then with B of 20 B at 5 each. B ends at 2 + 20/5 = 6,
  /// when A has 60 left, and A at 6 + 60/10 = 12.
  @Test func `arrivals and departures change the rates at once`() {
    var network = FlowNetwork()
    let link = network.addResource(capacity: rate(10))
    let a = network.startFlow(Bytes(100), over: [link], owner: 1, at: .zero)
    var next = network.nextCompletion
    #expect(next?.at == at(10) && next?.flow == a)
    let b = network.startFlow(Bytes(20), over: [link], owner: 2, at: at(2))
    #expect(network.remaining(of: a, at: at(2)) == Bytes(80))
    next = network.nextCompletion
    #expect(next?.at == at(6) && next?.flow == b)
    #expect(network.remaining(of: a, at: at(4)) == Bytes(70))
    #expect(network.transferred(of: a, at: at(4)) == Bytes(30))
    var done = network.complete(at: at(6))
    #expect(done?.flow == b && done?.owner == 2)
    done = network.complete(at: at(6))
    #expect(done == nil)
    next = network.nextCompletion
    #expect(next?.at == at(12) && next?.flow == a)
    done = network.complete(at: next?.at ?? .zero)
    #expect(done?.owner == 1)
    #expect(network.nextCompletion == nil)
    #expect(network.carried(over: link) == 120)
  }

  /// 100 B at 10 B/s; the link fails from t = 4 to t = 9 and comes back at 30: 60 left, 9 + 60/30 = 11.
  @Test func `a failed link stalls its flows until it returns`() {
    var network = FlowNetwork()
    let link = network.addResource(capacity: rate(10))
    let flow = network.startFlow(Bytes(100), over: [link], at: .zero)
    network.setCapacity(.zero, of: link, at: at(4))
    #expect(network.nextCompletion == nil)
    #expect(network.rate(of: flow) == .zero)
    #expect(network.load(of: link) == .zero)
    #expect(network.remaining(of: flow, at: at(100)) == Bytes(60))
    network.setCapacity(rate(30), of: link, at: at(9))
    #expect(network.capacity(of: link) == rate(30))
    let next = network.nextCompletion
    #expect(next?.at == at(11))
  }

  @Test func `cancelling gives back what had not passed and frees the capacity`() {
    var network = FlowNetwork()
    let link = network.addResource(capacity: rate(10))
    let a = network.startFlow(Bytes(100), over: [link], at: .zero)
    let b = network.startFlow(Bytes(100), over: [link], at: .zero)
    // 5 B/s for 3.1 s leave 84.5 bytes, of which the half-passed one counts as not passed.
    #expect(network.cancel(a, at: at(3.1)) == Bytes(85))
    #expect(network.cancel(a, at: at(3.1)) == nil)
    #expect(network.isActive(a) == false)
    #expect(network.rate(of: b) == rate(10))
    #expect(abs(network.carried(over: link) - 31) < 1e-9)
    #expect(network.count == 1)
    #expect(network.isActive(.none) == false)
  }

  @Test func `a place taken again does not revive an old name`() {
    var network = FlowNetwork()
    let link = network.addResource(capacity: rate(10))
    let old = network.startFlow(Bytes(100), over: [link], at: .zero)
    network.cancel(old, at: .zero)
    let new = network.startFlow(Bytes(100), over: [link], owner: 5, at: .zero)
    #expect(old != new)
    #expect(network.isActive(old) == false)
    #expect(network.isActive(new) == true)
    #expect(network.owner(of: new) == 5)
  }

  /// 10 B at 3 B/s take 3.3333... s: the first whole nanosecond at which all has passed is 3,333,333,334.
  @Test func `completion rounds up to the next nanosecond`() {
    var network = FlowNetwork()
    let link = network.addResource(capacity: rate(3))
    network.startFlow(Bytes(10), over: [link], at: .zero)
    let next = network.nextCompletion
    #expect(next?.at.nanoseconds == 3_333_333_334)
    let done = network.complete(at: next?.at ?? .zero)
    #expect(done != nil)
    #expect(network.carried(over: link) == 10)
  }

  @Test func `simultaneous completions come out in the order in which the flows were started`() {
    var network = FlowNetwork()
    let links = (0..<5).map { _ in network.addResource(capacity: rate(10)) }
    // Started on different links, and one restarted so that its slot is lower than its rank.
    let first = network.startFlow(Bytes(1), over: [links[4]], owner: 99, at: .zero)
    network.startFlow(Bytes(50), over: [links[3]], owner: 0, at: .zero)
    network.cancel(first, at: .zero)
    for owner in 1..<4 {
      network.startFlow(Bytes(50), over: [links[3 - owner]], owner: Int32(owner), at: .zero)
    }
    var owners: [Int32] = []
    while let done = network.complete(at: at(5)) { owners.append(done.owner) }
    #expect(owners == [0, 1, 2, 3])
  }

  @Test func `nothing to carry is carried at once, and so is what nothing holds back`() {
    var network = FlowNetwork()
    let dead = network.addResource(capacity: .zero)
    let wide = network.addResource(capacity: .unlimited)
    let empty = network.startFlow(.zero, over: [dead], owner: 1, at: at(1))
    let free = network.startFlow(.gibibytes(1), over: [wide], owner: 2, at: at(1))
    let loose = network.startFlow(.gibibytes(1), over: [], owner: 3, at: at(1))
    #expect(network.nextCompletion?.flow == empty)
    #expect(network.rate(of: free) == .unlimited)
    #expect(network.rate(of: loose) == .unlimited)
    var owners: [Int32] = []
    while let done = network.complete(at: at(1)) { owners.append(done.owner) }
    #expect(owners == [1, 2, 3])
    #expect(network.load(of: wide) == .zero)
    #expect(network.carried(over: wide) == 0x1p30)
  }

  /// Two flows of cap 4 and none over an infinite link: 4 B/s for the first; a link of 10 behind the second: 10 B/s.
  @Test func `an infinite resource connects nothing and limits nothing`() {
    var network = FlowNetwork()
    let wide = network.addResource(capacity: .unlimited)
    let link = network.addResource(capacity: rate(10))
    let capped = network.startFlow(Bytes(100), over: [wide], cap: rate(4), at: .zero)
    let other = network.startFlow(Bytes(100), over: [wide, link], at: .zero)
    #expect(network.rate(of: capped) == rate(4))
    #expect(network.rate(of: other) == rate(10))
    #expect(network.load(of: wide) == rate(14))
    // It becomes finite: 6 shared by weight, 3 each.
    network.setCapacity(rate(6), of: wide, at: at(1))
    #expect(network.rate(of: capped) == rate(3))
    #expect(network.rate(of: other) == rate(3))
    network.setCapacity(.unlimited, of: wide, at: at(2))
    #expect(network.rate(of: other) == rate(10))
  }

  /// A path through one resource twice takes two shares: 2x + y = 30 with x = y gives 10 each.
  @Test func `a resource named twice is used twice`() {
    var network = FlowNetwork()
    let disk = network.addResource(capacity: rate(30))
    let twice = network.startFlow(Bytes(100), over: [disk, disk], at: .zero)
    let once = network.startFlow(Bytes(100), over: [disk], at: .zero)
    #expect(network.rate(of: twice) == rate(10))
    #expect(network.rate(of: once) == rate(10))
    #expect(network.load(of: disk) == network.capacity(of: disk))
  }

  /// The link fails at the very instant at which the flow completes: all of it has passed.
  @Test func `a change at the instant of completion comes too late to matter`() {
    var network = FlowNetwork()
    let link = network.addResource(capacity: rate(3))
    let flow = network.startFlow(Bytes(10), over: [link], owner: 4, at: .zero)
    let end = Instant(nanoseconds: 3_333_333_334)
    network.setCapacity(.zero, of: link, at: end)
    #expect(network.nextCompletion?.flow == flow)
    #expect(network.remaining(of: flow, at: end) == .zero)
    let done = network.complete(at: end)
    #expect(done?.owner == 4)
  }

  @Test func `a flow too slow for the range of time never completes`() {
    var network = FlowNetwork()
    let link = network.addResource(capacity: rate(1e-9))
    network.startFlow(Bytes(.max), over: [link], at: .zero)
    #expect(network.nextCompletion == nil)
  }

  @Test func `a path tells what it crosses`() {
    var path = FlowPath()
    path.append(ResourceID(3))
    path.append(ResourceID(8))
    #expect(path.count == 2 && path[1] == ResourceID(8) && path[0] < path[1])
  }

  @Test func `mistakes of the caller stop the program`() async {
    await #expect(processExitsWith: .failure) {
      var network = FlowNetwork()
      let link = network.addResource(capacity: ByteRate(bytesPerSecond: 1))
      network.startFlow(Bytes(1), over: [link], at: .zero)
      network.startFlow(Bytes(1), over: [link], at: .distantFuture)
    }
    await #expect(processExitsWith: .failure) {
      var network = FlowNetwork()
      let flow = network.startFlow(Bytes(1), over: [], at: .zero)
      network.cancel(flow, at: .zero)
      _ = network.rate(of: flow)
    }
    await #expect(processExitsWith: .failure) {
      var network = FlowNetwork()
      network.startFlow(Bytes(1), over: [ResourceID(0)], at: .zero)
    }
    await #expect(processExitsWith: .failure) {
      var network = FlowNetwork()
      _ = network.addResource(capacity: ByteRate(bytesPerSecond: .nan))
    }
    await #expect(processExitsWith: .failure) {
      var path = FlowPath()
      for _ in 0...FlowPath.limit { path.append(ResourceID(0)) }
    }
  }
}
