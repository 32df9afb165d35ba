/// Keys with values in the order of the document. Keys are unique.
struct OrderedPairs<Key: Sendable, Value: Sendable>: Sendable {
  struct Pair: Sendable {
    var key: Key
    var value: Value
  }

  var pairs: [Pair]

  init(_ pairs: [Pair] = []) { self.pairs = pairs }
  init(_ pairs: [(Key, Value)]) { self.pairs = pairs.map { Pair(key: $0.0, value: $0.1) } }
}

extension OrderedPairs: RandomAccessCollection {
  var startIndex: Int { pairs.startIndex }
  var endIndex: Int { pairs.endIndex }
  subscript(position: Int) -> Pair { pairs[position] }
}

extension OrderedPairs where Key: Equatable {
  /// The value under a key. Linear in the number of pairs.
  func value(for key: Key) -> Value? { pairs.first { $0.key == key }?.value }
}

extension OrderedPairs.Pair: Equatable where Key: Equatable, Value: Equatable {}
extension OrderedPairs: Equatable where Key: Equatable, Value: Equatable {}
