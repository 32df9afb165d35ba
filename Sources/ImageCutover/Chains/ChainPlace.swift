internal import CutoverCore
internal import ImageFiles
internal import SystemPackage

/// Where a parent of an image that is moved with its chain goes: folders below the directory of that image's
/// destination, and a name therein, as its children name it.
///
/// An image says what is in it, and so where we write: each part is a plain name, no link is followed, and none of our
/// own names can be meant.
struct ChainPlace: Hashable, Codable, Sendable {
  private(set) var folders: [String]
  private(set) var name: String

  /// - Parameters:
  ///   - reference: A relative path, as an image names its parent.
  ///   - child: The place of that image; `nil`: it heads the chain.
  ///   - image: Its path, for people.
  init(_ reference: String, of child: ChainPlace?, image: String) throws(ImageCutoverError) {
    var parts: [String] = []
    for part in FilePath(reference).components where part.kind != .currentDirectory {
      parts.append(part.string)
    }
    folders = (child?.folders ?? []) + parts.dropLast()
    name = parts.last ?? ""
    guard FilePath(reference).isRelative, isSound else {
      throw .badImage(
        what: "'\(image)' names its parent '\(reference)', which is no place that a copy of it may have",
        remedy:
          "Rename the parent, with a name of its own and beside the image or below it, or flatten the chain.")
    }
  }

  /// Whether it can be believed, wherever it was read from.
  var isSound: Bool {
    (folders + [name]).allSatisfy { part in
      !part.isEmpty && part != "." && part != ".." && !part.contains("/") && !part.contains("\0")
        && !part.contains(OwnNames.mark)
    }
  }

  /// From the directory of the image that heads the chain.
  var path: String { (folders + [name]).joined(separator: "/") }

  /// Opens the directory in which the parent is to be, on a way without links.
  func directory(below top: OpenFile, forWriting: Bool = true) throws(ImageCutoverError) -> OpenFile {
    var place = top
    for folder in folders {
      let path = place.path + "/" + folder
      do {
        place = OpenFile(
          try place.files.openDirectory(folder, in: place.descriptor), place.files, .destination, path: path)
        if forWriting { try place.files.mayWrite(path) }
      } catch {
        switch error {
        case .noSuchFileOrDirectory: throw .directoryMissing(path: path)
        case .notDirectory, .tooManySymbolicLinkLevels:
          throw .badImage(
            what:
              "'\(path)', in which a parent is to be, is not a directory but something else or a link to one",
            remedy: "Make a directory there: what an image names is not followed through links.")
        default: throw .directoryNotWritable(path: path, why: "\(error)")
        }
      }
    }
    return place
  }
}
