internal import DiskImages

/// One disk of the guest: the image that it is, and the one that it is to become.
public struct ImageMove: Hashable, Codable, Sendable {
  public var source: String
  public var destination: String
  /// `nil`: what the source's name says, if its contents agree. An image that can be taken for two things has to be
  /// told: a guest can write any header into its raw disk, and contents alone decide nothing.
  public var sourceFormat: DiskFormat?
  /// `nil`: what the destination's name says; without a known suffix, that of the source.
  public var destinationFormat: DiskFormat?
  /// Whether the image is moved as it is, with all that it rests on, file by file; otherwise it is read through, and one
  /// image is made of its chain.
  public var keepsChain = false
  /// What the source has to be, file by file, as it was when the cutover was planned; `nil`: whatever it is.
  public var expected: [ImageLink]?

  public init(
    source: String, destination: String, sourceFormat: DiskFormat? = nil, destinationFormat: DiskFormat? = nil
  ) {
    self.source = source
    self.destination = destination
    self.sourceFormat = sourceFormat
    self.destinationFormat = destinationFormat
  }

  /// The format that is written.
  func format(like source: DiskFormat) throws(ImageCutoverError) -> DiskFormat {
    if let destinationFormat { return destinationFormat }
    do {
      return DiskFormat(try ImageFormat.wanted(byName: destination, otherwise: source.image))
    } catch { throw .badImage(what: error.message, remedy: error.remedy) }
  }
}

/// One file of an image's chain, as it was found.
public struct ImageLink: Hashable, Codable, Sendable {
  public var path: String
  public var format: DiskFormat
  public var identity: FileIdentity
  /// Where the file goes, if the chain is kept, and whether it is there already.
  public var destination: String?
  public var isThere: Bool?
}
