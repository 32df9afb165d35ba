public import FleetSimulation

/// Hands the attempts of a study to several.
public struct AttemptSinks: AttemptSink {
  private let sinks: [any AttemptSink]

  public init(_ sinks: [any AttemptSink]) { self.sinks = sinks }

  public func take(_ rows: [AttemptRow], of job: Int, _ names: AttemptNames) throws {
    for sink in sinks { try sink.take(rows, of: job, names) }
  }

  public func finish(_ job: Int) throws {
    for sink in sinks { try sink.finish(job) }
  }
}
