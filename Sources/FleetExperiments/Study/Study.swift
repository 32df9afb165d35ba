internal import FleetModel
public import FleetSimulation
internal import Quantities

/// A scenario's variants, each simulated as often as asked.
///
/// Replication `r` of each variant draws the same random numbers, so variants are compared pair by pair. Results are
/// put in their places by index and added up in that order: the number of threads cannot be seen in them.
public struct Study: Sendable {
  public var variants: [Scenario]
  public var replications: Int
  public var threads: Int

  public init(_ variants: [Scenario], replications: Int, threads: Int) {
    self.variants = variants
    self.replications = max(1, replications)
    self.threads = max(1, threads)
  }

  /// Runs all of it.
  ///
  /// - Parameters:
  ///   - progress: told how far the work has come; also stops it.
  ///   - attempts: receives the rows of each replication, with the ledger that knows their names, in order of variant
  ///     and replication, once it has ended.
  /// - Returns: for each variant the ledgers of its replications; `nil` if it was stopped.
  /// - Throws: `FleetError` if a fleet cannot be built.
  public func run(
    progress: StudyProgress,
    attempts: (@Sendable (_ variant: Int, Ledger, [AttemptRow]) throws -> Void)? = nil
  ) async throws -> [[Ledger]]? {
    let jobs = variants.indices.flatMap { variant in (0..<replications).map { (variant, $0) } }
    progress.begin(jobs: jobs.count)
    let keepsRows = attempts != nil
    return try await withThrowingTaskGroup(of: (Int, Ledger, [AttemptRow])?.self) { group in
      var results: [Ledger?] = Array(repeating: nil, count: jobs.count)
      var rows: [[AttemptRow]?] = Array(repeating: nil, count: jobs.count)
      var (next, delivered) = (0, 0)
      func add(_ job: Int) {
        let (variant, replication) = jobs[job]
        let scenario = variants[variant]
        group.addTask {
          try Study.replicate(scenario, replication, job, keepsRows, progress)
        }
      }
      while next < min(threads, jobs.count) {
        add(next)
        next += 1
      }
      while let done = try await group.next() {
        guard let (job, ledger, itsRows) = done else {
          group.cancelAll()
          return nil
        }
        results[job] = ledger
        rows[job] = itsRows
        // Rows go out in order, as soon as all before them have.
        while let attempts, delivered < jobs.count, let ready = rows[delivered],
          let itsLedger = results[delivered]
        {
          try attempts(jobs[delivered].0, itsLedger, ready)
          rows[delivered] = []
          delivered += 1
        }
        if next < jobs.count {
          add(next)
          next += 1
        }
      }
      let ledgers = results.compactMap { $0 }
      return variants.indices.map { Array(ledgers[($0 * replications)..<(($0 + 1) * replications)]) }
    }
  }

  private static func replicate(
    _ scenario: Scenario, _ replication: Int, _ job: Int, _ keepsRows: Bool, _ progress: StudyProgress
  ) throws -> (Int, Ledger, [AttemptRow])? {
    if progress.isStopped { return nil }
    var simulation = try Simulation(scenario, replication: replication)
    let box = RowBox()
    if keepsRows { simulation.attemptSink = { box.rows.append($0) } }
    let isComplete = simulation.run { progress.advance(job, to: $0, of: scenario.horizon) }
    guard isComplete else { return nil }
    progress.end(job)
    return (job, simulation.finished(), box.rows)
  }

  /// Holds the rows of one replication while it runs, on one thread.
  private final class RowBox {
    var rows: [AttemptRow] = []
  }
}
