package import ImageFiles
internal import SystemPackage

extension ImageFormat {
  /// What a file begins with while its writer has not finished it.
  static let unfinishedMark = "fleetshift: an unfinished image\n"

  /// What the contents look like; `nil`: nothing that is known, or too short.
  static func recognise(_ file: OpenFile, size: Int64) throws -> ImageFormat? {
    let start = try file.bytes(from: 0, atMost: 512)
    if start.starts(with: Qcow2Header.magic) { return .qcow2 }
    if start.starts(with: VHDFooter.cookie.utf8) { return .vhd }
    for length in VHDFooter.lengths where size >= length {
      if try file.bytes(from: size - length, atMost: 8).elementsEqual(VHDFooter.cookie.utf8) { return .vhd }
    }
    return nil
  }

  static func isUnfinished(_ file: OpenFile) throws -> Bool {
    try file.bytes(from: 0, atMost: unfinishedMark.utf8.count).elementsEqual(unfinishedMark.utf8)
  }

  private static let byName: [String: ImageFormat] = [
    "raw": .raw, "img": .raw, "bin": .raw, "dd": .raw, "qcow2": .qcow2, "qcow": .qcow2, "vhd": .vhd,
    "vpc": .vhd,
  ]

  /// Formats that are known by name and not read: a copy of their bytes would not be the guest's disk.
  private static let foreign: Set<String> = ["vmdk", "vhdx", "avhdx", "vdi", "qed", "ova", "hdd", "luks"]

  /// The format of an image that nobody has told: what its name says, if its contents agree.
  package static func told(byNameOf file: OpenFile, size: Int64) throws -> ImageFormat {
    let suffix = FilePath(file.path).extension?.lowercased() ?? ""
    let contents = try recognise(file, size: size)
    if try contents == nil && isUnfinished(file) {
      throw ImageProblem(
        .unfinished, path: file.path, "the image was never finished by its writer", at: 0,
        remedy: "Resume the cutover that writes it, or remove it.")
    }
    guard !foreign.contains(suffix) else {
      throw ImageProblem(
        .unsupported, path: file.path, "images of the format '\(suffix)' are not read",
        remedy: "Convert it to raw, qcow2 or VHD first; if it is raw all the same, say so.")
    }
    switch (byName[suffix], contents) {
    case (.raw?, nil), (nil, nil): return .raw
    case (let named?, let contents) where named == contents: return named
    case (.raw?, let contents?), (nil, let contents?):
      throw ImageProblem(
        .ambiguous, path: file.path,
        "the contents look like \(contents.rawValue), and the name does not say so", at: 0,
        remedy: "Say which: raw or \(contents.rawValue). A guest can make its raw disk look like anything.")
    case (let named?, let contents):
      throw ImageProblem(
        .damaged, path: file.path,
        "the name says \(named.rawValue), and the contents \(contents.map { "look like \($0.rawValue)" } ?? "do not")",
        at: 0, remedy: "Check that it is whole, or say the format.")
    }
  }

  /// The format that an image is to be written in, by what it is to be called.
  package static func wanted(byName path: String, otherwise format: ImageFormat) throws(ImageProblem)
    -> ImageFormat
  {
    let suffix = FilePath(path).extension?.lowercased() ?? ""
    guard !foreign.contains(suffix) else {
      throw ImageProblem(
        .unsupported, path: path, "images of the format '\(suffix)' are not written",
        remedy: "Name a raw, qcow2 or VHD image, or say the format.")
    }
    return byName[suffix] ?? format
  }
}
