import DiscreteEvent
import Foundation
import Quantities
import Testing

/// Small queueing systems on the real kernel against their closed forms.
///
/// Each runs independent replications with fixed seeds, drops a warm-up and asks whether the formula lies within the
/// 99 % interval of the replications' means.
@Suite struct QueueingTests {
  private func interval(
    _ replications: Int, _ run: (UInt64) throws -> Double
  ) rethrows -> ConfidenceInterval? {
    ConfidenceInterval(try (0..<UInt64(replications)).map(run), level: 0.99)
  }

  private func after(_ seconds: Double, _ now: Instant) -> Instant { now + Duration(seconds: seconds) }

  // MARK: - M/M/c

  private enum Event: BitwiseCopyable {
    case arrival
    case departure(arrived: Instant)
  }

  /// First come first served at `servers` servers; the mean time in the system of the customers after the warm-up.
  private func firstComeFirstServed(
    arrivals: Distribution, services: Distribution, servers: Int, customers: Int, replication: UInt64
  ) -> Double {
    var gaps = RandomStream(StreamKey(seed: 1, replication: replication, purpose: .arrivals))
    var sizes = RandomStream(StreamKey(seed: 1, replication: replication, purpose: .sizes))
    var queue = EventQueue<Event>()
    var waiting: [Instant] = []
    var head = 0
    var busy = 0
    var times = Moments()
    var served = 0
    queue.schedule(at: after(arrivals.sample(&gaps), .zero), .arrival)
    while served < customers, let event = queue.popNext() {
      switch event.payload {
      case .arrival:
        waiting.append(event.time)
        queue.schedule(at: after(arrivals.sample(&gaps), event.time), .arrival)
      case .departure(let arrived):
        busy -= 1
        served += 1
        if served > customers / 5 { times.add((event.time - arrived).seconds) }
      }
      while busy < servers, head < waiting.count {
        busy += 1
        queue.schedule(at: after(services.sample(&sizes), event.time), .departure(arrived: waiting[head]))
        head += 1
      }
    }
    return times.mean
  }

  /// M/M/1: E[T] = 1 / (mu - lambda) (Kleinrock 1975, equation 3.26).
  @Test func `the M/M/1 queue has the mean response of the formula`() throws {
    let (lambda, mu) = (0.7, 1.0)
    let arrivals = try Distribution.exponential(mean: 1 / lambda)
    let services = try Distribution.exponential(mean: 1 / mu)
    let interval = interval(20) {
      firstComeFirstServed(
        arrivals: arrivals, services: services, servers: 1, customers: 6000, replication: $0)
    }
    #expect(interval?.contains(1 / (mu - lambda)) == true, "\(interval as Any)")
    #expect((interval?.halfWidth ?? 9) < 0.25)
  }

  /// M/M/c: E[T] = C(c, a) / (c mu - lambda) + 1 / mu with Erlang's C formula (1917), from his B by the recurrence
  /// B(k) = a B(k-1) / (k + a B(k-1)) and C = B / (1 - (a / c) (1 - B)).
  @Test func `the M/M/4 queue has the mean response of Erlang's formula`() throws {
    let (lambda, mu, servers) = (3.2, 1.0, 4)
    let load = lambda / mu
    let blocked = (1...servers).reduce(1.0) { b, k in load * b / (Double(k) + load * b) }
    let waits = blocked / (1 - load / Double(servers) * (1 - blocked))
    let expected = waits / (Double(servers) * mu - lambda) + 1 / mu
    let arrivals = try Distribution.exponential(mean: 1 / lambda)
    let services = try Distribution.exponential(mean: 1 / mu)
    let interval = interval(20) {
      firstComeFirstServed(
        arrivals: arrivals, services: services, servers: servers, customers: 8000, replication: $0)
    }
    #expect(interval?.contains(expected) == true, "\(expected) \(interval as Any)")
    #expect((interval?.halfWidth ?? 9) < 0.2)
  }

