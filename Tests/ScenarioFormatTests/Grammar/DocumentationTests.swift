import Foundation
import TestTools
import Testing

@testable import ScenarioFormat

@Suite struct DocumentationTests {
  private var schema: String {
    SampleGrammar.scenario.jsonSchema(id: "https://example.org/scenario.json", title: "Scenario")
  }

  private func object(_ path: String...) throws -> [String: Any] {
    var node = try #require(try JSONSerialization.jsonObject(with: Data(schema.utf8)) as? [String: Any])
    for key in path { node = try #require(node[key] as? [String: Any], "\(key)") }
    return node
  }

  @Test("the schema is JSON, and the same each time") func wellFormed() throws {
    #expect(try object()["$schema"] as? String == "http://json-schema.org/draft-07/schema#")
    #expect(schema == schema)
    #expect(try object()["additionalProperties"] as? Bool == false)
    #expect(try object()["required"] as? [String] == ["scenario", "hosts"])
  }

  @Test("the schema says defaults, meanings, ranges, words, patterns and examples") func contents() throws {
    let seed = try object("properties", "seed")
    #expect(seed["default"] as? Int == 1)
    #expect(seed["description"] as? String == "Where chance begins.")
    #expect(try object("properties", "when-full")["enum"] as? [String] == ["queue", "reject", "park"])
    #expect(try object("properties", "when-full")["default"] as? String == "queue")
    #expect(try object("properties", "chain")["default"] as? [String] == ["cold"])
    #expect(try object("definitions", "hosts", "properties", "count")["maximum"] as? Int == 1_000_000)
    #expect(try object("definitions", "hosts", "properties", "nic")["default"] as? String == "10 Gbit/s")
    #expect(try object("definitions", "byte rate")["examples"] as? [String] == ["10 Gbit/s"])
    #expect(try object("definitions", "live", "properties", "backoff")["exclusiveMinimum"] as? Int == 0)
    let spare = try object("definitions", "hosts", "properties", "spare")["description"] as? String
    #expect(spare == "Hosts kept empty. Default: a tenth of them.")
    #expect(try object("definitions", "hosts", "properties", "disk-pool")["deprecationMessage"] != nil)
  }

  @Test("a validator accepts and refuses what the reader does", .enabled(if: Validator.isAvailable))
  func validator() throws {
    let good: [String] = [
      #"{"scenario":"a","hosts":[{"name":"b","count":9,"cpu":{"x":"60 %","y":0.4}}],"chain":["live",{"live":{"retry":5}}]}"#,
      #"{"scenario":"a","hosts":[{"name":"b","count":9,"disk-pool":{}}],"when":["a",["b"]],"limits":{"x":3}}"#,
    ]
    let bad: [String] = [
      #"{"scenario":"a"}"#,
      #"{"scenario":"a","hosts":[{"name":"b","count":0}]}"#,
      #"{"scenario":"a","hosts":[{"name":"b","count":"9"}]}"#,
      #"{"scenario":"a","hosts":[{"name":"b","count":9}],"sead":3}"#,
      #"{"scenario":"a","hosts":[{"name":"b","count":9,"nic":"ten"}]}"#,
      #"{"scenario":"a","hosts":[{"name":"b","count":9}],"chain":["warm"]}"#,
      #"{"scenario":"a","hosts":[{"name":"b","count":9}],"chain":[{"cold":{}}]}"#,
      #"{"scenario":"a","hosts":[{"name":"b","count":9}],"when":{"a":1}}"#,
      #"{"scenario":"a","hosts":[{"name":"b","count":9,"pool":{"share":"101 %"}}]}"#,
    ]
    let verdicts = try Validator.verdicts(on: good + bad, schema: schema)
    #expect(verdicts == good.map { _ in true } + bad.map { _ in false })
    for text in good { #expect(read(text).value != nil, "\(read(text).diagnostics.text(sources: []))") }
    for text in bad { #expect(read(text).value == nil, "\(text)") }
  }

  @Test("every default has its path, value and meaning") func defaults() {
    let defaults = SampleGrammar.scenario.defaults
    let byPath = Dictionary(uniqueKeysWithValues: defaults.map { ($0.path, $0.standard) })
    #expect(byPath["seed"] == "1")
    #expect(byPath["chain"] == "[cold]")
    #expect(byPath["hosts.*.nic"] == "10 Gbit/s")
    #expect(byPath["hosts.*.cpu"] == "epyc")
    #expect(byPath["hosts.*.pool.share"] == "80 %")
    #expect(byPath["hosts.*.spare"] == "a tenth of them")
    #expect(byPath["chain.*.live.retry"] == "3")
    #expect(byPath["when"] == nil)
    #expect(byPath["hosts.*.count"] == nil)
    #expect(defaults.first == DefaultValue(path: "seed", standard: "1", doc: "Where chance begins."))
  }

  @Test("a form within itself is listed once, and its schema refers to itself") func recursion() throws {
    #expect(Branch.shape.defaults.map(\.path) == ["weight", "parts"])
    let schema = Branch.shape.jsonSchema(id: "x", title: "x")
    #expect(schema.contains("\"$ref\": \"#/definitions/branch\""))
    var diagnostics = Diagnostics()
    let text = "weight: 1\nparts: [{ weight: 2, parts: [{ weight: x }] }]\n"
    #expect(Branch.shape.read(SourceText(text, file: "f"), into: &diagnostics) == nil)
    #expect(diagnostics.sorted.map(\.origin.column) == [40])
  }

  @Test("the reference page has a section for each named form") func markdown() {
    let page = SampleGrammar.scenario.markdownReference(title: "Scenario files")
    let sections = page.split(separator: "\n").filter { $0.hasPrefix("## ") }
    #expect(
      sections == [
        "## scenario", "## hosts", "## byte rate", "## pool", "## step", "## live", "## condition",
      ])
    #expect(page.contains("| `count` | whole number from 1 to 1000000 | **required** | How many hosts. |"))
    #expect(page.contains("| `chain` | list of [step](#step) | `[cold]` | What to try \\| in order. |"))
    #expect(page.contains("| `live` | [live](#live), or none | Pre-copy. |"))
    #expect(page.contains("Formerly `disk-pool`."))
  }

  @Test("what is written reads back the same") func roundTrip() throws {
    let value = try #require(read(SampleGrammar.good).value)
    let written = try #require(
      SampleGrammar.scenario.write(SampleScenario(hosts: value.hosts, chain: value.chain)))
    guard case .object(let members) = written else {
      Issue.record("not an object")
      return
    }
    let text = JSONValue.object(members.map { $0.0 == "scenario" ? ("scenario", .string("a")) : $0 }).text
    let again = read(text)
    #expect(again.value?.hosts == value.hosts, "\(again.diagnostics.text(sources: []))")
    #expect(again.value?.chain == value.chain)
  }
}

private struct Branch: Sendable {
  var weight = 1
  var parts: [Branch] = []

