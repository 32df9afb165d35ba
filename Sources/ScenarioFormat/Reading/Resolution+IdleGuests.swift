internal import DiscreteEvent
internal import FleetModel

extension Resolution {
  /// Guests of whom nothing is said but how many and how large they are move as nobody's guests do: each live migration
  /// ends after one round, and a move that boots costs no more than its copy. Whoever has said of any of the group's
  /// writes or times what they are has thought of it.
  mutating func noteIdleGuests(_ fleet: FleetBlueprint) {
    for (written, group) in zip(form.fleet.guests, fleet.guests) where group.count > 0 && group.isIdle {
      guard let origin = written.origin else { continue }
      diagnostics.note(
        .idleGuests, at: origin,
        "these VMs write nothing, and boot and shut down in 0 s: live migrations always converge, and downtimes are too good",
        remedy:
          "say memory: { dirty-rate: ... }, disk: { writes: ... }, boot and shutdown of them, as far as they matter"
      )
    }
  }
}

extension GuestGroup {
  fileprivate var isIdle: Bool {
    memory.dirtyRate == .zero && memory.hot == 0 && disk.writes == .zero && boot == .zero && shutdown == .zero
  }
}
