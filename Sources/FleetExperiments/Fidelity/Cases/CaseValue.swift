/// A value as a published case gives it: cases differ in what they know, so their inputs and outputs are trees.
public indirect enum CaseValue: Hashable, Sendable {
  case number(Double)
  case flag(Bool)
  case text(String)
  case list([CaseValue])
  case mapping([Member])

  public struct Member: Hashable, Sendable {
    public let key: String
    public let value: CaseValue

    public init(key: String, value: CaseValue) {
      self.key = key
      self.value = value
    }
  }

  public static let empty = CaseValue.mapping([])

  /// The value under a key; of keys with a dot, the value within the value.
  public subscript(_ path: String) -> CaseValue? {
    path.split(separator: ".").reduce(self as CaseValue?) { value, key in
      guard case .mapping(let members)? = value else { return nil }
      return members.first { $0.key == key }?.value
    }
  }

  /// The number itself, or the mean or the median of a distribution.
  public var number: Double? {
    switch self {
    case .number(let value): value
    case .mapping: self["mean"]?.number ?? self["median"]?.number
    case .flag, .text, .list: nil
    }
  }

  /// The numbers of a list, of the mean of a distribution over groups, or of a single number.
  public var numbers: [Double]? {
    switch self {
    case .number(let value): return [value]
    case .list(let values):
      let numbers = values.compactMap(\.number)
      return numbers.count == values.count ? numbers : nil
    case .mapping: return self["mean"]?.numbers ?? self["median"]?.numbers
    case .flag, .text: return nil
    }
  }

  public var text: String? { if case .text(let text) = self { text } else { nil } }
  public var texts: [String]? { if case .list(let values) = self { values.compactMap(\.text) } else { nil } }
  public var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
  public var members: [Member] { if case .mapping(let members) = self { members } else { [] } }
}
