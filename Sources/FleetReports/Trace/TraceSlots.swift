/// Which of a host's slots an attempt has: the lowest that is free, as long as the attempt lasts.
struct TraceSlots {
  private var taken: [Int: [Bool]] = [:]

  mutating func take(on host: Int) -> Int {
    var slots = taken[host] ?? []
    let slot = slots.firstIndex(of: false) ?? slots.count
    if slot == slots.count { slots.append(true) } else { slots[slot] = true }
    taken[host] = slots
    return slot
  }

  mutating func release(_ slot: Int, on host: Int) { taken[host]?[slot] = false }

  /// How many slots each host has ever used.
  var counts: [(host: Int, slots: Int)] {
    taken.map { (host: $0.key, slots: $0.value.count) }.sorted { $0.host < $1.host }
  }
}
