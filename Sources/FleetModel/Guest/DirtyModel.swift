public import Quantities

/// How much distinct data a guest changes in a window of time: concave, never a plain rate.
///
/// `D(t) = h (1 - exp(-t/tau)) + r t`, capped by the working set as `W (1 - exp(-x/W))`: the hot part is written over
/// and over, so a window of 24 s and one of 0.4 s saw 45 and 155 MiB/s on one and the same guest. With `h = 0` and
/// uniform writes the cap is the coupon-collector law: of `W` pages, `W (1 - exp(-rt/W))` are distinct.
public struct DirtyModel: Hashable, Sendable {
  /// What is rewritten all the time.
  public var hot: Bytes
  /// How soon the hot part has been written once, over 1 - 1/e of it.
  public var hotTime: Duration
  /// New data beyond the hot part.
  public var rate: ByteRate
  /// No window ever changes more.
  public var workingSet: Bytes

  public init(hot: Bytes = .zero, hotTime: Duration = .seconds(1), rate: ByteRate, workingSet: Bytes) {
    self.hot = hot
    self.hotTime = hotTime
    self.rate = rate
    self.workingSet = workingSet
  }

  /// The distinct bytes changed in a window of `seconds`, of a guest that runs at `speed` (1 = not slowed).
  public func changed(in seconds: Double, speed: Double = 1) -> Double {
    let time = seconds * speed
    guard time > 0, workingSet > .zero else { return 0 }
    let tau = hotTime.seconds
    let hotPart = tau > 0 ? hot.value * -_expm1(-time / tau) : hot.value
    let total = hotPart + rate.bytesPerSecond * time
    return workingSet.value * -_expm1(-total / workingSet.value)
  }
}

#if canImport(Glibc)
  private import Glibc
#endif

/// `exp(x) - 1`, accurate near zero.
private func _expm1(_ x: Double) -> Double { expm1(x) }
