internal import ArgumentParser
internal import FleetSimulation
internal import Foundation
internal import RunStore
internal import ScenarioFormat

/// How the commands that work on a run folder open it, simulate in it, and say what is wrong with it.
enum RunFolders {
  /// Opens the folder of a run or a sweep.
  static func open(_ path: String) throws -> RunFolder {
    try orExit { () throws(RunStoreError) in try RunFolder(opening: path, tool: Version.text) }
  }

  /// Says what is wrong, and ends with the exit code for that.
  static func orExit<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as RunStoreError { throw exit(for: error) }
  }

  static func exit(for error: RunStoreError) -> ExitCode {
    Streams.say(error.message, remedy: error.remedy)
    return switch error.kind {
    case .missing: ExitStatus.noInput.exit
    case .damaged: ExitStatus.badInput.exit
    case .incomparable: ExitStatus.incomparable.exit
    case .incomplete: ExitStatus.incomplete.exit
    case .finished: ExitStatus.usage.exit
    case .io: ExitStatus.io.exit
    }
  }

  /// Simulates shards, with progress on a terminal, until done or interrupted.
  ///
  /// - Parameter resume: what to type to go on, for who interrupts it.
  static func run(
    _ shards: [Range<Int>], of folder: RunFolder, threads: Int?, _ watch: ProgressMode, resume: String
  ) async throws {
    let progress = RunProgress()
    let interruption = Interruption { progress.stop() }
    defer { withExtendedLifetime(interruption) {} }
    let ticker = ProgressTicker.start(watch) {
      let reached = progress.reached
      return ProgressState(
        share: reached.share, done: reached.done, of: reached.units, attempts: reached.attempts)
    }
    var isDone = false
    do {
      isDone = try await folder.run(
        shards, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, progress: progress)
    } catch {
      ticker?.stop(isDone: false)
      if let error = error as? RunStoreError { throw exit(for: error) }
      throw error
    }
    ticker?.stop(isDone: isDone)
    guard !isDone else { return }
    let reached = progress.reached
    Streams.say(
      "fleetshift: interrupted with \(reached.done) of \(reached.units) replications done, which are kept\n"
        + "  help: go on with `\(resume)`")
    throw ExitStatus.incomplete.exit
  }
}

/// What a run folder holds of each replication.
enum RecordOption: String, ExpressibleByArgument, CaseIterable {
  case totals, attempts

  var recording: RunManifest.Recording { self == .totals ? .totals : .attempts }
}
