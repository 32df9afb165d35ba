import Foundation
import TestTools
import Testing

@testable import ScenarioFormat

@Suite struct ScenarioDocumentsTests {
  @Test("the shipped scenarios are without a fault") func shipped() throws {
    let folder = BadScenario.folder.appendingPathComponent("../../Scenarios").standardizedFileURL
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".yaml")
    }
    #expect(!names.isEmpty)
    for name in names {
      let file = ScenarioFile(path: folder.appendingPathComponent(name).path)
      #expect(!file.hasProblems, "\(file.problems)")
      #expect(!file.scenarios.isEmpty)
    }
  }

  @Test("the reference page names every key, with its meaning") func reference() {
    let page = ScenarioGrammar.reference
    var seen: [String] = []
    Self.fields(of: ScenarioTable.scenario.description, &seen) { form, field in
      #expect(page.contains("| `\(field.name)` |"), "\(form).\(field.name)")
      #expect(field.doc.hasSuffix(".") || field.doc.hasSuffix(":"), "\(form).\(field.name): \(field.doc)")
    }
    for name in seen { #expect(page.contains("\n## \(name)\n")) }
    #expect(seen.count > 30)
  }

  @Test("the committed reference is that of this grammar") func committedReference() throws {
    let page = BadScenario.folder.appendingPathComponent(
      "../../Documentation/fleetshift.docc/Scenario-reference.md")
    let isCurrent = try String(contentsOf: page, encoding: .utf8) == ScenarioGrammar.reference
    #expect(isCurrent, "renew it by 'make reference'")
  }

  /// The codes that a schema can know: those about keys, kinds, ranges, words and patterns.
  private static let structural = ["E010", "E012", "E014", "E015", "E019", "E026"]

  @Test(
    "the schema accepts what ships, and refuses what is wrong by its form",
    .enabled(
      if: PythonValidator.isAvailable,
      "python3 with jsonschema and PyYAML is not there: the schema goes untried"))
  func schema() throws {
    let shipped = BadScenario.folder.appendingPathComponent("../../Scenarios").standardizedFileURL
    let good = try FileManager.default.contentsOfDirectory(atPath: shipped.path).filter {
      $0.hasSuffix(".yaml")
    }
    .sorted().map { shipped.appendingPathComponent($0).path }
    #expect(try PythonValidator.verdicts(on: good).allSatisfy { $0 == "good" })
    let full = FileManager.default.temporaryDirectory.appendingPathComponent("full-\(UUID().uuidString).yaml")
    try Data(FullScenario.text.utf8).write(to: full)
    defer { try? FileManager.default.removeItem(at: full) }
    #expect(try PythonValidator.verdicts(on: [full.path]) == ["good"])
    // What variants do is beyond a schema, and JSON has no numbers that are not finite.
    let beyond = ["infinite.yaml", "nan.yaml"]
    let bad = BadScenario.all.filter {
      Self.structural.contains($0.code) && !$0.name.contains("variant") && !beyond.contains($0.name)
    }
    #expect(bad.count > 25)
    for (bad, verdict) in zip(bad, try PythonValidator.verdicts(on: bad.map(\.path))) {
      #expect(verdict == "bad", "\(bad.name)")
    }
  }

  private static func fields(
    of description: ShapeDescription, _ seen: inout [String], _ visit: (String, FieldDescription) -> Void
  ) {
    switch description {
    case .anything, .text, .boolean, .integer, .number, .fraction, .keyword: break
    case .list(let element, _, _, _): fields(of: element, &seen, visit)
    case .map(_, let values, _): fields(of: values, &seen, visit)
    case .either(let forms): for form in forms { fields(of: form, &seen, visit) }
    case .tagged(let tags): for case let details? in tags.map(\.details) { fields(of: details, &seen, visit) }
    case .object(let list):
      for field in list {
        visit(seen.last ?? "", field)
        fields(of: field.shape, &seen, visit)
      }
    case .named(let name, _, let inner):
      guard !seen.contains(name) else { return }
      seen.append(name)
      fields(of: inner(), &seen, visit)
    }
  }
}

/// Asks another implementation of JSON Schema and YAML.
enum PythonValidator {
  static let isAvailable = (try? run("import jsonschema, yaml", [])) != nil

  static func verdicts(on paths: [String]) throws -> [String] {
    let program = """
      import json, sys, yaml, jsonschema
      schema = json.load(open(sys.argv[1]))
      jsonschema.Draft7Validator.check_schema(schema)
      check = jsonschema.Draft7Validator(schema)
      for path in sys.argv[2:]:
        try: document = yaml.safe_load(open(path, encoding="utf-8"))
        except Exception: print("unread"); continue
        print("good" if check.is_valid(document) else "bad")
      """
    return try run(program, paths).split(separator: "\n").map(String.init)
  }

  private static func run(_ program: String, _ arguments: [String]) throws -> String {
    let schema = FileManager.default.temporaryDirectory.appendingPathComponent(
      "schema-\(UUID().uuidString).json")
    try Data(ScenarioGrammar.jsonSchema.utf8).write(to: schema)
    defer { try? FileManager.default.removeItem(at: schema) }
    let (status, output) = try ChildProcess.run(
      ["python3", "-c", program, schema.path] + arguments, errors: .nowhere)
    guard status == 0 else { throw Complaint("python3 failed") }
    return output
  }
}
