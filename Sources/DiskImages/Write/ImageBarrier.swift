internal import ImageFiles

/// The flushes of one file, of which none is believed after one has failed.
///
/// The kernel reports a lost page once, to one flush, and the next one succeeds: whoever tries again is told a lie.
final class ImageBarrier: Sendable {
  private let file: OpenFile
  private let failure = Guarded<FileFault?>(nil)

  init(_ file: OpenFile) { self.file = file }

  /// The corresponding C function is `fsync`.
  func pass() throws(FileFault) {
    try check()
    do throws(FileFault) { try file.synchronize() } catch {
      failure.withLock { $0 = error }
      throw error
    }
  }

  /// Throws the failure of an earlier flush.
  func check() throws(FileFault) {
    if let failure = failure.withLock({ $0 }) { throw failure }
  }
}
