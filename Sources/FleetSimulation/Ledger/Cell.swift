/// What is counted of a group of moves: a strategy's, a class's or a campaign's. Times in seconds, data in bytes.
public struct Cell: Hashable, Codable, Sendable {
  /// Moves that somebody asked for; for a strategy, those that were begun with it.
  public internal(set) var requested = 0
  /// Moves that ended with the guest where it should be.
  public internal(set) var completed = 0
  /// Moves that ended with the guest where it was.
  public internal(set) var abandoned = 0
  public internal(set) var attempts = 0
  /// Attempts and refusals by the code of their end, as an index into the ledger's codes; zero for completion.
  public internal(set) var failures: [Int] = []

  public internal(set) var diskBytes = 0.0
  public internal(set) var memoryBytes = 0.0
  public internal(set) var repeatedBytes = 0.0
  public internal(set) var outageBytes = 0.0
  /// The part of all these that attempts sent which then failed.
  public internal(set) var wastedBytes = 0.0

  /// Of moves that were begun: from the wish, or the date agreed with the customer, to the first attempt.
  public internal(set) var wait = Samples()
  /// Of completed attempts, from the first step to the last.
  public internal(set) var totalTime = Samples()
  /// Of attempts that had such a one.
  public internal(set) var pause = Samples()
  public internal(set) var networkGap = Samples()
  public internal(set) var serviceGap = Samples()
  /// Of completed moves, and of those given up that had cost something: what the client saw of all its attempts.
  public internal(set) var downtime = Samples()
  /// Of all moves, completed or not, and of incidents after them.
  public internal(set) var downtimeSeconds = 0.0
  /// What the completed moves would have cost by the baseline strategy.
  public internal(set) var baselineSeconds = 0.0
  /// Minus what they cost.
  public internal(set) var savedSeconds = 0.0
  /// Time during which a guest ran slower because it was copied.
  public internal(set) var brownoutSeconds = 0.0
  /// How long attempts held their slots that ended because they did not converge, or took too long.
  public internal(set) var slotWasteSeconds = 0.0

  public init() {}

  public var transferredBytes: Double { diskBytes + memoryBytes + repeatedBytes + outageBytes }
  public var failedAttempts: Int { failures.reduce(0, +) }

  mutating func count(failure code: Int) {
    while failures.count <= code { failures.append(0) }
    failures[code] += 1
  }

  /// Adds another replication's cell of the same group.
  public mutating func merge(_ other: Cell) {
    requested += other.requested
    completed += other.completed
    abandoned += other.abandoned
    attempts += other.attempts
    for (code, count) in other.failures.enumerated() where count > 0 {
      while failures.count <= code { failures.append(0) }
      failures[code] += count
    }
    diskBytes += other.diskBytes
    memoryBytes += other.memoryBytes
    repeatedBytes += other.repeatedBytes
    outageBytes += other.outageBytes
    wastedBytes += other.wastedBytes
    wait.merge(other.wait)
    totalTime.merge(other.totalTime)
    pause.merge(other.pause)
    networkGap.merge(other.networkGap)
    serviceGap.merge(other.serviceGap)
    downtime.merge(other.downtime)
    downtimeSeconds += other.downtimeSeconds
    baselineSeconds += other.baselineSeconds
    savedSeconds += other.savedSeconds
    brownoutSeconds += other.brownoutSeconds
    slotWasteSeconds += other.slotWasteSeconds
  }
}
