/// A result as a file holds it, once all numbers in it have been seen to be such as a study comes to.
///
/// Sums, squares and cubes of figures are taken all over; a number near the end of what 64 bits hold would make infinity
/// of them, and of their differences no number at all.
public struct BoundedResult<Result: Decodable>: Decodable {
  public let result: Result

  /// - Throws: `DecodingError`, with the path of the first number that is out of bounds, or what `Result` throws.
  public init(from decoder: any Decoder) throws { result = try Result(from: BoundedDecoder(decoder)) }
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
