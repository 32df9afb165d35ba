internal import FleetExperiments
internal import FleetModel
public import FleetSimulation
internal import Foundation
internal import Quantities
public import ScenarioFormat

extension RunFolder {
  /// The scenario of a point, as it is to be simulated.
  ///
  /// - Throws: ``RunStoreError`` with what is wrong with it.
  public func scenario(ofPoint point: Int) throws(RunStoreError) -> Scenario {
    let file = manifest.file(ofPoint: point, after: nil)
    guard var scenario = file.scenarios.first else {
      throw RunStoreError(
        .damaged, "the scenario in '\(path)' is not accepted\n\(file.problems)",
        remedy: "make the run anew with one that `lint` finds nothing in")
    }
    scenario.seed = manifest.seed
    scenario.replications = manifest.replications
    return scenario
  }

  /// Simulates shards, each on one thread, as many at once as asked. What is done already is not done again.
  ///
  /// - Returns: false if it was stopped before all were done.
  public func run(_ shards: [Range<Int>], threads: Int, progress: RunProgress) async throws -> Bool {
    let todo = shards.filter { !$0.isEmpty && !isDone($0) }
    let units = shards.reduce(0) { $0 + $1.count }
    progress.begin(done: units - todo.reduce(0) { $0 + $1.count }, of: units)
    return try await withThrowingTaskGroup(of: Bool.self) { group in
      var next = 0
      while next < min(threads, todo.count) {
        let shard = todo[next]
        group.addTask { try run(shard, progress) }
        next += 1
      }
      while let isWhole = try await group.next() {
        guard isWhole else {
          // The others see that they are stopped, and leave what they have.
          for try await _ in group {}
          return false
        }
        guard next < todo.count else { continue }
        let shard = todo[next]
        group.addTask { try run(shard, progress) }
        next += 1
      }
      return true
    }
  }

  private func run(_ shard: Range<Int>, _ progress: RunProgress) throws -> Bool {
    do {
      let writer = try ShardWriter(self, shard)
      progress.skip(writer.next - shard.lowerBound)
      var scenario: (point: Int, scenario: Scenario)?
      while writer.next < shard.upperBound {
        if progress.isStopped { return false }
        let (unit, point) = (writer.next, writer.next / manifest.replications)
        if scenario?.point != point { scenario = (point, try self.scenario(ofPoint: point)) }
        guard let current = scenario?.scenario, try simulate(current, unit, into: writer, progress) else {
          return false
        }
      }
      try writer.publish()
      return true
    } catch let error as POSIXError {
      progress.stop()
      return try writing { throw error }
    } catch {
      progress.stop()
      throw error
    }
  }

  /// - Returns: false if it was stopped.
  private func simulate(
    _ scenario: Scenario, _ unit: Int, into writer: ShardWriter, _ progress: RunProgress
  ) throws -> Bool {
    let (point, replication) = unit.quotientAndRemainder(dividingBy: manifest.replications)
    var simulation = try Simulation(scenario, replication: replication)
    let recorder = UnitRecorder(
      lines: manifest.record == .attempts ? AttemptLine(point: point, simulation.names) : nil,
      course: manifest.isSweep
        ? nil : ReplicationCourse(campaigns: scenario.campaigns.count, keepsSpans: replication == 0),
      siteOfHost: scenario.fleet.siteOfHost)
    if recorder.isNeeded { simulation.attemptSink = { recorder.add($0) } }
    let horizon = scenario.horizon.seconds
    var fault: (any Error)?
    let isComplete = simulation.run { time, attempts in
      do { try recorder.pour(into: writer) } catch { fault = error }
      return progress.advance(unit, time.seconds / horizon, attempts) && fault == nil
    }
    if let fault { throw fault }
    guard isComplete else { return false }
    try recorder.pour(into: writer)
    let ledger = simulation.finished()
    try writer.close(ledger, recorder.course)
    progress.end(unit, attempts: ledger.total.attempts)
    return true
  }
}

/// What is kept of the attempts of a running replication, on its thread.
private final class UnitRecorder {
  // A class because the simulation keeps a closure that fills it.
  private let lines: AttemptLine?
  private(set) var course: ReplicationCourse?
  private let siteOfHost: [Int]
  private var text: [[UInt8]] = []

  init(lines: AttemptLine?, course: ReplicationCourse?, siteOfHost: [Int]) {
    (self.lines, self.course, self.siteOfHost) = (lines, course, siteOfHost)
  }

  var isNeeded: Bool { lines != nil || course != nil }

  func add(_ row: AttemptRow) {
    course?.add(row, siteOfHost: siteOfHost)
    if let lines { text.append(Array(lines.text(row).utf8)) }
  }

  func pour(into writer: ShardWriter) throws {
    for line in text { try writer.append(line[...]) }
    text.removeAll(keepingCapacity: true)
  }
}

extension RunManifest {
  /// The scenario of a point as it is read, with all its mistakes.
  ///
  /// - Parameter earlier: another point's, whose fleet may be the same.
  public func file(ofPoint point: Int, after earlier: ScenarioFile?) -> ScenarioFile {
    ScenarioFile(
      text: scenario.text, name: scenario.file, variant: variant,
      settings: settings.map { ScenarioFile.Setting($0.path, $0.value) },
      point: zip(factors, points[point]).map { ScenarioFile.Setting($0.path, $1) }, option: "--over",
      after: earlier)
  }
}
