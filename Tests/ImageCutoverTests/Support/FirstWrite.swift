import ImageFiles
import TestTools

@testable import ImageCutover

/// Holds the driver in its first pass until the image was written to: a copy may be over before a rehearsed guest has
/// begun.
struct FirstWrite {
  private let image: String
  private let before: Int64?
  private var isSeen = false

  /// - Parameter image: As it is before the cutover begins.
  init(to image: String) {
    self.image = image
    before = Self.modified(image)
  }

  mutating func hold(_ progress: ImageCutoverProgress) {
    guard progress.phase == .copying, !isSeen else { return }
    isSeen = true
    eventually { Self.modified(image) != before }
  }

  private static func modified(_ image: String) -> Int64? {
    (try? LinuxFiles().status(image, following: true))?.modified
  }
}
