/// Reads what another decoder reads, and refuses numbers that no study comes to.
struct BoundedDecoder: Decoder {
  private let base: any Decoder

  init(_ base: any Decoder) { self.base = base }

  var codingPath: [any CodingKey] { base.codingPath }
  var userInfo: [CodingUserInfoKey: Any] { base.userInfo }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(BoundedObject(base: try base.container(keyedBy: type)))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    BoundedList(base: try base.unkeyedContainer())
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    BoundedValue(base: try base.singleValueContainer())
  }
}

/// A value with all that is in it.
private struct Bounded<Value: Decodable>: Decodable {
  let value: Value

  init(from decoder: any Decoder) throws { value = try Value(from: BoundedDecoder(decoder)) }
}

// MARK: - Bounds

/// What has nothing in it.
private protocol Simple {
  var isBounded: Bool { get }
}

extension Simple {
  var isBounded: Bool { true }
}

extension Bool: Simple {}
extension String: Simple {}
extension Int8: Simple {}
extension Int16: Simple {}
extension Int32: Simple {}
extension UInt: Simple {}
extension UInt8: Simple {}
extension UInt16: Simple {}
extension UInt32: Simple {}
// Times are any number of nanoseconds, and seeds any number at all.
extension Int64: Simple {}
extension UInt64: Simple {}

extension Double: Simple {
  /// Bytes that a million fleets send in an age of the world are fewer; its tenth power is a number still.
  var isBounded: Bool { abs(self) <= 1e30 }
}

extension Float: Simple {
  var isBounded: Bool { Double(self).isBounded }
}

extension Int: Simple {
  /// A hundred thousand of them, as many as there are replications, still have a sum.
  var isBounded: Bool { magnitude <= 10_000_000_000_000 }
}

/// A value that has nothing in it, where `type` is of that kind; `nil` for all other kinds.
///
/// - Parameter read: Reads one; what it reads is checked.
private func simple<Value: Decodable>(
  _ type: Value.Type, at path: @autoclosure () -> [any CodingKey], _ read: () throws -> Value
) throws -> Value? {
  // Nearly all are of these; to ask for the others takes longer.
  let isUsual = type == Double.self || type == Int.self || type == String.self
  guard isUsual || type is any Simple.Type else { return nil }
  let value = try read()
  if type == String.self { return value }
  if let number = value as? any Simple, !number.isBounded {
    throw DecodingError.dataCorrupted(
      .init(codingPath: path(), debugDescription: "\(path().words) is \(number), which no study comes to"))
  }
  return value
}

// MARK: - Containers

private struct BoundedObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let base: KeyedDecodingContainer<Key>

  var codingPath: [any CodingKey] { base.codingPath }
  var allKeys: [Key] { base.allKeys }
  func contains(_ key: Key) -> Bool { base.contains(key) }
  func decodeNil(forKey key: Key) throws -> Bool { try base.decodeNil(forKey: key) }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try simple(type, at: codingPath + [key]) { try base.decode(type, forKey: key) }
      ?? base.decode(Bounded<Value>.self, forKey: key).value
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    KeyedDecodingContainer(BoundedObject<Nested>(base: try base.nestedContainer(keyedBy: type, forKey: key)))
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    BoundedList(base: try base.nestedUnkeyedContainer(forKey: key))
  }

  func superDecoder() throws -> any Decoder { BoundedDecoder(try base.superDecoder()) }
  func superDecoder(forKey key: Key) throws -> any Decoder {
    BoundedDecoder(try base.superDecoder(forKey: key))
  }
}

private struct BoundedList: UnkeyedDecodingContainer {
  var base: any UnkeyedDecodingContainer

  var codingPath: [any CodingKey] { base.codingPath }
  var count: Int? { base.count }
  var isAtEnd: Bool { base.isAtEnd }
  var currentIndex: Int { base.currentIndex }
  mutating func decodeNil() throws -> Bool { try base.decodeNil() }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let place = currentIndex
    return try simple(type, at: codingPath + [Index(place)]) { try base.decode(type) }
      ?? base.decode(Bounded<Value>.self).value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    KeyedDecodingContainer(BoundedObject<Nested>(base: try base.nestedContainer(keyedBy: type)))
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    BoundedList(base: try base.nestedUnkeyedContainer())
  }

  mutating func superDecoder() throws -> any Decoder { BoundedDecoder(try base.superDecoder()) }

  private struct Index: CodingKey {
    let intValue: Int?
    var stringValue: String { "Index \(intValue ?? 0)" }
    init(_ place: Int) { intValue = place }
    init?(intValue: Int) { self.intValue = intValue }
    init?(stringValue: String) { nil }
  }
}

private struct BoundedValue: SingleValueDecodingContainer {
  let base: any SingleValueDecodingContainer

  var codingPath: [any CodingKey] { base.codingPath }
  func decodeNil() -> Bool { base.decodeNil() }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try simple(type, at: codingPath) { try base.decode(type) } ?? base.decode(Bounded<Value>.self).value
  }
}
