internal import CutoverCore
internal import DiskImages
internal import ImageFiles
internal import Quantities

/// What the disks of a guest come to: the files that are moved, with those of chains that are kept among them.
///
/// The guest's own images come first, in the order in which they were named. Behind them are their parents, each behind
/// all that rest on it: what is published from the end on has its parents there before it.
struct SiteLayout {
  private(set) var disks: [DiskSite] = []
  private(set) var chains: [KeptChain] = []
  private(set) var present: [PresentParent] = []

  init(_ moves: [ImageMove], _ options: ImageCutoverOptions, _ files: any FileAccess)
    throws(ImageCutoverError)
  {
    var found: [(top: Int, chain: ChainSource)] = []
    for (number, move) in moves.enumerated() {
      if move.keepsChain, let chain = try ChainSource(move, options, files) {
        found.append((number, chain))
        disks.append(try chain.site())
      } else {
        disks.append(try DiskSite(move, options, files))
      }
    }
    let parents = try Self.parents(of: found, disks)
    var places: [KeptChain.Link.File] = []
    for parent in parents {
      if parent.isPresent {
        places.append(.present(present.count))
        present.append(
          try PresentParent(parent.source, parent.place.name, in: parent.directory, path: parent.path))
      } else {
        places.append(.moved(disks.count))
        disks.append(
          try DiskSite(
            verbatim: parent.source, to: parent.place.name, in: parent.directory, path: parent.path))
      }
    }
    for (number, (top, chain)) in found.enumerated() {
      var links = [KeptChain.Link(file: .moved(top), format: chain.format)]
      for (depth, link) in chain.parents.enumerated() {
        let user = Parent.User(chain: number, depth: depth)
        guard let index = parents.firstIndex(where: { $0.users.contains(user) }) else {
          preconditionFailure("every parent of a chain was given a place")
        }
        links.append(KeptChain.Link(file: places[index], format: link.format, place: link.place))
      }
      chains.append(KeptChain(links: links, virtualSize: chain.virtualSize))
    }
  }

  /// What the files of chains measure that are moved, in all.
  var filesOfChains: Bytes {
    Bytes(disks.indices.filter { chains.contains(file: $0) }.reduce(0) { $0 + disks[$1].source.virtualSize })
  }

  /// What the disks in the chains measure, as their guests see them.
  var disksInChains: Bytes { Bytes(chains.reduce(0) { $0 + $1.virtualSize }) }

  /// The files of a chain, as a plan is bound to them.
  func links(of chain: KeptChain) -> [ImageLink] {
    chain.links.map { link in
      let (source, destination, isThere) =
        switch link.file {
        case .moved(let number): (disks[number].source, disks[number].destination.path, false)
        case .present(let number): (present[number].source, present[number].destination.path, true)
        }
      return ImageLink(
        path: absolutePath(source.file.path), format: link.format, identity: FileIdentity(source.status),
        destination: absolutePath(destination), isThere: isThere)
    }
  }

  /// A parent at its destination, of however many chains.
  private struct Parent {
    struct User: Hashable { var chain, depth: Int }

    let source: SourceImage
    let place: ChainPlace
    let directory: OpenFile
    let path: String
    var users: [User]
    var isPresent = false
    /// The longest way from an image of the guest.
    var depth: Int
  }

  private static func parents(
    of chains: [(top: Int, chain: ChainSource)], _ disks: [DiskSite]
  ) throws(ImageCutoverError) -> [Parent] {
    var parents: [Parent] = []
    for (number, (top, chain)) in chains.enumerated() {
      for (depth, link) in chain.parents.enumerated() {
        let directory = try link.place.directory(below: disks[top].directory)
        let user = Parent.User(chain: number, depth: depth)
        let same = try index(of: link.source, link.place.name, in: directory, among: parents)
        if let same {
          parents[same].users.append(user)
          parents[same].depth = max(parents[same].depth, depth)
          continue
        }
        let path = directory.path + "/" + link.place.name
        var parent = Parent(
          source: link.source, place: link.place, directory: directory, path: path, users: [user],
          depth: depth)
        let files = directory.files
        if (try? files.status(link.place.name, in: directory.descriptor)) != nil {
          try CutoverSite.refuseUnfinished(at: path, in: directory, link.place.name)
          parent.isPresent = true
        }
        parents.append(parent)
      }
    }
    // Stable, so that the same guest comes to the same files.
    return parents.enumerated().sorted { ($0.element.depth, $0.offset) < ($1.element.depth, $1.offset) }
      .map(\.element)
  }

  private static func index(
    of source: SourceImage, _ name: String, in directory: OpenFile, among parents: [Parent]
  ) throws(ImageCutoverError) -> Int? {
    for (index, parent) in parents.enumerated()
    where parent.place.name == name && parent.source.status.isSameFile(as: source.status) {
      if try isSame(parent.directory, directory) { return index }
    }
    return nil
  }

  private static func isSame(_ one: OpenFile, _ other: OpenFile) throws(ImageCutoverError) -> Bool {
    do { return try one.status().isSameFile(as: other.status()) } catch { throw .fileFault("\(error)") }
  }
}
