/// SplitMix64 (Steele, Lea, Flood 2014), apart from the streams that the simulator itself draws from: every case of a
/// test is known by its seed.
public struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  public init(_ seed: UInt64) { state = seed }

  /// For seeds 0, 1, 2 ... whose streams must not be each other's, shifted by one draw.
  public init(spreading seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678_9abc_def1 }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  public mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }
  public mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
  public mutating func number(_ range: ClosedRange<Double>) -> Double {
    Double.random(in: range, using: &self)
  }
  public mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &self)]
  }

  /// A number that is not negative, of any size alike.
  public mutating func magnitude() -> Int64 { Int64(next() >> 1) >> Int64.random(in: 0...62, using: &self) }

  /// A finite positive number of any size.
  public mutating func positiveDouble() -> Double {
    while true {
      let value = Double(bitPattern: next() >> 1)
      if value.isFinite, value > 0 { return value }
    }
  }
}
