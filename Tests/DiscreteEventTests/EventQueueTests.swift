import DiscreteEvent
import Quantities
import Testing

@Suite struct EventQueueTests {
  @Test func `events come out in the order of their instants`() {
    var queue = EventQueue<Int>()
    for time in [5, 3, 9, 1, 7] { queue.schedule(at: Instant(nanoseconds: Int64(time)), time) }
    #expect(queue.count == 5)
    #expect(queue.nextTime == Instant(nanoseconds: 1))
    var order: [Int] = []
    while let event = queue.popNext() {
      #expect(event.time == queue.now)
      order.append(event.payload)
    }
    #expect(order == [1, 3, 5, 7, 9])
    #expect(queue.isEmpty == true)
    #expect(queue.nextTime == nil)
  }

  @Test func `simultaneous events come out in the order in which they were scheduled`() {
    var queue = EventQueue<Int>(minimumCapacity: 1)
    for number in 0..<5000 { queue.schedule(at: Instant(nanoseconds: Int64(number % 7)), number) }
    var previous = (time: Instant.zero, payload: -1)
    while let event = queue.popNext() {
      #expect((previous.time, previous.payload) < (event.time, event.payload))
      previous = event
    }
  }

  @Test func `a rescheduled event goes behind the others of its new instant`() {
    var queue = EventQueue<Unicode.Scalar>()
    let a = queue.schedule(at: Instant(nanoseconds: 1), "a")
    queue.schedule(at: Instant(nanoseconds: 2), "b")
    #expect(queue.reschedule(a, at: Instant(nanoseconds: 2)) == true)
    #expect(queue.time(of: a) == Instant(nanoseconds: 2))
    #expect(queue.popNext()?.payload == "b")
    #expect(queue.popNext()?.payload == "a")
  }

  @Test func `stale handles are refused, even when their place is taken again`() {
    var queue = EventQueue<Int>()
    let first = queue.schedule(at: Instant(nanoseconds: 1), 1)
    #expect(queue.isPending(first) == true)
    #expect(queue.cancel(first) == true)
    #expect(queue.cancel(first) == false)
    let second = queue.schedule(at: Instant(nanoseconds: 2), 2)
    #expect(queue.isPending(first) == false)
    #expect(queue.cancel(first) == false)
    #expect(queue.reschedule(first, at: Instant(nanoseconds: 3)) == false)
    #expect(queue.time(of: first) == nil)
    #expect(queue.popNext()?.payload == 2)
    #expect(queue.cancel(second) == false)
    #expect(queue.cancel(.none) == false)
    #expect(queue.isPending(.none) == false)
  }

  @Test func `instants before zero and at the end of time are ordered too`() {
    var queue = EventQueue<Int>()
    queue.schedule(at: .distantFuture, 2)
    queue.schedule(at: .zero, 1)
    #expect(queue.popNext()?.payload == 1)
    #expect(queue.popNext()?.time == .distantFuture)
  }

  @Test func `the past is closed`() async {
    await #expect(processExitsWith: .failure) {
      var queue = EventQueue<Int>()
      queue.schedule(at: Instant(nanoseconds: 5), 1)
      _ = queue.popNext()
      queue.schedule(at: Instant(nanoseconds: 4), 2)
    }
    await #expect(processExitsWith: .failure) {
      var queue = EventQueue<Int>()
      queue.schedule(at: Instant(nanoseconds: 5), 1)
      let handle = queue.schedule(at: Instant(nanoseconds: 6), 1)
      _ = queue.popNext()
      queue.reschedule(handle, at: Instant(nanoseconds: 4))
    }
  }

  /// An event of the model: a sorted array, slow and obvious.
  private struct ModelEvent {
    var time: Int64
    var sequence: Int
    var payload: Int
    var handle: EventHandle
  }

  /// Random sequences of all operations, on few instants so that ties are frequent, against the sorted array.
  @Test(arguments: 0..<40)
  func `agrees with a sorted array under random operations`(seed: UInt64) {
    var stream = RandomStream(seed: seed)
    var queue = EventQueue<Int>(minimumCapacity: 1)
    var model: [ModelEvent] = []
    var retired: [EventHandle] = []
    var sequence = 0
    var now: Int64 = 0
    let spread = [3, 50, 1_000_000][stream.index(below: 3)]
    // Growing at first, then shrinking.
    for step in 0..<1500 {
      let growth = step < 700 ? 5 : 2
      switch stream.index(below: 10) {
      case 0..<growth:
        let time = now + Int64(stream.index(below: spread))
        let handle = queue.schedule(at: Instant(nanoseconds: time), step)
        model.append(ModelEvent(time: time, sequence: sequence, payload: step, handle: handle))
        sequence += 1
      case growth..<(growth + 1) where !model.isEmpty:
        let index = stream.index(below: model.count)
        #expect(queue.cancel(model[index].handle) == true)
        retired.append(model.remove(at: index).handle)
      case (growth + 1)..<(growth + 2) where !model.isEmpty:
        let index = stream.index(below: model.count)
        let time = now + Int64(stream.index(below: spread))
        #expect(queue.reschedule(model[index].handle, at: Instant(nanoseconds: time)) == true)
        model[index].time = time
        model[index].sequence = sequence
        sequence += 1
      case 9 where !retired.isEmpty:
        let handle = retired[stream.index(below: retired.count)]
        #expect(queue.cancel(handle) == false)
        #expect(queue.isPending(handle) == false)
      default:
        let least = model.indices.min {
          (model[$0].time, model[$0].sequence) < (model[$1].time, model[$1].sequence)
        }
        let event = queue.popNext()
        #expect(event?.payload == least.map { model[$0].payload })
        #expect(event?.time.nanoseconds == least.map { model[$0].time })
        if let least {
          now = model[least].time
          retired.append(model.remove(at: least).handle)
        }
      }
      #expect(queue.count == model.count)
      #expect(queue.nextTime?.nanoseconds == model.map(\.time).min())
    }
    for event in model { #expect(queue.time(of: event.handle)?.nanoseconds == event.time) }
  }
}
