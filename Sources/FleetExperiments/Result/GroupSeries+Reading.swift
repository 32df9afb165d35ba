// What is reckoned with pair by pair has been looked at when it is read: a file may be anybody's.

extension GroupSeries {
  /// - Throws: `DecodingError`, also for numbers that cannot be those of moves, or are not one for each replication.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    moves = try values.counts(.moves)
    let each = PerReplication(key: CodingKeys.moves, count: moves.count)
    completed = try values.counts(.completed, each)
    abandoned = try values.counts(.abandoned, each)
    attempts = try values.counts(.attempts, each)
    failedAttempts = try values.counts(.failedAttempts, each)
    transferredBytes = try values.amounts(.transferredBytes, each)
    downtimeSeconds = try values.amounts(.downtimeSeconds, each)
    savedSeconds = try values.numbers(.savedSeconds, each)
    brownoutSeconds = try values.amounts(.brownoutSeconds, each)
    downtimeMean = try values.someAmounts(.downtimeMean, each)
    downtimeMedian = try values.someAmounts(.downtimeMedian, each)
    downtimeP95 = try values.someAmounts(.downtimeP95, each)
    downtimeP99 = try values.someAmounts(.downtimeP99, each)
  }
}

extension DrainSeries {
  /// - Throws: `DecodingError`, also for numbers that cannot be those of drains, or are not one for each replication.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    started = try values.counts(.started)
    let each = PerReplication(key: CodingKeys.started, count: started.count)
    finished = try values.counts(.finished, each)
    gaveUp = try values.counts(.gaveUp, each)
    meanTimeSeconds = try values.amounts(.meanTimeSeconds, each)
    notBegun = values.contains(.notBegun) ? try values.counts(.notBegun, each) : nil
    timeMedian = try values.someAmounts(.timeMedian, each)
    timeP95 = try values.someAmounts(.timeP95, each)
  }
}

/// As many numbers as a list has that was read before.
private struct PerReplication {
  let key: any CodingKey
  let count: Int
}

extension KeyedDecodingContainer {
  fileprivate func numbers<Number: Decodable>(_ key: Key, _ each: PerReplication?) throws -> [Number] {
    let numbers = try decode([Number].self, forKey: key)
    guard let each, numbers.count != each.count else { return numbers }
    let path = codingPath + [key]
    throw DecodingError.dataCorrupted(
      .init(
        codingPath: path,
        debugDescription:
          "\(path.words) has \(numbers.count) numbers, and '\(each.key.stringValue)' \(each.count)"))
  }

  /// Of things that are counted one by one.
  fileprivate func counts(_ key: Key, _ each: PerReplication? = nil) throws -> [Double] {
    let counts: [Double] = try numbers(key, each)
    guard let wrong = counts.firstIndex(where: { !($0 >= 0 && $0 == $0.rounded()) }) else { return counts }
    throw refusal(key, wrong, counts[wrong], "a whole number that is not below zero is wanted")
  }

  /// Of time or data.
  fileprivate func amounts(_ key: Key, _ each: PerReplication) throws -> [Double] {
    let amounts: [Double] = try numbers(key, each)
    guard let wrong = amounts.firstIndex(where: { !($0 >= 0) }) else { return amounts }
    throw refusal(key, wrong, amounts[wrong], "nothing below zero is wanted")
  }

  /// `nil` where there is nothing to take one of; results of older versions do not have the key.
  fileprivate func someAmounts(_ key: Key, _ each: PerReplication) throws -> [Double?]? {
    guard contains(key), try !decodeNil(forKey: key) else { return nil }
    let amounts: [Double?] = try numbers(key, each)
    for case (let place, let amount?) in amounts.enumerated() where !(amount >= 0) {
      throw refusal(key, place, amount, "nothing below zero is wanted")
    }
    return amounts
  }

  private func refusal(_ key: Key, _ place: Int, _ value: Double, _ wanted: String) -> DecodingError {
    let path = codingPath + [key]
    let words = path.words.dropLast() + "[\(place)]'"
    return .dataCorrupted(.init(codingPath: path, debugDescription: "\(words) is \(value), and \(wanted)"))
  }
}
