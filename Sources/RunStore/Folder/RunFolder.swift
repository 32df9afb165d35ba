internal import Foundation

/// Where a run or a sweep lies:
///
/// ```
/// manifest.json                              what is simulated; written first
/// shards/shard-000000000-000000020.jsonl     units 0 to 19, whole or not there at all
/// summary.json, summary.md, ...              what it came to; written last
/// index.sqlite                               made of the shards, whenever it is asked for
/// ```
public struct RunFolder: Sendable {
  public let path: String
  public private(set) var manifest: RunManifest

  package static let manifestName = "manifest.json"
  static let summaryName = "summary.json"
  /// The names that reports may go by; a new run in the folder begins by taking them away.
  static let reportNames = [
    summaryName, "summary.md", "course.json", "replications.csv", "index.sqlite", "submission.json",
  ]

  var shardFolder: String { path + "/shards" }

  /// Opens a folder in which a run was begun.
  public init(opening path: String, tool: String) throws(RunStoreError) {
    let file = path + "/" + RunFolder.manifestName
    guard let data = FileManager.default.contents(atPath: file) else {
      throw RunStoreError(
        .missing, "there is no run in '\(path)'",
        remedy: "name a folder that `run --out` or `sweep plan` has made")
    }
    guard let manifest = try? JSONDecoder().decode(RunManifest.self, from: data),
      manifest.schema == RunManifest.currentSchema
    else {
      throw RunStoreError(
        .damaged, "'\(file)' is no manifest that this version reads",
        remedy: "make the run anew in another folder")
    }
    guard manifest.isSound else {
      throw RunStoreError(
        .damaged, "'\(file)' has been changed since it was made",
        remedy: "make the run anew with what you want in it")
    }
    if let excess = manifest.excess {
      throw RunStoreError(
        .damaged, "'\(file)' is no manifest as it was written: \(excess)",
        remedy: "make the run anew with what you want in it")
    }
    guard manifest.tool == tool else {
      throw RunStoreError(
        .incomparable, "'\(path)' was planned by version \(manifest.tool), and this is \(tool)",
        remedy: "go on with that version, or make the run anew")
    }
    self.path = path
    self.manifest = manifest
    DurableFile.tidy(path)
  }

  /// Begins a run in a folder, in place of the finished one of the same plan that may lie there.
  ///
  /// - Parameter replacesFinished: whether that one may go; not where nothing is simulated for it at once.
  /// - Throws: where a run has been begun and not finished, where the finished one is of another plan, and where nothing
  ///   can be written.
  public init(
    creating path: String, _ manifest: RunManifest, replacesFinished: Bool = true
  ) throws(RunStoreError) {
    self.path = path
    self.manifest = manifest
    try refuseUnfinished(in: path)
    try refuseOther(than: manifest, in: path)
    if !replacesFinished, RunFolder.holdsRun(path) {
      throw RunStoreError(
        .finished, "'\(path)' holds a finished sweep",
        remedy:
          "read it with `fleetshift sweep merge \(path)` or `fleetshift report \(path)`, or remove the folder"
      )
    }
    try writing {
      let files = FileManager.default
      try Folders.make(shardFolder)
      // Killed among these, it leaves a run that goes on by --resume; without its manifest the folder holds none, and
      // nothing of the old run is taken for the new.
      for name in RunFolder.reportNames + [RunFolder.manifestName] { unlink(path + "/" + name) }
      // Whatever else lies there is somebody's.
      for name in try files.contentsOfDirectory(atPath: shardFolder) where RunFolder.isShard(name) {
        unlink(shardFolder + "/" + name)
      }
    }
    try publish([(RunFolder.manifestName, try writing { try RunManifest.encode(manifest) })])
  }

  /// Ends a run that was to go on until it is sure enough: so many replications it has.
  public mutating func settle(at replications: Int) throws(RunStoreError) {
    manifest.replications = replications
    manifest.shards = min(manifest.shards, replications)
    let text: String = try writing { try RunManifest.encode(manifest) }
    try publish([(RunFolder.manifestName, text)])
  }

  /// Whether a run has been begun there.
  public static func holdsRun(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/" + manifestName)
  }

  /// The folder of the run or sweep that a file is a part of; `nil` of any other file.
  ///
  /// - Parameter path: without links.
  package static func owner(of path: String) -> String? {
    let folder = Folders.above(path)
    if holdsRun(folder), keeps(path, in: folder) { return folder }
    guard (folder as NSString).lastPathComponent == "shards" else { return nil }
    let above = Folders.above(folder)
    return holdsRun(above) ? above : nil
  }

  /// Whether a run in a folder would have a file of that path.
  package static func keeps(_ path: String, in folder: String) -> Bool {
    func whole(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    return ([manifestName] + reportNames).contains((path as NSString).lastPathComponent)
      && whole(Folders.above(path)) == whole(folder)
  }

  /// Puts files in their places, whole, or leaves what was there.
  public func publish(_ files: [(name: String, text: String)]) throws(RunStoreError) {
    for (name, text) in files {
      try writing {
        var file = try DurableFile(path + "/" + name)
        try file.write(text)
        try file.publish()
      }
    }
  }

  /// Turns what the system says into words.
  func writing<T>(_ body: () throws -> T) throws(RunStoreError) -> T {
    do { return try body() } catch let error as RunStoreError { throw error } catch {
      throw RunStoreError(
        .io, "cannot write into '\(path)': \(DurableFile.words(error))",
        remedy: "see that it may be written to and has room")
    }
  }
}
