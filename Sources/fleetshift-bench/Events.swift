internal import ArgumentParser
internal import DiscreteEvent
internal import Quantities

/// The hold model (Jones 1986): pop the least, push one an exponential gap later, with `pending` in the queue.
struct Events: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "The event queue alone: pop one, push one.")

  @Option(help: "Pending events.") var pending = 1000
  @Option(help: "Events popped.") var events = 1_000_000

  func run() {
    var stream = WorkloadStream(seed: 1)
    var queue = EventQueue<Int32>(minimumCapacity: pending)
    for index in 0..<pending { queue.schedule(at: later(.zero, &stream), Int32(index)) }
    let meter = Meter()
    for _ in 0..<events {
      guard let (time, payload) = queue.popNext() else { break }
      queue.schedule(at: later(time, &stream), payload)
    }
    let cpu = meter.elapsed
    print(
      "events pending=\(pending) events=\(events) end_s=\(queue.now.seconds.places(6)) cpu_s=\(cpu.places(3))",
      "events_per_cpu_s=\((Double(events) / cpu).places(0)) ns_per_event=\((cpu / Double(events) * 1e9).places(1))",
      "rss_mib=\(Meter.peakMemory.places(1))")
  }

  private func later(_ time: Instant, _ stream: inout WorkloadStream) -> Instant {
    time + Duration(nanoseconds: Int64(stream.exponential() * 1e9))
  }
}
