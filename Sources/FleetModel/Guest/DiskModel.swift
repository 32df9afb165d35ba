public import Quantities

#if canImport(Glibc)
  private import Glibc
#endif

/// How an image fills with age.
public enum DiskFill: Hashable, Sendable {
  /// All of it is there from the first day, and all of it travels.
  case thick
  /// A thin image, such as a VHD: it holds `initial` at birth and fills towards its virtual size with the time constant
  /// `fillTime`. It never shrinks: blocks that the guest frees stay allocated.
  case thin(initial: Bytes, fillTime: Duration)

  /// What is allocated at `age`, of a disk of the given virtual size.
  public func allocated(virtual: Bytes, age: Duration) -> Bytes {
    switch self {
    case .thick: return virtual
    case .thin(let initial, let fillTime):
      guard initial < virtual else { return virtual }
      guard age > .zero else { return initial }
      let filled = fillTime > .zero ? -expm1(-age.seconds / fillTime.seconds) : 1
      return initial + Bytes(rounding: (virtual - initial).value * filled)
    }
  }
}
