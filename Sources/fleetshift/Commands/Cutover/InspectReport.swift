internal import DiskImages
internal import Foundation
internal import ImageFiles
internal import Quantities

/// What `cutover inspect` prints.
struct InspectReport {
  struct Layer: Encodable {
    var path: String
    var format: String
    var virtualSize: Int64
    var fileSize: Int64
    /// What the file takes on its disk.
    var allocated: Int64
    var features: [String]
    var identifier: String?
  }

  struct Problem: Encodable {
    var kind: String
    var path: String
    var what: String
    var offset: Int64?
    var remedy: String
  }

  var layers: [Layer] = []
  var extents: Int64?
  var data: Int64?
  var compressed: Int64?
  var notices: [String] = []
  var problems: [Problem] = []
  var unlistedProblems: Int64 = 0

  init(_ disk: VirtualDisk, _ check: DiskCheck) throws {
    layers = try disk.layers.map { layer in
      Layer(
        path: layer.file.path, format: layer.format.rawValue, virtualSize: layer.virtualSize,
        fileSize: layer.fileSize, allocated: try layer.file.status().allocated, features: layer.features,
        identifier: layer.identifier?.description)
    }
    (extents, data, compressed) = (check.extents, check.data, check.compressed)
    notices = check.notices
    problems = check.problems.map(Problem.init)
    unlistedProblems = check.unlistedProblems
  }

  /// Of an image that could not even be opened.
  init(_ problem: ImageProblem) { problems = [Problem(problem)] }

  func text(path: String) -> String {
    var text = "\(path)\n"
    if let layer = layers.first, let extents, let data, let compressed {
      text += "  format     \(([layer.format] + layer.features).joined(separator: ", "))\n"
      text += "  disk       \(Bytes(layer.virtualSize).formatted(.binary)) (\(layer.virtualSize) bytes)\n"
      let packed = compressed > 0 ? ", \(Bytes(compressed).formatted(.binary)) compressed" : ""
      text +=
        "  holds      \(Bytes(data).formatted(.binary)) of data\(packed) in \(extents) extents (zeros count)\n"
    }
    for (depth, layer) in layers.enumerated() {
      let details = depth == 0 ? "" : ": " + ([layer.format] + layer.features).joined(separator: ", ")
      text += depth == 0 ? "  file       " : "  parent     "
      text +=
        "\(layer.path)\(details), \(Bytes(layer.allocated).formatted(.binary)) allocated of \(Bytes(layer.fileSize).formatted(.binary))\n"
    }
    for notice in notices { text += "  note       \(notice)\n" }
    for problem in problems {
      let place = problem.offset.map { " (at byte \($0))" } ?? ""
      let file = problem.path == path ? "" : "'\(problem.path)': "
      text += "  \(problem.kind)".padding(
        toLength: max(13, problem.kind.count + 4), withPad: " ", startingAt: 0)
      text += "\(file)\(problem.what)\(place)\n    help: \(Streams.hint(problem.remedy))\n"
    }
    if unlistedProblems > 0 { text += "  and \(unlistedProblems) more problems\n" }
    if problems.isEmpty {
      let isRaw = layers.allSatisfy { $0.format == ImageFormat.raw.rawValue }
      text += isRaw ? "  sound: a raw image has no tables\n" : "  sound: every table was looked at\n"
    }
    return text
  }

  func json(path: String) throws -> String {
    struct Document: Encodable {
      let schema = "fleetshift.inspect/1"
      var path: String
      var format: String?
      var virtualSize: Int64?
      var sound: Bool
      var extents: Int64?
      var data: Int64?
      var compressed: Int64?
      var chain: [Layer]
      var notices: [String]
      var problems: [Problem]
      var unlistedProblems: Int64
    }
    let document = Document(
      path: path, format: layers.first?.format, virtualSize: layers.first?.virtualSize,
      sound: problems.isEmpty,
      extents: extents, data: data, compressed: compressed, chain: layers, notices: notices,
      problems: problems,
      unlistedProblems: unlistedProblems)
    return try CutoverDocument.text(document, keys: .convertToSnakeCase)
  }
}

extension InspectReport.Problem {
  fileprivate init(_ problem: ImageProblem) {
    self.init(
      kind: problem.kind.rawValue, path: problem.path, what: problem.what, offset: problem.offset,
      remedy: problem.remedy)
  }
}
