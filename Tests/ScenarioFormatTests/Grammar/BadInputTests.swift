import Testing

@testable import ScenarioFormat

/// A text, and the findings it must bring: exactly these, in this order.
struct BadInput: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  let findings: [Finding]
  var testDescription: String { name }

  struct Finding: Sendable {
    let line: Int
    let column: Int
    let code: DiagnosticCode
    let words: [String]

    init(_ line: Int, _ column: Int, _ code: DiagnosticCode, _ words: String...) {
      self.line = line
      self.column = column
      self.code = code
      self.words = words
    }
  }

  init(_ name: String, _ text: String, _ findings: Finding...) {
    self.name = name
    self.text = text
    self.findings = findings
  }
}

private let head = "scenario: a\nhosts: [{ name: b, count: 9 }]\n"

private let badInputs: [BadInput] = [
  // Keys
  BadInput("unknown key", head + "sead: 3\n", .init(3, 1, .unknownKey, "'sead'", "did you mean 'seed'?")),
  BadInput(
    "unknown key like none", head + "zzzzzz: 3\n",
    .init(3, 1, .unknownKey, "'zzzzzz' in scenario", "the keys here: 'scenario', 'seed'")),
  BadInput(
    "missing key", "\nhosts: [{ name: b, count: 9 }]\n", .init(2, 1, .missingKey, "lacks the key 'scenario'")),
  BadInput(
    "missing key in an inner mapping", "scenario: a\nhosts:\n  - name: b\n",
    .init(3, 5, .missingKey, "hosts lacks the key 'count'", "a whole number from 1 to 1000000")),
  BadInput(
    "duplicate key", head + "seed: 3\n# note\nquiet: true\nseed: 4\n",
    .init(6, 1, .duplicateKey, "'seed' occurs twice", "the first is in line 3")),
  BadInput(
    "duplicate keys and more", head + "seed: 3\nseed: 4\nseed: 5\nquiet: 7\n\"quiet\": true\nhosts: []\n",
    .init(4, 1, .duplicateKey, "'seed'"), .init(5, 1, .duplicateKey, "'seed'"),
    .init(6, 8, .wrongType, "expected true or false, found the number 7"),
    .init(7, 1, .duplicateKey, "'quiet'"), .init(8, 1, .duplicateKey, "'hosts'")),
  BadInput(
    "duplicate key in braces",
    "scenario: a\nhosts: [{ name: 'b,count: 1', count: 9, cpu: { count: 100 % },\n count: 8 }]\n",
    .init(2, 17, .badText, "found the text 'b,count: 1'"), .init(3, 2, .duplicateKey, "'count'")),
  BadInput(
    "old and new name", "scenario: a\nhosts: [{ name: b, count: 9, pool: {}, disk-pool: {} }]\n",
    .init(2, 40, .duplicateKey, "'disk-pool' and 'pool' are the same key")),
  BadInput(
    "number as key", head + "limits: { 5: 3 }\n", .init(3, 11, .keyNotText, "'5' is not text", "\"5\"")),
  BadInput("no key", head + "?\n: 3\n", .init(3, 2, .keyNotText, "write a name before the ':'")),
  BadInput("list as key", head + "[a, b]: 3\n", .init(3, 1, .unusedFeature, "a key cannot be a list")),
  BadInput("merge key", head + "limits: &l { a: 1 }\n<<: *l\n", .init(4, 1, .unusedFeature, "merge keys")),
  BadInput("tag", head + "seed: !mine 5\n", .init(3, 7, .unusedFeature, "'!mine'")),

  // Types
  BadInput(
    "text for number", head + "seed: five\n", .init(3, 7, .wrongType, "a whole number, found the text 'five'")
  ),
  BadInput(
    "quoted number", head + "seed: \"5\"\n", .init(3, 7, .wrongType, "the text '5'", "write 5 without quotes")
  ),
  BadInput("grouped number", head + "seed: 1_000\n", .init(3, 7, .wrongType, "write 1000 without")),
  BadInput(
    "fraction for whole", head + "seed: 1.5\n", .init(3, 7, .wrongType, "the number 1.5", "digits only")),
  BadInput(
    "yes for true", head + "quiet: yes\n", .init(3, 8, .wrongType, "'yes'", "write true without quotes")),
  BadInput(
    "number for text", "scenario: 7\nhosts: [{ name: b, count: 9 }]\n",
    .init(1, 11, .wrongType, "put it in quotes: \"7\"")),
  BadInput(
    "text for list", "scenario: a\nhosts: x\n",
    .init(2, 8, .wrongType, "expected a list of hosts, found the text 'x'")),
  BadInput(
    "mapping for list", "scenario: a\nhosts: { b: 1 }\n",
    .init(2, 8, .wrongType, "found a mapping with the key 'b'")),
  BadInput(
    "list for mapping", "- a\n", .init(1, 1, .wrongType, "expected a mapping (scenario), found a list")),
  BadInput(
    "nothing", head + "seed:\nquiet: ~\n", .init(3, 6, .nothingThere, "nothing"),
    .init(4, 8, .nothingThere, "leave the key out")),

  // Values
  BadInput(
    "too large", "scenario: a\nhosts: [{ name: b, count: 1000001 }]\n",
    .init(2, 27, .outOfRange, "from 1 to 1000000, found 1000001")),
  BadInput(
    "beyond Int", head + "seed: 99999999999999999999\n", .init(3, 7, .outOfRange, "99999999999999999999")),
  BadInput("not a number", head + "weight: .nan\n", .init(3, 9, .outOfRange, "write a finite number")),
  BadInput("infinite", head + "weight: -.inf\n", .init(3, 9, .outOfRange, "-.inf")),
  BadInput("overflowing", head + "weight: 1e999\n", .init(3, 9, .outOfRange, "1e999")),
  BadInput(
    "number out of range", head + "weight: 10.5\n",
    .init(3, 9, .outOfRange, "a number from 0 to 10, found 10.5")),
  BadInput(
    "not above", head + "chain: [{ live: { backoff: 0 } }]\n", .init(3, 28, .outOfRange, "above 0, found 0")),
  BadInput("unknown word", head + "when-full: qeueu\n", .init(3, 12, .unknownName, "did you mean 'queue'?")),
  BadInput(
    "no word", head + "when-full: []\n",
    .init(3, 12, .wrongType, "one of 'queue', 'reject', 'park', found an empty list")),
  BadInput(
    "quantity", "scenario: a\nhosts: [{ name: b, count: 9, nic: 10 apples }]\n",
    .init(2, 35, .badQuantity, "'10 apples' is not a rate", "write it like '10 Gbit/s'")),
  BadInput(
    "percentage", "scenario: a\nhosts: [{ name: b, count: 9, pool: { share: 60 } }]\n",
    .init(2, 45, .outOfRange, "did you mean '60 %'?")),
  BadInput(
    "too much", "scenario: a\nhosts: [{ name: b, count: 9, pool: { share: 101 % } }]\n",
    .init(2, 45, .outOfRange, "'101 %'")),
  BadInput(
    "mix", "scenario: a\nhosts: [{ name: b, count: 9, cpu: { x: 60 %, y: 30 % } }]\n",
    .init(2, 35, .ruleBroken, "add up to 90 %")),
  BadInput("empty list", "scenario: a\nhosts: []\n", .init(2, 8, .badCount, "at least 1 hosts, found 0")),
  BadInput(
    "long list", head + "chain: [cold, cold, cold, cold, live]\n", .init(3, 8, .badCount, "at most 4")),
  BadInput(
    "rule of an object", "scenario: a\nhosts: [{ name: b, count: 9, spare: 9 }]\n",
    .init(2, 37, .ruleBroken, "all hosts are spare", "fewer than 9")),

  // Unions
  BadInput(
    "unknown form", head + "chain: [warn, { lve: {} }]\n",
    .init(3, 9, .unknownName, "'warn' is not a step", "'cold', 'live'"),
    .init(3, 17, .unknownName, "did you mean 'live'?")),
  BadInput(
    "details for none", head + "chain: [{ cold: {} }]\n",
    .init(3, 17, .notOneChoice, "'cold' takes no details")),
  BadInput(
    "two forms", head + "chain: [{ cold: {}, live: {} }]\n",
    .init(3, 21, .notOneChoice, "found 'cold', 'live'", "a list item of its own")),
  BadInput(
    "wrong indent", head + "chain:\n  - live:\n    retry: 3\n",
    .init(5, 5, .notOneChoice, "indent the details below 'live:'")),
  BadInput("no form", head + "chain: [{}]\n", .init(3, 9, .notOneChoice, "names no step")),
  BadInput(
    "no kind", head + "when: { a: b }\n",
    .init(3, 7, .wrongType, "expected a name, or a list of condition items, found a mapping")),

  // The text itself
  BadInput("empty", "", .init(1, 1, .empty, "empty")),
  BadInput("comments only", "# nothing\n\n", .init(1, 1, .empty)),
  BadInput("only a marker", "---\n", .init(2, 1, .empty)),
  BadInput("two documents", head + "---\na: b\n", .init(3, 1, .severalDocuments, "second document")),
  BadInput("tab", "scenario: a\nhosts:\n\t- name: b\n", .init(3, 1, .tab, "a tab in the indentation")),
  BadInput(
    "open list", "scenario: a\nchain: [cold\nseed: 3\n",
    .init(3, 5, .syntax, "list in brackets", "(it began in line 2)")),
  BadInput(
    "open quote", "scenario: \"a\nseed: 3\n", .init(3, 1, .syntax, "a quote is never closed", "line 1")),
  BadInput("two colons", "scenario: a: b\n", .init(1, 12, .syntax, "a ':' cannot stand here")),
  BadInput(
    "wrong dedent", "hosts:\n    - a\n  - b\n",
    .init(3, 3, .syntax, "does not continue the mapping", "line 1")),
  BadInput("unknown alias", head + "seed: *x\n", .init(3, 7, .syntax, "alias")),
  BadInput(
    "reserved character", head + "seed: @x\n", .init(3, 7, .syntax, "cannot begin with this character")),
  BadInput("control character", "scenario: a\nä: \u{7}\n", .init(2, 4, .syntax, "control character")),
  BadInput("after a mark of byte order", "\u{FEFF}sead: 1\n" + head, .init(1, 1, .unknownKey, "'sead'")),
]

