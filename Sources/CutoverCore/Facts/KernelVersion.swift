/// The version of a kernel or hypervisor, compared number by number: `4.9.189-3` comes after `4.9.20`.
///
/// Up to six numbers are kept, which is what distribution kernels use (`2.6.32-754.35.1`). Text behind them (`.el8`,
/// `-generic`) does not take part in the order.
public struct KernelVersion: Hashable, Sendable {
  // Fixed fields and no array: facts are copied per attempt, and must not allocate.
  private var high: UInt64
  private var low: UInt64

  /// Reads the numbers of a version; `nil` if it doesn't start with one, or a number is above 1,048,575.
  public init?(_ text: some StringProtocol) {
    var numbers: [UInt64] = []
    var current: UInt64?
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39:
        let next = (current ?? 0) * 10 + UInt64(byte - 0x30)
        guard next < 1 << 20 else { return nil }
        current = next
      case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
        guard let number = current else {
          if numbers.isEmpty { return nil }
          break
        }
        numbers.append(number)
        current = nil
      default:
        if numbers.isEmpty && current == nil { return nil }
        if let number = current { numbers.append(number) }
        self.init(numbers)
        return
      }
      if numbers.count == 6 { break }
    }
    if let number = current { numbers.append(number) }
    guard !numbers.isEmpty else { return nil }
    self.init(numbers)
  }

  private init(_ numbers: [UInt64]) {
    var fields: [UInt64] = [0, 0, 0, 0, 0, 0]
    for (index, number) in numbers.prefix(6).enumerated() { fields[index] = number }
    high = fields[0] << 42 | fields[1] << 21 | fields[2]
    low = fields[3] << 42 | fields[4] << 21 | fields[5]
  }
}

extension KernelVersion: Comparable {
  public static func < (a: KernelVersion, b: KernelVersion) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

extension KernelVersion: CustomStringConvertible {
  public var description: String {
    let mask: UInt64 = 1 << 21 - 1
    var fields = [high >> 42, high >> 21 & mask, high & mask, low >> 42, low >> 21 & mask, low & mask]
    while fields.count > 2, fields.last == 0 { fields.removeLast() }
    return fields.map(String.init).joined(separator: ".")
  }
}

extension KernelVersion: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let version = KernelVersion(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is not a version such as 5.10.0")
    }
    self = version
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
