internal import Foundation

extension RunFolder {
  /// What was sent to a scheduler: its tasks mean shards out of so many.
  private struct Submission: Codable {
    var shards: Int
  }

  /// Into how many shards the work was cut when it was sent to a scheduler; as planned, if it never was.
  public var shardsInUse: Int {
    guard let data = FileManager.default.contents(atPath: path + "/submission.json"),
      let submission = try? JSONDecoder().decode(Submission.self, from: data),
      (1...manifest.units).contains(submission.shards)
    else { return manifest.shards }
    return submission.shards
  }

  public var wasSubmitted: Bool { FileManager.default.fileExists(atPath: path + "/submission.json") }

  public func submitted(shards: Int) throws(RunStoreError) {
    let text = try writing { try RunManifest.encode(Submission(shards: shards)) }
    try publish([("submission.json", text)])
  }
}
