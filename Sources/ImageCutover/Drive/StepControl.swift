package import CutoverCore
internal import Quantities
internal import Synchronization

/// What a step under way shares with the driver: whether it is still wanted, and how far it has come.
final class StepControl: Sendable {
  private let abandoned = Atomic(false)
  private let done = Atomic<Int64>(0)
  private let observer: (@Sendable (Work, Bytes) -> Void)?

  /// What a step can be seen to do with the bytes of an image.
  enum Work { case lookedAt, readBack }

  /// - Parameter observer: Told of all that is done, on the thread of the step.
  init(observer: (@Sendable (Work, Bytes) -> Void)? = nil) { self.observer = observer }

  var isAbandoned: Bool { abandoned.load(ordering: .relaxed) }
  /// Bytes looked at so far.
  var bytesDone: Bytes { Bytes(done.load(ordering: .relaxed)) }

  func abandon() { abandoned.store(true, ordering: .relaxed) }

  func add(_ amount: Bytes) {
    done.wrappingAdd(amount.count, ordering: .relaxed)
    observer?(.lookedAt, amount)
  }

  /// What was looked at and written has been read from the disk again, and counts no second time.
  func noteReadBack(_ amount: Bytes) { observer?(.readBack, amount) }

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
