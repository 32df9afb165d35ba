internal import ImageFiles
internal import SystemPackage

extension JournalHeader {
  /// Takes in where the journal was found: its folder may have been renamed or mounted elsewhere since, with all that is
  /// in it. What bears the old names is none of it.
  ///
  /// - Parameters:
  ///   - destination: The path by which somebody has named the first disk's destination.
  ///   - directory: In which the journal was found.
  mutating func wasFound(at destination: String, in directory: OpenFile) {
    formerDestination = nil
    guard let first = disks.first else { return }
    let old = FilePath(first.destinationPath).removingLastComponent()
    if let there = try? directory.files.status(old.string, following: true),
      let here = try? directory.status(),
      there.isSameFile(as: here)
    {
      return
    }
    let new = FilePath(absolutePath(destination)).removingLastComponent()
    func moved(_ path: String) -> String {
      var rest = FilePath(path)
      return rest.removePrefix(old) ? new.appending(rest.components).string : path
    }
    formerDestination = first.destinationPath
    for index in disks.indices { disks[index].destinationPath = moved(disks[index].destinationPath) }
    for index in parents?.indices ?? 0..<0 {
      let path = parents?[index].destination.path
      if let path { parents?[index].destination.path = moved(path) }
    }
    options.manifest = options.manifest.map(moved)
  }
}
