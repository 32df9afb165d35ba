// What is reckoned with pair by pair has been looked at when it is read: a file may be anybody's.

extension GroupSeries {
  /// - Throws: `DecodingError`, also for numbers that cannot be those of moves.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    moves = try values.counts(.moves)
    completed = try values.counts(.completed)
    abandoned = try values.counts(.abandoned)
    attempts = try values.counts(.attempts)
    failedAttempts = try values.counts(.failedAttempts)
    transferredBytes = try values.amounts(.transferredBytes)
    downtimeSeconds = try values.amounts(.downtimeSeconds)
    savedSeconds = try values.decode([Double].self, forKey: .savedSeconds)
    brownoutSeconds = try values.amounts(.brownoutSeconds)
    downtimeMedian = try values.someAmounts(.downtimeMedian)
    downtimeP95 = try values.someAmounts(.downtimeP95)
    downtimeP99 = try values.someAmounts(.downtimeP99)
  }
}

extension DrainSeries {
  /// - Throws: `DecodingError`, also for numbers that cannot be those of drains.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    started = try values.counts(.started)
    finished = try values.counts(.finished)
    gaveUp = try values.counts(.gaveUp)
    meanTimeSeconds = try values.amounts(.meanTimeSeconds)
    notBegun = values.contains(.notBegun) ? try values.counts(.notBegun) : nil
    timeMedian = try values.someAmounts(.timeMedian)
    timeP95 = try values.someAmounts(.timeP95)
  }
}

extension KeyedDecodingContainer {
  /// Of things that are counted one by one.
  fileprivate func counts(_ key: Key) throws -> [Double] {
    let counts = try decode([Double].self, forKey: key)
    guard let wrong = counts.firstIndex(where: { !($0 >= 0 && $0 == $0.rounded()) }) else { return counts }
    throw refusal(key, wrong, counts[wrong], "a whole number that is not below zero is wanted")
  }

  /// Of time or data.
  fileprivate func amounts(_ key: Key) throws -> [Double] {
    let amounts = try decode([Double].self, forKey: key)
    guard let wrong = amounts.firstIndex(where: { !($0 >= 0) }) else { return amounts }
    throw refusal(key, wrong, amounts[wrong], "nothing below zero is wanted")
  }

  /// `nil` where there is nothing to take one of.
  fileprivate func someAmounts(_ key: Key) throws -> [Double?]? {
    guard let amounts = try decodeIfPresent([Double?].self, forKey: key) else { return nil }
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