  static let shape: Shape<Branch> = .recursive("branch") {
    .object("branch", doc: "A part of a tree.", initial: Branch()) {
      Field("weight", \.weight, .integer, doc: "Weight.")
      Field("parts", \.parts, .list(of: shape), doc: "Parts.")
    }
  }
}

/// The validator `jsonschema`, where python3 has it.
private enum Validator {
  static let isAvailable = (try? run("import jsonschema", input: "")) != nil

  static func verdicts(on documents: [String], schema: String) throws -> [Bool] {
    let program = """
      import json, sys, jsonschema
      data = json.load(sys.stdin)
      jsonschema.Draft7Validator.check_schema(data["schema"])
      check = jsonschema.Draft7Validator(data["schema"])
      print("".join("1" if check.is_valid(d) else "0" for d in data["documents"]))
      """
    let output = try run(
      program, input: "{\"schema\": \(schema), \"documents\": [\(documents.joined(separator: ","))]}")
    return output.filter { $0 == "0" || $0 == "1" }.map { $0 == "1" }
  }

  private static func run(_ program: String, input: String) throws -> String {
    let (status, output) = try ChildProcess.run(
      ["python3", "-c", program], input: input, errors: .nowhere)
    guard status == 0 else { throw Complaint("python3 failed") }
    return output
  }
}
