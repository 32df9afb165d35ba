import DiscreteEvent
import Quantities

/// The same network as ``FlowNetwork``, by the slow and obvious way: every flow's rate is worked out anew after every
/// change, and every flow is moved on at every step.
struct SlowNetwork {
  struct Flow {
    var owner: Int32
    var path: [Int]
    var cap: Double
    var weight: Double
    var remaining: Double
    var rate = 0.0
  }

  var capacities: [Double]
  var flows: [Flow] = []
  private var now = Instant.zero

  init(capacities: [Double]) { self.capacities = capacities }

  func flow(_ owner: Int32) -> Flow? { flows.first { $0.owner == owner } }

  mutating func advance(to time: Instant) {
    let elapsed = (time - now).seconds
    if elapsed > 0 {
      for index in flows.indices {
        flows[index].remaining = max(flows[index].remaining - flows[index].rate * elapsed, 0)
      }
    }
    now = time
  }

  /// Progressive filling over all flows: raise the level of those without a rate to the lowest at which a resource is
  /// full or a cap is reached, fix whoever is held there, repeat.
  mutating func solve() {
    var open = Set(flows.indices)
    for index in flows.indices { flows[index].rate = 0 }
    while !open.isEmpty {
      var lowest = Double.infinity
      var holder: (resource: Int?, flow: Int?) = (nil, nil)
      for resource in capacities.indices {
        var left = capacities[resource]
        var weight = 0.0
        for (index, flow) in flows.enumerated() {
          for crossed in flow.path where crossed == resource {
            if open.contains(index) { weight += flow.weight } else { left -= flow.rate }
          }
        }
        if weight > 0, max(left, 0) / weight < lowest {
          (lowest, holder) = (max(left, 0) / weight, (resource, nil))
        }
      }
      for index in open where flows[index].cap / flows[index].weight < lowest {
        (lowest, holder) = (flows[index].cap / flows[index].weight, (nil, index))
      }
      for index in open {
        let held = holder.flow == index || holder.resource.map { flows[index].path.contains($0) } == true
        guard held || lowest == .infinity else { continue }
        flows[index].rate = lowest * flows[index].weight
        open.remove(index)
      }
    }
  }
}
