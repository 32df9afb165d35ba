/// How an image and its parents are opened.
package struct OpeningOptions: Hashable, Sendable {
  package enum Parents: String, Hashable, Sendable, CaseIterable {
    /// An image with a parent is refused.
    case refused
    /// Only in the directory of the image that names them, or below it.
    case beside
    case anywhere
  }

  /// `nil`: what the file's name says, if its contents agree; see `VirtualDisk.init(opening:)`.
  package var format: ImageFormat?
  package var parents: Parents
  /// Whether the format of a parent may be guessed from its contents if its child doesn't say. A guest that writes a
  /// header into its raw disk then decides which files of the host are read: only for images that one trusts.
  package var guessesParentFormat: Bool
  /// Whether the chain has to be one that can stand elsewhere as it is, byte for byte: every image names its parent by
  /// where that lies in its own directory or below it, no symbolic link is on the way, and no other path leads from it to
  /// anything that is there.
  package var isMovable = false
  /// The longest chain that is opened, in files.
  package var depth: Int

  package init(
    format: ImageFormat? = nil, parents: Parents = .anywhere, guessesParentFormat: Bool = false,
    depth: Int = 64
  ) {
    self.format = format
    self.parents = parents
    self.guessesParentFormat = guessesParentFormat
    self.depth = depth
  }
}
