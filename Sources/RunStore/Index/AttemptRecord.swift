internal import FleetExperiments
internal import FleetModel
internal import FleetSimulation
internal import Quantities

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// An attempt as it was stored.
struct AttemptRecord: Decodable {
  let point: Int
  let replication: Int
  let move: Int
  let guest: Int
  let guestClass: String
  let campaign: String
  let strategy: String
  let attempt: Int
  let source: Int
  let target: Int
  let outcome: String
  let began: Double?
  let ended: Double?
  let totalTime: Double?
  let pause: Double
  let networkGap: Double
  let serviceGap: Double
  let brownout: Double
  let disk: Int64
  let memory: Int64
  let repeated: Int64
  let downtimeBytes: Int64
  let postcopy: Int64
  let passes: Int
  let throttle: Double

  /// Reads the line of an attempt.
  ///
  /// - Throws: `DecodingError`, also for what cannot be of this replication of this scenario.
  static func read(
    _ line: Data, asReplication number: Int, ofPoint place: Int, in scenario: Scenario,
    _ decoder: JSONDecoder
  ) throws -> AttemptRecord {
    let row = try decoder.decode(BoundedResult<AttemptRecord>.self, from: line).result
    if let problem = row.problem(asReplication: number, ofPoint: place, in: scenario) {
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: problem))
    }
    return row
  }

  private func problem(asReplication number: Int, ofPoint place: Int, in scenario: Scenario) -> String? {
    guard (point, replication) == (place, number) else {
      return
        "an attempt of replication \(replication) of point \(point) stands where \(number) of \(place) belongs"
    }
    let (first, last) = (began ?? 0, ended ?? began ?? 0)
    guard 0 <= first, first <= last, last <= scenario.horizon.seconds else {
      return "an attempt lasts from \(first) s to \(last) s"
    }
    let hosts = scenario.fleet.sites.reduce(0) { $0 + $1.hostGroups.reduce(0) { $0 + $1.count } }
    // One that was refused for want of a host has no target.
    guard (-1..<hosts).contains(source), (-1..<hosts).contains(target) else {
      return "an attempt goes from host \(source) to host \(target), and there are \(hosts)"
    }
    let most: Int64 = 1 << 58
    guard [disk, memory, repeated, downtimeBytes, postcopy].allSatisfy({ (0...most).contains($0) }) else {
      return "an attempt sends less than nothing, or more than 256 PiB"
    }
    return nil
  }

  enum CodingKeys: String, CodingKey {
    case point, replication, move, guest, campaign, strategy, attempt, source, target, outcome
    case guestClass = "class"
    case began = "began_s"
    case ended = "ended_s"
    case totalTime = "total_time_s"
    case pause = "pause_s"
    case networkGap = "network_gap_s"
    case serviceGap = "service_gap_s"
    case brownout = "brownout_s"
    case disk = "disk_bytes"
    case memory = "memory_bytes"
    case repeated = "repeated_bytes"
    case downtimeBytes = "downtime_bytes"
    case postcopy = "postcopy_bytes"
    case passes = "dirty_sync_count"
    case throttle = "throttle_percentage"
  }

  var transferred: Int64 { disk + memory + repeated + downtimeBytes + postcopy }
  var isCompleted: Bool { outcome == "completed" }
}
