internal import DiscreteEvent

#if canImport(Glibc)
  private import Glibc
#endif

/// What chance adds to a prediction: nothing, the draws of one of many courses, or of one that the model explains.
///
/// What is drawn once a course is one coordinate of a Richtmyer sequence, the fractional parts of the multiples of the
/// square roots of primes, with a random shift (Richtmyer 1951; Cranley and Patterson 1976): however many courses there
/// are, they cover each coordinate evenly, so that a few hundred tell a median as well as thousands of independent ones
/// would. What is drawn once a round comes from a stream of its own.
struct Chance {
  private enum Kind {
    case none
    /// Only what bears on the course itself - rates, dirtying, buffers, phase - and not the scatter that no term explains.
    case course
    case all
  }

  /// What is drawn at most once a course.
  enum Draw: Int, CaseIterable {
    case buffers, base, phase, rate
    case boot, time, bytes, bulk, pause, jitter

    fileprivate var root: Double { Draw.roots[rawValue] }

    private static let roots = [2.0, 3, 5, 7, 11, 13, 17, 19, 23, 29].map { $0.squareRoot() }
  }

  private let kind: Kind
  private let seed: UInt64
  private let course: Int
  let stream: RandomStream

  static let none = Chance(.none, seed: 1, course: 0)

  private init(_ kind: Kind, seed: UInt64, course: Int) {
    self.kind = kind
    self.seed = seed
    self.course = course
    stream = Chance.stream(seed, course)
  }

  init(seed: UInt64, sample: Int) { self.init(.all, seed: seed, course: sample) }

  /// Of a few courses that stand for all: the same ones for each set of constants.
  init(typical index: Int) { self.init(.course, seed: 0, course: index) }

  private static func stream(_ seed: UInt64, _ number: Int, draw: Draw? = nil) -> RandomStream {
    RandomStream(
      StreamKey(
        seed: seed, replication: UInt64(number), entity: draw.map { UInt64($0.rawValue) + 1 } ?? 0,
        purpose: .forecast))
  }

  var isSilent: Bool { kind == .none }

  /// A lognormal factor of median 1.
  func factor(_ sigma: Double, _ draw: Draw) -> Double {
    isSilent || sigma <= 0 ? 1 : exp(sigma * normal(draw))
  }

  func deviate(_ sigma: Double, _ draw: Draw) -> Double {
    isSilent || sigma <= 0 ? 0 : sigma * normal(draw)
  }

  /// A factor that stands for what no term of the model explains.
  func unexplained(_ sigma: Double, _ draw: Draw) -> Double { kind == .all ? factor(sigma, draw) : 1 }

  /// An exponential time that no term explains; its median where only what is explained counts.
  func unexplained(mean: Double, _ draw: Draw) -> Double {
    guard mean > 0 else { return 0 }
    return kind == .all ? -mean * log(uniform(draw)) : mean * 0.693_147_180_559_945
  }

  private func normal(_ draw: Draw) -> Double { StandardNormal.quantile(uniform(draw)) }

  /// Between 0 and 1, both excluded.
  private func uniform(_ draw: Draw) -> Double {
    var shift = Chance.stream(seed, 0, draw: draw)
    let point = shift.uniform() + Double(course) * draw.root
    return min(max(point - point.rounded(.down), 0x1p-53), 1 - 0x1p-53)
  }
}

extension StreamPurpose {
  static let forecast = StreamPurpose("forecast")
}
