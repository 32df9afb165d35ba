internal import ImageFiles

/// The kinds of VHD.
enum VHDLayer {
  static func open(_ file: OpenFile) throws -> any DiskLayer {
    let fileSize = try file.status().size
    let (footer, isCopy) = try VHDFooter.find(in: file, fileSize: fileSize)
    var notices: [String] = []
    if isCopy { notices.append("the footer of '\(file.path)' is damaged; its copy at the beginning is used") }
    if footer.isSaved { notices.append("'\(file.path)' says that its guest was suspended, not shut down") }
    switch footer.diskType {
    case .fixed: return try FixedVHDLayer(file, footer, fileSize, notices)
    case .dynamic, .differencing: return try DynamicVHDLayer(file, footer, fileSize, notices)
    }
  }

  static func features(_ footer: VHDFooter, _ kind: String) -> [String] {
    [kind] + (footer.creator.isEmpty ? [] : ["made by '\(footer.creator)'"])
  }
}

/// A fixed VHD: a raw image with a footer.
struct FixedVHDLayer: DiskLayer {
  let file: OpenFile
  let footer: VHDFooter
  let fileSize: Int64
  let virtualSize: Int64
  let notices: [String]

  init(_ file: OpenFile, _ footer: VHDFooter, _ fileSize: Int64, _ notices: [String]) throws {
    guard let size = Int64(exactly: footer.currentSize), size <= fileSize - 511 else {
      throw ImageProblem(
        .damaged, path: file.path, "a fixed disk of \(footer.currentSize) bytes",
        at: max(fileSize - 512, 0) + 48,
        remedy: "The file has room for \(max(fileSize - 512, 0)) before its footer.")
    }
    self.file = file
    self.footer = footer
    self.fileSize = fileSize
    self.notices = notices
    virtualSize = size
  }

  var format: ImageFormat { .vhd }
  var identifier: ImageIdentifier? { footer.identifier }
  var features: [String] { VHDLayer.features(footer, "fixed") }

  func run(at position: Int64, limit: Int64, _ tables: inout TableCache) throws -> LayerRun {
    LayerRun(limit - position, .data(offset: position))
  }
}
