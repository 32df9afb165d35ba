/// When things happened in a study: what charts over time are drawn from. Times are in seconds since the start.
///
/// Counts and bytes are of one replication on average; a band holds the middle 80 % of replications.
public struct StudyCourse: Codable, Hashable, Sendable {
  public static let currentSchema = "fleetshift.course/1"

  public var schema = StudyCourse.currentSchema
  /// Of a bin.
  public var binSeconds: Double
  /// Moves completed up to the end of each bin, all together and campaign by campaign.
  public var moves: [Progress]
  /// Attempts that cost clients something, in wider bins.
  public var downtimes: [DowntimeCount]
  /// Attempts that failed, in the same wider bins.
  public var failures: [FailureCount]
  /// Bytes sent in each bin, link by link.
  public var traffic: [LinkTraffic]
  /// Attempts in the first replication, of the first hosts that guests left.
  public var spans: [AttemptSpan]

  enum CodingKeys: String, CodingKey {
    case schema, moves, downtimes, failures, traffic, spans
    case binSeconds = "bin_seconds"
  }

  /// How far something has come at the end of each bin.
  public struct Progress: Codable, Hashable, Sendable {
    /// A campaign, or `nil` for all of them.
    public var campaign: String?
    public var median: [Double]
    /// The ends of the band.
    public var low: [Double]
    public var high: [Double]
  }

  public struct DowntimeCount: Codable, Hashable, Sendable {
    public var strategy: String
    public var seconds: Double
    public var downtimeFrom: Double
    public var downtimeTo: Double
    public var count: Double

    enum CodingKeys: String, CodingKey {
      case strategy, seconds, count
      case downtimeFrom = "downtime_from_seconds"
      case downtimeTo = "downtime_to_seconds"
    }
  }

  public struct FailureCount: Codable, Hashable, Sendable {
    public var strategy: String
    /// A code, as in the attempts' CSV.
    public var reason: String
    public var seconds: Double
    public var count: Double
  }

  public struct LinkTraffic: Codable, Hashable, Sendable {
    public var link: String
    public var bytes: [Double]
  }

  public struct AttemptSpan: Codable, Hashable, Sendable {
    public var host: Int
    public var guest: Int
    public var strategy: String
    public var outcome: String
    public var began: Double
    public var ended: Double
  }
}

extension StudyCourse {
  /// - Throws: `DecodingError`, also for figures that cannot be those of a course.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    schema = try values.decode(String.self, forKey: .schema)
    binSeconds = try values.decode(Double.self, forKey: .binSeconds)
    moves = try values.decode([Progress].self, forKey: .moves)
    downtimes = try values.decode([DowntimeCount].self, forKey: .downtimes)
    failures = try values.decode([FailureCount].self, forKey: .failures)
    traffic = try values.decode([LinkTraffic].self, forKey: .traffic)
    spans = try values.decode([AttemptSpan].self, forKey: .spans)
    if let problem {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
    }
  }

  private var problem: String? {
    if !(binSeconds > 0) { return "bins of \(binSeconds) s are no course" }
    let bins = moves.first?.median.count ?? 0
    if moves.contains(where: { [$0.median.count, $0.low.count, $0.high.count].contains { $0 != bins } }) {
      return "the moves have not the same bins everywhere"
    }
    if spans.contains(where: { $0.ended < $0.began }) { return "an attempt ends before it begins" }
    return nil
  }
}