  /// M/G/1: E[T] = E[S] + lambda E[S^2] / (2 (1 - rho)) (Pollaczek 1930, Khinchine 1932), with gamma services of
  /// mean 1 and cv 1.5: E[S^2] = 1 + 2.25.
  @Test func `the M/G/1 queue has the mean response of Pollaczek and Khinchine`() throws {
    let rho = 0.6
    let arrivals = try Distribution.exponential(mean: 1 / rho)
    let services = try Distribution.gamma(mean: 1, cv: 1.5)
    let interval = interval(20) {
      firstComeFirstServed(
        arrivals: arrivals, services: services, servers: 1, customers: 6000, replication: $0)
    }
    #expect(interval?.contains(1 + rho * 3.25 / (2 * (1 - rho))) == true, "\(interval as Any)")
    #expect((interval?.halfWidth ?? 9) < 0.4)
  }

  // MARK: - Through the flow network

  /// M/G/1 with processor sharing: E[T] = E[S] / (1 - rho) whatever the distribution of sizes (Kleinrock 1976,
  /// equation 4.17). One link of 1 MB/s, lognormal sizes of mean 1 MB: the flow network is the server.
  @Test func `flows on one link have the mean response of processor sharing`() throws {
    let rho = 0.6
    let gaps = try Distribution.exponential(mean: 1 / rho)
    let sizes = try Distribution.lognormal(mean: 1e6, sigma: 1)
    let interval = interval(16) { replication in
      var arrivals = RandomStream(StreamKey(seed: 2, replication: replication, purpose: .arrivals))
      var amounts = RandomStream(StreamKey(seed: 2, replication: replication, purpose: .sizes))
      var network = FlowNetwork()
      let link = network.addResource(capacity: ByteRate(bytesPerSecond: 1e6))
      var started: [Instant] = []
      var times = Moments()
      var next = after(gaps.sample(&arrivals), .zero)
      while times.count < 3000 {
        if let completion = network.nextCompletion, completion.at <= next {
          while let done = network.complete(at: completion.at) {
            if done.owner >= 600 { times.add((completion.at - started[Int(done.owner)]).seconds) }
          }
        } else {
          let amount = Bytes(rounding: sizes.sample(&amounts))
          network.startFlow(amount, over: [link], owner: Int32(started.count), at: next)
          started.append(next)
          next = after(gaps.sample(&arrivals), next)
        }
      }
      return times.mean
    }
    #expect(interval?.contains(1 / (1 - rho)) == true, "\(interval as Any)")
    #expect((interval?.halfWidth ?? 9) < 0.4)
  }

  /// M/G/infinity: the mean number present is lambda E[S] (Little 1961; insensitive, Takacs 1962). Each flow has its
  /// own cap of 1 MB/s and the link never fills; Weibull sizes of mean 1 MB at 8 per second.
  @Test func `flows that never meet are as many as arrivals times duration`() throws {
    let lambda = 8.0
    let gaps = try Distribution.exponential(mean: 1 / lambda)
    let shape = 0.7
    let sizes = try Distribution.weibull(scale: 1e6 / tgamma(1 + 1 / shape), shape: shape)
    let horizon = Instant.zero + .seconds(300)
    let warmUp = Instant.zero + .seconds(60)
    let interval = interval(16) { replication in
      var arrivals = RandomStream(StreamKey(seed: 3, replication: replication, purpose: .arrivals))
      var amounts = RandomStream(StreamKey(seed: 3, replication: replication, purpose: .sizes))
      var network = FlowNetwork()
      let link = network.addResource(capacity: .unlimited)
      // The number of flows since when, and its integral over time from the warm-up on.
      var (present, integral) = (0.0, 0.0)
      var (first, since) = (Instant?.none, Instant?.none)
      var next = after(gaps.sample(&arrivals), .zero)
      while true {
        let completion = network.nextCompletion
        let now = min(completion?.at ?? .distantFuture, next)
        if now >= horizon { break }
        if let last = since { integral += present * (now - last).seconds }
        if now >= warmUp { since = now }
        if first == nil { first = since }
        if let completion, completion.at == now {
          while network.complete(at: now) != nil {}
        } else {
          network.startFlow(
            Bytes(rounding: sizes.sample(&amounts)), over: [link], cap: ByteRate(bytesPerSecond: 1e6), at: now
          )
          next = after(gaps.sample(&arrivals), now)
        }
        present = Double(network.count)
      }
      guard let first, let since else { return .nan }
      return (integral + present * (horizon - since).seconds) / (horizon - first).seconds
    }
    #expect(interval?.contains(lambda) == true, "\(interval as Any)")
    #expect((interval?.halfWidth ?? 9) < 0.4)
  }
}
