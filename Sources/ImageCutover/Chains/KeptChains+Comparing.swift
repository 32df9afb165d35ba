internal import CutoverCore
internal import ImageFiles
internal import Quantities

extension KeptChains {
  /// How often a wish to stop is looked for, and how often progress is told.
  private static let lookInterval = Duration.milliseconds(10)
  private static let progressInterval = Duration.milliseconds(200)

  /// Compares the parents that were there with those that the chains rest on, before anything is made, and while the
  /// guest still runs.
  ///
  /// A wish to stop ends it: then the cutover does not get as far as to need it.
  ///
  /// - Parameter wasBegun: Something of the cutover is there.
  func prove(
    wasBegun: Bool,
    _ options: ImageCutoverOptions, _ cancellation: CancellationFlag,
    _ progress: (ImageCutoverProgress) -> Void
  ) throws(ImageCutoverError) {
    let total = present.reduce(Bytes.zero) { $0 + Bytes($1.source.allocated) }
    var before = Bytes.zero
    for parent in present {
      if cancellation.isSuspended || cancellation.isCancelled { return }
      let failure = Monitor<(any Error)?>(nil)
      let job = StepJob(after: nil, faultOfOthers: .destination) { control in
        do { try parent.prove(options, control) } catch {
          failure.withLock { $0 = error }
          throw error
        }
        return .verified
      }
      let began = monotonicNow()
      // The first time at once.
      var shown = began - Self.progressInterval
      repeat {
        if cancellation.isSuspended || cancellation.isCancelled { job.control.abandon() }
        let now = monotonicNow()
        guard now - shown >= Self.progressInterval else { continue }
        shown = now
        let done = job.control.bytesDone
        let seconds = (now - began).seconds
        progress(
          ImageCutoverProgress(
            phase: .comparing, pass: 0, done: before + done, total: max(total, before + done),
            share: min(1, (before + done).value / max(total.value, 1)),
            rate: ByteRate(bytesPerSecond: seconds > 0 ? done.value / seconds : 0)))
      } while job.takeAnswer(waitingUntil: monotonicNow() + Self.lookInterval) == nil
      switch failure.withLock({ $0 }) {
      case nil: before = before + Bytes(parent.source.allocated)
      case is Abandoned: return
      case let failure as StepFailure: throw PresentParent.refusal(failure, wasBegun: wasBegun)
      case let other?: throw .fileFault("\(other)")
      }
    }
  }
}
