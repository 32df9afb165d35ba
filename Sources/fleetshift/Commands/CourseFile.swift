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
    guard let course = try? JSONDecoder().decode(StudyCourse.self, from: data),
      course.schema == StudyCourse.currentSchema
    else {
      Streams.say(
        "fleetshift: '\(file)' is no \(StudyCourse.currentSchema), as a run of this version writes it.")
      throw ExitStatus.badInput.exit
    }
    return course
  }

  static func text(_ course: StudyCourse) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(course), as: UTF8.self) + "\n"
  }
}
