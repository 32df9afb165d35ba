internal import Foundation

extension RunFolder {
  func shardPath(_ units: Range<Int>) -> String { shardFolder + "/" + RunFolder.shardName(units) }

  private static func shardName(_ units: Range<Int>) -> String {
    "shard-\(padded(units.lowerBound))-\(padded(units.upperBound)).jsonl"
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 9 - digits.count)) + digits
  }

  /// The units of the shard that a name is of; `nil`: of none.
  private static func units(ofShard name: some StringProtocol) -> Range<Int>? {
    guard name.hasPrefix("shard-"), name.hasSuffix(".jsonl") else { return nil }
    let numbers = name.dropFirst(6).dropLast(6).split(separator: "-").map { Int($0) }
    guard numbers.count == 2, let first = numbers[0], let end = numbers[1], 0 <= first, first < end else {
      return nil
    }
    // Written otherwise it is not where it would be looked for.
    return shardName(first..<end) == name ? first..<end : nil
  }

  /// Whether a file of this name is a shard, or one in the making.
  static func isShard(_ name: String) -> Bool {
    units(ofShard: name.firstRange(of: ".partial-").map { name[..<$0.lowerBound] } ?? name[...]) != nil
  }

  /// What processes have left of a shard that is not whole.
  func partials(of units: Range<Int>) -> [String] {
    let start = RunFolder.shardName(units) + ".partial-"
    return ((try? FileManager.default.contentsOfDirectory(atPath: shardFolder)) ?? [])
      .filter { $0.hasPrefix(start) }.sorted()
  }

  /// The whole shards, by the units they hold, in order.
  public var wholeShards: [Range<Int>] {
    ((try? FileManager.default.contentsOfDirectory(atPath: shardFolder)) ?? [])
      .compactMap { RunFolder.units(ofShard: $0) }
      .filter { $0.upperBound <= manifest.units }
      .sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
  }

  /// What tells whether a whole shard was written, cut or changed since: names, lengths and times of change.
  var shardStamp: String {
    wholeShards.map { units in
      let found = try? FileManager.default.attributesOfItem(atPath: shardPath(units))
      let time = (found?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      return "\(RunFolder.shardName(units)) \(found?[.size] as? UInt64 ?? 0) \(time)"
    }.joined(separator: "\n")
  }

  /// How many units are in whole shards.
  public var unitsDone: Int {
    pieces(wholeShards).reduce(0) { $0 + $1.units.count }
  }

  public var isComplete: Bool { unitsDone == manifest.units }

  /// The shards out of so many that are still to be done.
  public func missing(of count: Int) -> [Int] {
    let done = pieces(wholeShards).map(\.units)
    return (0..<count).filter { !isCovered(manifest.shard($0, of: count), by: done) }
  }

  /// Whether all of these units are in whole shards, whichever way those were cut.
  func isDone(_ units: Range<Int>) -> Bool {
    isCovered(units, by: pieces(wholeShards).map(\.units))
  }

  private func isCovered(_ units: Range<Int>, by done: [Range<Int>]) -> Bool {
    done.reduce(0) { $0 + $1.clamped(to: units).count } == units.count
  }

  /// Which units to take from which shard so that each is taken once: shards may have been cut in several ways.
  func pieces(_ shards: [Range<Int>]) -> [(units: Range<Int>, shard: Range<Int>)] {
    var (pieces, next) = ([(units: Range<Int>, shard: Range<Int>)](), 0)
    for shard in shards where shard.upperBound > next {
      let first = max(next, shard.lowerBound)
      pieces.append((first..<shard.upperBound, shard))
      next = shard.upperBound
    }
    return pieces
  }
}
