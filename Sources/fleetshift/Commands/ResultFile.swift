internal import FleetExperiments
internal import Foundation
internal import RunStore

/// A result that a run has written: `summary.json`, or the folder it lies in.
enum ResultFile {
  /// Reads it, and says what is wrong with it.
  static func read(_ path: String) throws -> StudyResult {
    let file = isFolder(path) ? path + "/summary.json" : path
    guard let data = FileManager.default.contents(atPath: file) else {
      if isFolder(path), RunFolder.holdsRun(path), access(file, F_OK) != 0 {
        throw RunFolders.exit(for: try RunFolders.open(path).incomplete)
      }
      Streams.say("fleetshift: there is no result at '\(file)', or it cannot be read.")
      throw ExitStatus.noInput.exit
    }
    if schema(of: data) == SweepResult.currentSchema {
      throw Streams.refusal(
        "'\(path)' is a sweep, and the result of a run is wanted",
        "read it alone, with `fleetshift report \(path) -o sweep.html`")
    }
    do {
      let result = try decode(StudyResult.self, from: data)
      guard result.schema == StudyResult.currentSchema else {
        Streams.say(
          "fleetshift: '\(file)' is a \(result.schema), and this version reads \(StudyResult.currentSchema).")
        throw ExitStatus.badInput.exit
      }
      return result
    } catch let error as DecodingError {
      Streams.say("fleetshift: '\(file)' is no result of a run: \(error.words)")
      throw ExitStatus.badInput.exit
    }
  }

  /// The result of a sweep; `nil` of anything else.
  static func sweep(_ path: String) throws -> SweepResult? {
    let file = isFolder(path) ? path + "/summary.json" : path
    guard let data = FileManager.default.contents(atPath: file),
      schema(of: data) == SweepResult.currentSchema
    else { return nil }
    do { return try decode(SweepResult.self, from: data) } catch let error as DecodingError {
      Streams.say("fleetshift: '\(file)' is no result of a sweep: \(error.words)")
      throw ExitStatus.badInput.exit
    }
  }

  /// - Throws: `DecodingError`, with words for a person behind an empty path where the whole file is none.
  static func decode<Result: Decodable>(_ type: Result.Type, from data: Data) throws -> Result {
    do { return try JSONDecoder().decode(BoundedResult<Result>.self, from: data).result } catch let error
      as DecodingError
    {
      // Foundation's own words are for programmers, and it does not tell this from what types refuse.
      guard (try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)) == nil else {
        throw error
      }
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "it is not JSON, or has a number out of range"))
    }
  }

  private static func schema(of data: Data) -> String? {
    struct Head: Decodable { var schema: String? }
    return (try? JSONDecoder().decode(Head.self, from: data))?.schema
  }

  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// The folder of a result, of which somebody has named that or the file.
  static func folder(of path: String) -> String {
    isFolder(path) ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  /// Whether the name is that of a scenario, which has to be run first.
  static func isScenario(_ path: String) -> Bool { path.hasSuffix(".yaml") || path.hasSuffix(".yml") }

  /// What to call results and scenarios: the last part of each path, or the whole where that is not enough.
  static func names(of paths: [String]) -> [String] {
    let short = paths.map { path in
      let url = URL(fileURLWithPath: path)
      let isSummary = url.lastPathComponent == "summary.json"
      return (isSummary ? url.deletingLastPathComponent() : url.deletingPathExtension()).lastPathComponent
    }
    return Set(short).count == paths.count ? short : paths
  }
}
