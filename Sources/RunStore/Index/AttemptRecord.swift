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
