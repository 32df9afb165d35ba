internal import CutoverCore
internal import DiskImages
internal import ImageFiles

/// The files of an image that is to be moved with its chain, opened once, and where its parents go.
struct ChainSource {
  struct Parent {
    let source: SourceImage
    let format: DiskFormat
    let place: ChainPlace
  }

  private let move: ImageMove
  private let top: SourceImage
  let parents: [Parent]
  let format: DiskFormat
  let virtualSize: Int64

  /// `nil`: it is raw, and nothing that would be kept.
  init?(
    _ move: ImageMove, _ options: ImageCutoverOptions, _ files: any FileAccess
  ) throws(ImageCutoverError) {
    let image = try SourceImage(move, options, files)
    if let why = image.difference(from: move, options) { throw .stalePlan(why: why) }
    (self.move, format, virtualSize) = (move, image.format, image.virtualSize)
    let wanted = try move.format(like: image.format)
    guard wanted == image.format else {
      throw .badOptions(
        "a chain that is kept stays what it is: '\(move.source)' is \(image.format.rawValue), and "
          + "'\(move.destination)' would be \(wanted.rawValue)")
    }
    guard let disk = image.disk else { return nil }
    top = try SourceImage(verbatim: image.file, grows: true)
    var parents: [Parent] = []
    for (child, (layer, name)) in zip(disk.layers, zip(disk.layers.dropFirst(), disk.names)) {
      let place = try ChainPlace(name, of: parents.last?.place, image: child.file.path)
      parents.append(
        Parent(
          source: try SourceImage(verbatim: layer.file), format: DiskFormat(layer.format), place: place))
    }
    self.parents = parents
  }

  /// Of the image itself.
  func site() throws(ImageCutoverError) -> DiskSite {
    let (path, name) = try CutoverSite.split(move.destination)
    let directory = try CutoverSite.openDirectory(path, top.file.files)
    return try DiskSite(verbatim: top, to: name, in: directory, path: move.destination)
  }
}
