package import CutoverCore
internal import Quantities
internal import Synchronization

/// What a step under way shares with the driver: whether it is still wanted, and how far it has come.
final class StepControl: Sendable {
  private let abandoned = Atomic(false)
  private let done = Counter()
  private let observer: (@Sendable (Work, Bytes) -> Void)?
  private let onFailure: (@Sendable (any Error) -> Void)?
  /// The step of which this is a part.
  private let whole: StepControl?
  private let parts = Monitor<[(done: Counter, total: Bytes)]>([])

  private final class Counter: Sendable {
    let bytes = Atomic<Int64>(0)
    var value: Bytes { Bytes(bytes.load(ordering: .relaxed)) }
  }

  /// What a step can be seen to do with the bytes of an image.
  enum Work { case lookedAt, readBack }

  /// - Parameters:
  ///   - observer: Told of all that is done, on the thread of the step.
  ///   - onFailure: Told what has gone wrong, before the step has ended.
  init(
    observer: (@Sendable (Work, Bytes) -> Void)? = nil, onFailure: (@Sendable (any Error) -> Void)? = nil
  ) {
    self.observer = observer
    self.onFailure = onFailure
    whole = nil
  }

  private init(partOf whole: StepControl) {
    (observer, onFailure) = (nil, nil)
    self.whole = whole
  }

  var isAbandoned: Bool { abandoned.load(ordering: .relaxed) || whole?.isAbandoned ?? false }
  /// Bytes looked at so far.
  var bytesDone: Bytes { done.value }

  func abandon() { abandoned.store(true, ordering: .relaxed) }

  func add(_ amount: Bytes) {
    done.bytes.wrappingAdd(amount.count, ordering: .relaxed)
    observer?(.lookedAt, amount)
    whole?.add(amount)
  }

  /// Says that the step has failed, though it has not ended: a part of it hangs.
  func fail(_ error: any Error) { onFailure?(error) }

  // MARK: - Parts

  /// Controls for parts that go side by side from now on, each with so much to look at.
  func split(_ totals: [Bytes]) -> [StepControl] {
    let controls = totals.map { _ in StepControl(partOf: self) }
    parts.withLock { $0 = zip(controls, totals).map { ($0.done, $1) } }
    return controls
  }

  /// How much of the step is done, as time goes: of parts that go side by side that which has most before it is waited
  /// for.
  ///
  /// - Parameter total: What there is to look at in all.
  func share(of total: Bytes) -> Double {
    let parts = parts.withLock { $0 }.filter { $0.total > .zero }
    let shares = parts.map { $0.done.value.value / $0.total.value }
    return min(1, shares.min() ?? (total > .zero ? bytesDone.value / total.value : 0))
  }

  /// What was looked at and written has been read from the disk again, and counts no second time.
  func noteReadBack(_ amount: Bytes) {
    observer?(.readBack, amount)
    whole?.noteReadBack(amount)
  }

  func checkAbandoned() throws(Abandoned) {
    if isAbandoned { throw Abandoned() }
  }

  /// Sleeps until then, unless the step is given up.
  func sleep(until time: Instant) throws(Abandoned) {
    while true {
      try checkAbandoned()
      let now = monotonicNow()
      if now >= time { return }
      sleepFor(min(time - now, .milliseconds(20)))
    }
  }
}

/// The step is no longer wanted; whatever it would answer, nobody listens.
struct Abandoned: Error {}

/// Why a step cannot be done, where no file operation has failed.
package struct StepFailure: Error, Hashable, CustomStringConvertible {
  package let fault: CutoverFault
  package let description: String

  init(_ fault: CutoverFault, _ description: String) {
    self.fault = fault
    self.description = description
  }
}
