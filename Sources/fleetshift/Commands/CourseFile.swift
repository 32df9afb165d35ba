internal import FleetExperiments
internal import Foundation

/// `course.json`: when things happened, beside the summary that a run has written.
enum CourseFile {
  static let name = "course.json"

  /// The course of a result folder; `nil` where there is none.
  static func read(_ path: String) throws -> StudyCourse? {
    guard ResultFile.isFolder(path) else { return nil }
    let file = path + "/" + name
    guard let data = FileManager.default.contents(atPath: file) else { return nil }
    let kind = "is no \(StudyCourse.currentSchema), as a run of this version writes it"
    do {
      let course = try ResultFile.decode(StudyCourse.self, from: data)
      guard course.schema == StudyCourse.currentSchema else {
        Streams.say("fleetshift: '\(file)' \(kind).")
        throw ExitStatus.badInput.exit
      }
      return course
    } catch let error as DecodingError {
      Streams.say("fleetshift: '\(file)' \(kind): \(error.words)")
      throw ExitStatus.badInput.exit
    }
  }

  static func text(_ course: StudyCourse) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(course), as: UTF8.self) + "\n"
  }
}
