internal import ArgumentParser
internal import CLinux
internal import CutoverCore
internal import Foundation
internal import ImageCutover
internal import MigrationPhysics
internal import Quantities

/// One cutover under the eyes of a user: progress, signals, the outcome beside the prediction, and the exit code.
struct CutoverSession {
  let destination: String
  let prediction: ImagePrediction?
  let options: ImageCutoverOptions
  let json: Bool

  typealias Work = (CancellationFlag, (ImageCutoverProgress) -> Void) throws(ImageCutoverError) ->
    ImageCutoverReport

  /// Does the work and ends the program by throwing, unless it was completed.
  func follow(_ work: Work) throws {
    // Each step has a thread of its own; with heaps of their own, too, a copy of tables holds some 9 MiB more.
    linux_use_one_heap()
    // A reader who goes away ends nothing that a guest hangs on.
    signal(SIGPIPE, SIG_IGN)
    let flag = CancellationFlag()
    let interruption = Interruption { flag.suspend() }
    defer { withExtendedLifetime(interruption) {} }
    var phase: ImageCutoverProgress.Phase?
    var shown: (phase: ImageCutoverProgress.Phase, line: ProgressLine)?
    let showsProgress = Streams.showsProgress
    let report = try Self.explaining { () throws(ImageCutoverError) in
      try work(flag) { progress in
        if progress.phase != phase { linux_trim_heap() }
        phase = progress.phase
        guard showsProgress else { return }
        // What is left is told of one phase at a time: the next one has another pace.
        let line = shown?.phase == progress.phase ? shown?.line ?? ProgressLine() : ProgressLine()
        shown = (progress.phase, line)
        line.show(
          progress.share,
          "\(progress.phase.rawValue), pass \(progress.pass), \(progress.rate.formatted(.binary))")
      }
    }
    shown?.line.clear()
    do {
      if json {
        try Streams.output(CutoverScreen.json(prediction, report))
      } else {
        try Streams.show(
          CutoverScreen.after(prediction, report, destination, rehearsed: options.rehearsal != nil))
      }
    } catch {
      // By the exit code alone the guest would be taken for where it was.
      Streams.say("fleetshift: what the cutover to '\(destination)' came to: \(report.outcome)")
      throw error
    }
    if report.isSuspended { throw interruption.status.exit }
    if !report.isCompleted { throw Self.status(report).exit }
  }

  /// Turns an error of the library into a message and an exit code.
  static func explaining<Result>(_ body: () throws(ImageCutoverError) -> Result) throws -> Result {
    do throws(ImageCutoverError) { return try body() } catch {
      Streams.say(error.message, remedy: error.remedy)
      throw ExitCode(error.exitCode)
    }
  }

  private static func status(_ report: ImageCutoverReport) -> ExitStatus {
    let later: [CutoverOutcome] = [.failed(.destinationFull), .notConverging, .timedOut, .cancelled]
    return later.contains { $0.code == report.outcome } ? .tryLater : .io
  }
}
