internal import CutoverCore
internal import Quantities

extension QuantityError: HintedError {
  package var remedy: String? { hint }
}

extension Shape where Value == Bytes {
  static let bytes = Shape.quantity(
    named: "an amount of data", example: "200 GiB", parse: { try Bytes(parsing: $0) },
    format: { short($0.description, for: $0) { try Bytes(parsing: $0) } ?? $0.exactDescription })
}

extension Shape where Value == ByteRate {
  static let byteRate = Shape.quantity(
    named: "a rate of data", example: "25 Gbit/s", parse: { try ByteRate(parsing: $0) },
    format: { words($0) })

  /// A rate, or the word `unlimited`.
  static let limit = Shape.quantity(
    named: "a rate of data, or unlimited", example: "25 Gbit/s",
    pattern: #"^\s*(unlimited|[0-9][0-9_,]*(\.[0-9]+)?\s*[A-Za-z].*)$"#,
    parse: { $0 == "unlimited" ? .unlimited : try ByteRate(parsing: $0) },
    format: { $0.bytesPerSecond == .infinity ? "unlimited" : $0.exactDescription }
  ).checked { rate in
    if rate <= .zero {
      throw Complaint("a link or disk of 0 B/s never moves anything", hint: "a rate above 0, or unlimited")
    }
  }
}

extension Shape where Value == Duration {
  static let duration = Shape.quantity(
    named: "a length of time", example: "30 min", parse: { try Duration(parsing: $0) },
    format: { short($0.description, for: $0) { try Duration(parsing: $0) } ?? $0.exactDescription })

  /// Longer than nothing.
  static let positiveDuration = duration.checked { time in
    if time <= .zero {
      throw Complaint("a time of 0 is not possible here", hint: "a time above 0, such as 30 min")
    }
  }
}

extension Shape where Value == Double {
  /// So many per time, as events per second.
  static let eventRate = Shape<EventRate>.quantity(
    named: "so many per time", example: "80 / d", parse: { try EventRate(parsing: $0) },
    format: { $0.exactDescription }
  ).mapped({ $0.perSecond }, back: { EventRate(perSecond: $0) })
}

extension Shape where Value == KernelVersion {
  /// The version of a kernel or hypervisor.
  static let version = Shape<String>.text(
    called: "a version", pattern: #"^[0-9]+([._-][0-9]+)*([._-].*)?$"#,
    examples: ["5.10.0", "4.18.0-466.el8"]
  ).mapped { text in
    guard let version = KernelVersion(text) else {
      throw Complaint("'\(text)' is not a version", hint: "numbers with dots, such as '5.10.0' (in quotes)")
    }
    return version
  } back: {
    $0.description
  }
}

/// The short form of a quantity, if it says exactly the same.
private func short<Value: Equatable>(
  _ text: String, for value: Value, parse: (String) throws -> Value
) -> String? {
  (try? parse(text)) == value ? text : nil
}

private func words(_ rate: ByteRate) -> String {
  if rate.bytesPerSecond == .infinity { return "unlimited" }
  return short(rate.description, for: rate) { try ByteRate(parsing: $0) } ?? rate.exactDescription
}
