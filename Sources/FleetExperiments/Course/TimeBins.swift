internal import Quantities

/// Amounts over time, in bins of one width that doubles whenever time outgrows them: however long a run, never more than
/// `most` bins.
///
/// Widths are a second times a power of two, so bins of different runs can be laid over each other.
struct TimeBins: Codable, Sendable {
  static let most = 512
  private static let narrowest: Int64 = 1_000_000_000

  /// Of a bin, in nanoseconds.
  private(set) var width = TimeBins.narrowest
  private(set) var amounts: [Double] = []

  mutating func add(_ amount: Double, at time: Instant) {
    let bin = place(of: time.nanoseconds)
    amounts[bin] += amount
  }

  /// Spreads an amount evenly over a time.
  mutating func add(_ amount: Double, from begin: Instant, to end: Instant) {
    guard amount > 0 else { return }
    guard end > begin else { return add(amount, at: begin) }
    let last = place(of: end.nanoseconds)
    let first = Int(begin.nanoseconds / width)
    let whole = Double(end.nanoseconds - begin.nanoseconds)
    for bin in first...last {
      let (low, high) = (Int64(bin) * width, Int64(bin + 1) * width)
      let part = Double(min(high, end.nanoseconds) - max(low, begin.nanoseconds))
      amounts[bin] += amount * part / whole
    }
  }

  /// The same amounts in bins of another width, a power of two times this one.
  func widened(to wider: Int64) -> [Double] {
    guard wider > width, !amounts.isEmpty else { return amounts }
    let factor = Int(wider / width)
    var sums = [Double](repeating: 0, count: (amounts.count + factor - 1) / factor)
    for (bin, amount) in amounts.enumerated() { sums[bin / factor] += amount }
    return sums
  }

  /// The bin of a time, which is there afterwards.
  private mutating func place(of nanoseconds: Int64) -> Int {
    while Int(nanoseconds / width) >= TimeBins.most {
      amounts = widened(to: width * 2)
      width *= 2
    }
    let bin = Int(nanoseconds / width)
    if bin >= amounts.count { amounts += Array(repeating: 0, count: bin + 1 - amounts.count) }
    return bin
  }
}

extension TimeBins {
  private enum CodingKeys: String, CodingKey {
    case width, amounts
  }

  /// - Throws: `DecodingError`, also for bins that cannot be laid over others.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    width = try values.decode(Int64.self, forKey: .width)
    amounts = try values.decode([Double].self, forKey: .amounts)
    let seconds = width / TimeBins.narrowest
    let lastBegins = width.multipliedReportingOverflow(by: Int64(max(0, amounts.count - 1)))
    guard width % TimeBins.narrowest == 0, seconds > 0, seconds & (seconds - 1) == 0,
      amounts.count <= TimeBins.most, !lastBegins.overflow
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "\(amounts.count) bins of \(width) ns are no course"))
    }
  }
}
