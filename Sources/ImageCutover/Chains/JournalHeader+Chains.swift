internal import CutoverCore
internal import ImageFiles

extension JournalHeader {
  var keptChains: [KeptChain] { chains ?? [] }

  /// Writes down which files are of chains that are kept.
  mutating func add(_ kept: KeptChains) throws(FileFault) {
    if kept.chains.isEmpty { return }
    chains = kept.chains
    var known: [PresentParent.Known] = []
    for parent in kept.present { known.append(try parent.known()) }
    parents = known
  }

  /// The parents that were there have been compared again.
  mutating func noteProof(of proved: [ProvedParent]) {
    guard proved.count == parents?.count else { return }
    for (number, parent) in proved.enumerated() {
      parents?[number].source.identity = parent.source
      parents?[number].destination.identity = parent.destination
      parents?[number].isProved = true
    }
  }

  /// Whether chains are made of files that there are, one for each image, go where a parent may be, and have sizes that
  /// can be added up with those of the files.
  var hasSoundChains: Bool {
    var sum: Int64 = disks.reduce(0) { $0 &+ $1.virtualSize }
    for chain in keptChains {
      let (next, overflows) = sum.addingReportingOverflow(chain.virtualSize)
      guard chain.isSound(of: disks.count, parents?.count ?? 0), !overflows else { return false }
      sum = next
    }
    return Set(keptChains.map(\.top)).count == keptChains.count
  }

  /// The directory and the name of a destination: of a parent by the way that its children name, which follows no link.
  ///
  /// - Parameter first: The first disk's directory, in which the journal is. It may be called otherwise by now.
  func place(
    ofDisk number: Int, beside first: OpenFile, forWriting: Bool = true
  ) throws(ImageCutoverError) -> (directory: OpenFile, name: String) {
    if let place = try place(of: .moved(number), beside: first, forWriting: forWriting) { return place }
    let name = try CutoverSite.split(disks[number].destinationPath).name
    return (try directory(ofDisk: number, beside: first, forWriting: forWriting), name)
  }

  /// The directory of an image of the guest.
  private func directory(
    ofDisk number: Int, beside first: OpenFile, forWriting: Bool
  ) throws(ImageCutoverError) -> OpenFile {
    let path = try CutoverSite.split(disks[number].destinationPath).directory
    if number == 0 { return first }
    let itsPath = try CutoverSite.split(disks[0].destinationPath).directory
    if path == itsPath { return first }
    return try CutoverSite.openDirectory(path, first.files, forWriting: forWriting)
  }

  /// `nil`: it is no parent.
  private func place(
    of file: KeptChain.Link.File, beside first: OpenFile, forWriting: Bool
  ) throws(ImageCutoverError) -> (directory: OpenFile, name: String)? {
    for chain in keptChains {
      guard let place = chain.links.first(where: { $0.file == file })?.place else { continue }
      let top = try directory(ofDisk: chain.top, beside: first, forWriting: forWriting)
      return (try place.directory(below: top, forWriting: forWriting), place.name)
    }
    return nil
  }

  /// The parents that were there, found again.
  func presentParents(sameBoot: Bool, beside first: OpenFile) throws(ImageCutoverError) -> [PresentParent] {
    var found: [PresentParent] = []
    for (number, known) in (parents ?? []).enumerated() {
      guard let place = try place(of: .present(number), beside: first, forWriting: false) else {
        throw .journalUnusable(
          path: known.destination.path, why: "it tells of a parent on which nothing rests")
      }
      let file = try CutoverSite.openSource(known.source.path, first.files)
      let source = try SourceImage(verbatim: file)
      guard known.source.identity.isSameFile(as: FileIdentity(source.status), sameBoot: sameBoot),
        source.status.size == known.source.identity.size
      else {
        throw .sourceChanged(
          path: known.source.path, why: "another file bears its name, or it has another size")
      }
      let parent = try PresentParent(source, place.name, in: place.directory, path: known.destination.path)
      parent.trust(known, sameBoot: sameBoot)
      found.append(parent)
    }
    return found
  }
}
