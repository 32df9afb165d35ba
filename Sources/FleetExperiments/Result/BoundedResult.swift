/// A result as a file holds it, once all numbers in it have been seen to be such as a study comes to.
///
/// Sums, squares and cubes of figures are taken all over; a number near the end of what 64 bits hold would make infinity
/// of them, and of their differences no number at all.
public struct BoundedResult<Result: Decodable>: Decodable {
  public let result: Result

  /// - Throws: `DecodingError`, with the path of the first number that is out of bounds, or what `Result` throws.
  public init(from decoder: any Decoder) throws {
    _ = try BoundedNumbers(from: decoder)
    result = try Result(from: decoder)
  }
}

/// Any tree of objects and lists, all numbers of which are within bounds.
private struct BoundedNumbers: Decodable {
  /// Bytes that a million fleets send in an age of the world are fewer; its tenth power is a number still.
  static let most = 1e30

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let number = try? decoder.singleValueContainer().decode(Double.self) {
      guard abs(number) <= BoundedNumbers.most else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath,
            debugDescription:
              "\(decoder.codingPath.words) is \(number), which no study comes to"))
      }
    } else if let object = try? decoder.container(keyedBy: Key.self) {
      // In their order, so that it is always the same one that is told of several.
      for key in object.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
        _ = try object.decode(BoundedNumbers.self, forKey: key)
      }
    } else if var list = try? decoder.unkeyedContainer() {
      while !list.isAtEnd { _ = try list.decode(BoundedNumbers.self) }
    }
  }
}

extension [any CodingKey] {
  /// `'downtimes[0].seconds'`.
  var words: String {
    let text = reduce(into: "") { text, key in
      text += key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? "" : ".") + key.stringValue
    }
    return "'\(text)'"
  }
}
