internal import FleetModel
internal import Quantities

#if canImport(Glibc)
  private import Glibc
#endif

/// The memory that a guest writes, and what of it the destination lacks: how much a window of time dirties, by the
/// order in which the pages are written.
///
/// A page that was still to be sent when it is written again counts once: of the pages written in a window only those
/// are new that were not pending.
struct WorkingSet: Sendable {
  private enum Order: Sendable {
    /// In up to four parts, each uniformly.
    case tiers
    case sweep
    /// By a law of distinct bytes over time: a fleet's model, or a measured curve.
    case law(DirtyLaw)
  }

  private let order: Order
  /// Bytes of each part, its share of the writes, and what of it is pending.
  private let sizes: SIMD4<Double>
  private let shares: SIMD4<Double>
  private var parts = SIMD4<Double>()
  /// Bytes written each second, of whichever page.
  let rate: Double
  private let size: Double
  // A sweep: what is pending, where the guest writes, where the stream reads.
  private var arcs = Arcs()
  private var writer: Double
  private var reader = 0.0
  private var isFirst = true

  /// How much of it is pending.
  private(set) var pending = 0.0
  /// What was pending when the window began.
  private var leftOver = 0.0

  /// - Parameters:
  ///   - rateFactor: chance, on the rate.
  ///   - phase: where a sweep is at the end of the first window, 0 to 1.
  init(_ writes: MemoryWrites, pageSize: Double, rateFactor: Double, phase: Double) {
    rate = max(0, writes.pagesPerSecond * pageSize * rateFactor)
    size = max(0, writes.workingSet.value)
    writer = phase
    var (sizes, shares) = (SIMD4<Double>(), SIMD4<Double>())
    (sizes[0], shares[0]) = (size, 1)
    switch writes.pattern {
    case .uniform: order = .tiers
    case .sweep: order = .sweep
    case .hot(let writes, let part):
      order = .tiers
      sizes = SIMD4(part, 1 - part, 0, 0) * size
      shares = SIMD4(writes, 1 - writes, 0, 0)
    case .mixture(let tiers):
      order = .tiers
      (sizes, shares) = (SIMD4(), SIMD4())
      for (index, tier) in tiers.prefix(4).enumerated() {
        sizes[index] = tier.part * size
        shares[index] = tier.writes
      }
    case .curve(let points): order = .law(.measured(points))
    }
    (self.sizes, self.shares) = (sizes, shares)
  }

  /// A fleet's guest.
  init(_ model: DirtyModel) {
    order = .law(.concave(model))
    size = model.workingSet.value
    rate = 0
    writer = 0
    (sizes, shares) = (SIMD4(), SIMD4())
  }

  /// The guest has written for `seconds` at `speed` (1 = not slowed), of which a first part, `before`, has been counted.
  ///
  /// - Returns: what is pending now and was not before.
  mutating func write(for seconds: Double, counted before: Double = 0, speed: Double, noise: Double) -> Double
  {
    let old = pending
    switch order {
    case .tiers:
      let factor = rate * (seconds - before) * speed * noise
      pending = 0
      for index in 0..<4 where sizes[index] > 0 {
        let clean = sizes[index] - parts[index]
        parts[index] += clean * -expm1(-factor * shares[index] / sizes[index])
        pending += parts[index]
      }
    case .sweep:
      guard size > 0 else { return 0 }
      let length = rate * (seconds - before) * speed * noise / size
      if isFirst {
        // What the first window wrote ends where the guest is now.
        let start = (writer - length).truncatingRemainder(dividingBy: 1)
        arcs.mark(from: start < 0 ? start + 1 : start, length: length)
        isFirst = false
      } else {
        arcs.mark(from: writer, length: length)
        writer = (writer + length).truncatingRemainder(dividingBy: 1)
      }
      pending = arcs.total * size
    case .law(let law):
      let new = (law.distinct(in: seconds, speed: speed) - law.distinct(in: before, speed: speed)) * noise
      pending = min(pending + max(0, new) * (size > 0 ? 1 - leftOver / size : 1), max(pending, size))
    }
    return max(0, pending - old)
  }

  /// A share of what is pending has been sent.
  mutating func send(share: Double) {
    guard share < 1 else {
      (parts, pending, leftOver, arcs) = (SIMD4(), 0, 0, Arcs())
      return
    }
    parts *= 1 - share
    if case .sweep = order, size > 0 {
      reader = arcs.take(pending * share / size, from: reader)
      pending = arcs.total * size
    } else {
      pending *= 1 - share
    }
    leftOver = pending
  }
}

/// Distinct bytes over time, concave.
enum DirtyLaw: Sendable {
  case concave(DirtyModel)
  case measured([DirtyPoint])

  func distinct(in seconds: Double, speed: Double) -> Double {
    switch self {
    case .concave(let model): return model.changed(in: seconds, speed: speed)
    case .measured(let points):
      // Straight between the points, and on from the last two at their slope.
      let time = seconds * speed
      var (from, to) = (
        DirtyPoint(window: .zero, distinct: .zero), DirtyPoint(window: .zero, distinct: .zero)
      )
      for point in points {
        (from, to) = (to, point)
        if point.window.seconds >= time { break }
      }
      let width = to.window.seconds - from.window.seconds
      guard width > 0, time > 0 else { return 0 }
      let slope = (to.distinct.value - from.distinct.value) / width
      return max(0, from.distinct.value + slope * (time - from.window.seconds))
    }
  }
}
