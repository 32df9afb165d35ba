internal import FleetSimulation

/// Into how many shards a sweep is cut for a cluster, by how long its replications take on this machine.
public struct ShardSizing: Hashable, Sendable {
  /// Of one replication, on average over those that were tried.
  public var secondsPerUnit: Double
  public var shards: Int
  /// Of the largest shard.
  public var secondsPerShard: Double

  /// Tasks of less than some ten minutes keep a scheduler busier than its nodes; those of more than some thirty lose much
  /// when a node fails.
  public static let usualMinutes = 15.0

  /// - Parameter seconds: what one replication takes.
  public init(_ manifest: RunManifest, seconds: Double, minutes: Double = usualMinutes) {
    let wanted = (Double(manifest.units) * seconds / (minutes * 60)).rounded(.up)
    self.init(manifest, seconds: seconds, shards: Int(min(max(1, wanted), Double(RunManifest.mostShards))))
  }

  public init(_ manifest: RunManifest, seconds: Double, shards: Int) {
    secondsPerUnit = seconds
    self.shards = min(shards, manifest.units)
    let largest = (manifest.units + self.shards - 1) / self.shards
    secondsPerShard = Double(largest) * seconds
  }

  /// Simulates one replication of up to three points: the first, one from the middle, the last.
  ///
  /// - Returns: seconds of one, on average.
  public static func measure(_ folder: RunFolder) throws -> Double {
    let last = folder.manifest.points.count - 1
    let points = [0, last / 2, last].reduce(into: [Int]()) { if $0.last != $1 { $0.append($1) } }
    let clock = ContinuousClock()
    var spent = Swift.Duration.zero
    for point in points {
      let scenario = try folder.scenario(ofPoint: point)
      spent += try clock.measure {
        var simulation = try Simulation(scenario, replication: 0)
        _ = simulation.run()
      }
    }
    return spent / Swift.Duration.seconds(1) / Double(points.count)
  }
}
