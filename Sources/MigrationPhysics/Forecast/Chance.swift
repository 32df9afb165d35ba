internal import DiscreteEvent

#if canImport(Glibc)
  private import Glibc
#endif

/// What chance adds to a prediction: nothing, the draws of one sample, or those of one of a few typical courses.
struct Chance {
  private enum Kind {
    case none
    /// Only what bears on the course itself - rates, dirtying, buffers, phase - and not the scatter that no term explains.
    case course
    case all
  }

  private let kind: Kind
  /// Of typical courses: which of how many, and how many draws were made.
  private let place: (index: Int, count: Int)
  private var draws = 0
  var stream: RandomStream

  static let none = Chance(.none, RandomStream(seed: 1), (0, 1))

  private init(_ kind: Kind, _ stream: RandomStream, _ place: (index: Int, count: Int)) {
    self.kind = kind
    self.stream = stream
    self.place = place
  }

  init(seed: UInt64, sample: Int) {
    self.init(.all, Chance.stream(seed, sample), (0, 1))
  }

  /// One of `count` courses that stand for all. Their first draws are the points of a shifted rank-1 lattice (Korobov,
  /// 1959; Cranley and Patterson, 1976), each coordinate of which has one point in each of `count` equal parts: so few
  /// courses cover chance evenly, and are the same for each set of constants.
  init(typical index: Int, of count: Int) {
    self.init(.course, Chance.stream(0, index), (index, count))
  }

  private static func stream(_ seed: UInt64, _ sample: Int) -> RandomStream {
    RandomStream(StreamKey(seed: seed, replication: UInt64(sample), entity: 0, purpose: .forecast))
  }

  var isSilent: Bool { kind == .none }

  /// A lognormal factor of median 1.
  mutating func factor(_ sigma: Double) -> Double {
    isSilent || sigma <= 0 ? 1 : exp(sigma * normal())
  }

  mutating func deviate(_ sigma: Double) -> Double {
    isSilent || sigma <= 0 ? 0 : sigma * normal()
  }

  /// A factor that stands for what no term of the model explains.
  mutating func unexplained(_ sigma: Double) -> Double { kind == .all ? factor(sigma) : 1 }

  /// An exponential time that no term explains; its median where only what is explained counts.
  mutating func unexplained(mean: Double) -> Double {
    guard mean > 0 else { return 0 }
    return kind == .all ? -mean * log(stream.uniform()) : mean * 0.693_147_180_559_945
  }

  /// Coprime to every count that is a power of two, so that each coordinate is a permutation.
  private static let generator = 13
  /// Per coordinate, the fractional part of the golden ratio: without a shift the first point is a corner.
  private static let shift = 0.618_033_988_749_895
  /// Later draws are of rounds, whose number is chance itself.
  private static let latticeDraws = 6

  private mutating func normal() -> Double {
    guard kind == .course, draws < Chance.latticeDraws else { return stream.standardNormal() }
    draws += 1
    var multiple = place.index
    for _ in 1..<draws { multiple = multiple * Chance.generator % place.count }
    let point = (Double(multiple) + 0.5) / Double(place.count) + Double(draws) * Chance.shift
    return StandardNormal.quantile(point - point.rounded(.down))
  }
}

extension StreamPurpose {
  static let forecast = StreamPurpose("forecast")
}
