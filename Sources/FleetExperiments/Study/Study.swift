internal import FleetModel
public import FleetSimulation
internal import Quantities

/// A scenario's variants, each simulated as often as asked.
///
/// Replication `r` of each variant draws the same random numbers, so variants are compared pair by pair. Results are
/// put in their places by index and added up in that order: the number of threads cannot be seen in them.
public struct Study: Sendable {
  public var variants: [Scenario]
  /// How many, from `first` on.
  public var replications: Int
  /// Of a study that goes on where another ended.
  public var first: Int
  public var threads: Int

  public init(_ variants: [Scenario], first: Int = 0, replications: Int, threads: Int) {
    self.variants = variants
    self.first = max(0, first)
    self.replications = max(1, replications)
    self.threads = max(1, threads)
  }

  /// Runs all of it.
  ///
  /// - Parameters:
  ///   - progress: told how far the work has come; also stops it.
  ///   - attempts: receives the attempts of all replications; where the study goes on, of one variant.
  /// - Returns: for each variant the ledgers of its replications; `nil` if it was stopped.
  /// - Throws: `FleetError` if a fleet cannot be built, and what `attempts` throws.
  public func run(
    progress: StudyProgress, attempts: (any AttemptSink)? = nil
  ) async throws -> [[Ledger]]? {
    precondition(attempts == nil || first == 0 || variants.count == 1, "attempts are numbered by job")
    let first = first
    let jobs = variants.indices.flatMap { variant in
      (first..<(first + replications)).map { (variant, $0) }
    }
    progress.begin(jobs: jobs.count, after: first * variants.count)
    return try await withThrowingTaskGroup(of: (Int, Ledger)?.self) { group in
      var results: [Ledger?] = Array(repeating: nil, count: jobs.count)
      var (next, delivered) = (0, 0)
      func add(_ job: Int) {
        let (variant, replication) = jobs[job]
        let scenario = variants[variant]
        group.addTask { try Study.replicate(scenario, replication, job, first, attempts, progress) }
      }
      while next < min(threads, jobs.count) {
        add(next)
        next += 1
      }
      while let done = try await group.next() {
        guard let (job, ledger) = done else {
          group.cancelAll()
          return nil
        }
        results[job] = ledger
        // A replication is handed on as soon as all before it have been.
        while delivered < jobs.count, results[delivered] != nil {
          try attempts?.finish(first + delivered)
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
    _ scenario: Scenario, _ replication: Int, _ job: Int, _ first: Int, _ sink: (any AttemptSink)?,
    _ progress: StudyProgress
  ) throws -> (Int, Ledger)? {
    if progress.isStopped { return nil }
    var simulation = try Simulation(scenario, replication: replication)
    let rows = sink.map { RowBuffer($0, first + job, simulation.names) }
    if let rows { simulation.attemptSink = { rows.add($0) } }
    let isComplete = simulation.run { time, attempts in
      progress.advance(job, to: time, of: scenario.horizon, attempts) && rows?.fault == nil
    }
    try rows?.close()
    guard isComplete else { return nil }
    let ledger = simulation.finished()
    progress.end(job, attempts: ledger.total.attempts)
    return (job, ledger)
  }
}

/// Takes the attempts of a study while it runs.
public protocol AttemptSink: Sendable {
  /// Some attempts of one replication, in their order, from the thread that simulates it; replications come side by
  /// side, each under its number in the study.
  func take(_ rows: [AttemptRow], of job: Int, _ names: AttemptNames) throws

  /// The replication of that number is complete. Called in the order of numbers, from 0 on.
  func finish(_ job: Int) throws
}

/// Holds a few rows of one replication while it runs, on one thread.
private final class RowBuffer {
  private static let most = 2048

  private let sink: any AttemptSink
  private let job: Int
  private let names: AttemptNames
  private var rows: [AttemptRow] = []
  /// What kept the sink from taking rows; there is no use in going on.
  private(set) var fault: (any Error)?

  init(_ sink: any AttemptSink, _ job: Int, _ names: AttemptNames) {
    (self.sink, self.job, self.names) = (sink, job, names)
    rows.reserveCapacity(RowBuffer.most)
  }

  func add(_ row: AttemptRow) {
    rows.append(row)
    if rows.count == RowBuffer.most { flush() }
  }

  private func flush() {
    defer { rows.removeAll(keepingCapacity: true) }
    guard fault == nil else { return }
    do { try sink.take(rows, of: job, names) } catch { fault = error }
  }

  func close() throws {
    flush()
    if let fault { throw fault }
  }
}