@Suite struct BadInputTests {
  @Test("each mistake is found where it is, and no other is", arguments: badInputs)
  func mistake(input: BadInput) {
    let (value, diagnostics) = read(input.text)
    let rendered = diagnostics.text(sources: [])
    #expect(value == nil)
    #expect(diagnostics.hasErrors)
    #expect(diagnostics.sorted.count == input.findings.count, "\(rendered)")
    for (found, wanted) in zip(diagnostics.sorted, input.findings) {
      let place = "\(found.origin.line):\(found.origin.column) \(found.code)"
      #expect(place == "\(wanted.line):\(wanted.column) \(wanted.code)", "\(rendered)")
      let words = found.message + "\n" + (found.remedy ?? "")
      for part in wanted.words { #expect(words.contains(part)) }
    }
  }

  @Test("a good document reads, defaults and all") func good() throws {
    let (value, diagnostics) = read(SampleGrammar.good)
    #expect(diagnostics.isEmpty, "\(diagnostics.text(sources: []))")
    let scenario = try #require(value)
    #expect(scenario.hosts.map(\.count) == [600, 5])
    #expect(scenario.hosts[0].cpu == OrderedPairs([("epyc", 0.6), ("xeon", 0.4)]))
    #expect(scenario.hosts[0].pool == SamplePool(share: 0.5))
    #expect(scenario.hosts[1].nic == SampleRate(bitsPerSecond: 40_000_000_000))
    #expect(scenario.chain == [.live(SampleLive()), .live(SampleLive(retry: 5)), .cold])
    #expect(scenario.limits == OrderedPairs([("out", 2), ("1", 3)]))
    #expect(scenario.full == .park)
    #expect(scenario.when == .all([.leaf("a"), .all([.leaf("b"), .leaf("c")])]))
    #expect(scenario.seed == 1)
  }

  @Test("an old name works, with a warning") func deprecated() {
    let (value, diagnostics) = read(
      "scenario: a\nhosts: [{ name: b, count: 9, disk-pool: { share: 0.25 } }]\n")
    #expect(value?.hosts.first?.pool.share == 0.25)
    #expect(diagnostics.sorted.map(\.severity) == [.warning])
    #expect(diagnostics.sorted.first?.remedy == "write 'pool'")
  }

  @Test("every code has an explanation and a number of its own") func codes() {
    #expect(Set(DiagnosticCode.allCases.map(\.rawValue)).count == DiagnosticCode.allCases.count)
    #expect(DiagnosticCode.allCases.allSatisfy { $0.explanation.hasSuffix(".") })
  }
}
