internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// A step of the plan on a thread of its own, so that the driver can leave it at its deadline even if it hangs in the
/// kernel.
final class StepJob: Sendable {
  /// What a step has come to.
  struct Answer: Sendable {
    var event: CutoverEvent
    /// What went wrong, for people.
    var detail: String?
  }

  let control: StepControl

  private struct State {
    var answer: Answer?
    /// Handed out once, whatever comes behind it.
    var isAnswered = false
    var hasEnded = false

    mutating func take(_ answer: Answer) {
      if !isAnswered { self.answer = answer }
      isAnswered = true
    }
  }

  private let state: Monitor<State>

  /// - Parameters:
  ///   - predecessor: A job that has to end first, given up or not, since both touch the same files.
  ///   - faultOfOthers: What the machine is told of errors that don't say themselves whose fault they are.
  init(
    after predecessor: StepJob?, faultOfOthers: CutoverFault,
    _ body: @escaping @Sendable (StepControl) throws -> CutoverEvent
  ) {
    @Sendable func answer(to error: any Error) -> Answer {
      let fault = (error as? FileFault)?.fault ?? (error as? StepFailure)?.fault ?? faultOfOthers
      return Answer(event: .failed(fault), detail: error is Abandoned ? nil : "\(error)")
    }
    let state = Monitor(State())
    self.state = state
    control = StepControl(onFailure: { error in state.withLock { $0.take(answer(to: error)) } })
    // The closure keeps the job alive until it has ended.
    let run: @Sendable () -> Void = { [self] in
      predecessor?.waitUntilEnded()
      let result: Answer
      do { result = Answer(event: try body(control)) } catch { result = answer(to: error) }
      state.withLock { state in
        state.take(result)
        state.hasEnded = true
      }
    }
    do { try detachThread(run) } catch {
      state.withLock { state in
        state.take(Answer(event: .failed(faultOfOthers), detail: "\(error)"))
        state.hasEnded = true
      }
    }
  }

  /// Says whether it has ended by then.
  @discardableResult
  func waitUntilEnded(until time: Instant = .distantFuture) -> Bool {
    state.wait(until: time) { $0.hasEnded }
  }

  /// Waits for the answer, until `time` at the latest; hands it out once.
  func takeAnswer(waitingUntil time: Instant) -> Answer? {
    guard state.wait(until: time, for: { $0.answer != nil }) else { return nil }
    return state.withLock { state in
      defer { state.answer = nil }
      return state.answer
    }
  }
}
