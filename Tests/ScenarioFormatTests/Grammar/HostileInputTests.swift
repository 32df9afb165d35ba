import Foundation
import Testing

@testable import ScenarioFormat

@Suite struct HostileInputTests {
  private func codes(_ text: String) -> [DiagnosticCode] {
    var diagnostics = Diagnostics()
    _ = LocatedNode.compose(SourceText(text, file: "s.yaml"), into: &diagnostics)
    #expect(diagnostics.hasErrors)
    return diagnostics.sorted.map(\.code)
  }

  private func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

  @Test("nesting beyond the limit is refused, whatever it is made of", arguments: [65, 201, 999, 100_000])
  func depth(levels: Int) {
    #expect(codes(times(levels, "[")) != [])
    #expect(codes(times(levels, "[") + times(levels, "]")) == [.tooDeep])
    #expect(codes(times(levels, "{a: ") + "1" + times(levels, "}")) == [.tooDeep])
    #expect(codes(times(levels, "- ") + "1") == [.tooDeep])
    #expect(codes(times(levels, "? ") + "1") != [])
    #expect(codes(times(levels, "[a: ") + "1" + times(levels, "]")) == [.tooDeep])
    #expect(codes(times(levels, "a: [\n")) != [])
    let stairs = (0..<min(levels, 1_000)).map { times($0, " ") + "a:\n" }.joined()
    #expect(codes(stairs) == [.tooDeep])
  }

  /// Each takes minutes where a place is sought from the start of its line for every value.
  @Test("a line of a hundred thousand values is read as fast as as many lines, aliases and all")
  func longLines() {
    func compose(_ text: String) -> LocatedNode? {
      var diagnostics = Diagnostics()
      let node = LocatedNode.compose(SourceText(text, file: "s.yaml"), into: &diagnostics)
      #expect(!diagnostics.hasErrors)
      return node
    }
    let count = 200_000
    let line = compose("a: [" + times(count, "1, ") + "1]")
    guard case .mapping(let entries)? = line?.content,
      case .sequence(let items)? = entries.first?.value.content
    else {
      Issue.record("\(String(describing: line))")
      return
    }
    #expect(items.count == count + 1)
    #expect(items.last?.verbatimStart?.column == 5 + 3 * count)
    let word = times(100_000, "w")
    #expect(compose("a: [&x \(word), &y 1, " + times(100_000, "*x, *y, ") + "1]") != nil)
  }

  @Test("as many unknown keys as a file holds are counted, and help is sought for the first of them")
  func unknownKeys() {
    let count = 60_000
    let text = "scenario: x\n" + (0..<count).map { "kez\($0): 1\n" }.joined()
    let file = ScenarioFile(text: text, name: "s.yaml")
    #expect(file.hasErrors && file.problems.contains("s.yaml:2:1: error: unknown key 'kez0'"))
    #expect(file.problems.components(separatedBy: "unknown key").count < 300)
  }

  @Test("what the guards let through needs less than a megabyte of stack") func stack() {
    let texts = [
      times(100_000, "[") + "1",
      times(2_000, "[\" #\", a: "),
      times(100_000, "a: [\n"),
      times(100_000, "[\na: \n"),
      (0..<98).map { times($0 * 2, " ") + "a:\n" + times($0 * 2, " ") + "- a:\n" }.joined()
        + times(199, " ") + times(199, "[a: "),
      times(99, "- ") + times(199, "[a: ") + times(199, "]"),
    ]
    for text in texts {
      let done = DispatchSemaphore(value: 0)
      let thread = Thread {
        var diagnostics = Diagnostics()
        _ = LocatedNode.compose(SourceText(text, file: "s.yaml"), into: &diagnostics)
        done.signal()
      }
      thread.stackSize = 1 << 20
      thread.start()
      done.wait()
    }
  }

  @Test("nesting at the limit is fine") func allowedDepth() throws {
    let node = try composed(times(64, "[") + "1" + times(64, "]"))
    #expect(node.elements?.count == 1)
  }

  @Test("aliases of aliases are counted as if written out", .timeLimit(.minutes(5))) func laughs() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...20 {
      text += "a\(level): &a\(level) [" + times(9, "*a\(level - 1), ") + "*a\(level - 1)]\n"
    }
    #expect(codes(text) == [.tooManyValues])
  }

  @Test(
    "aliases inside keys never reach the parser, which would write them out",
    arguments: [
      "? *a20\n: 1\n", "*a20 : 1\n", "[*a20]: 1\n", "{ [ *a20 ] : 1 }\n", "x: { *a20 : 1 }\n", "- ? [*a20]\n",
      "[\"x #\", *a20]: 1\n", "\"x\n # y\": [*a20]\n[*a20]: 1\n", "{ &z?*a20 : 1 }\n",
    ])
  func laughingKeys(end: String) {
    var text = "- &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...20 {
      text += "- &a\(level) [" + times(9, "*a\(level - 1), ") + "*a\(level - 1)]\n"
    }
    #expect(codes(text + "- " + end.replacingOccurrences(of: "\n", with: "\n  ")) == [.unusedFeature])
  }

  @Test("an alias of a small thing is fine, and brackets inside names are no keys") func aliases() throws {
    let node = try composed("a: &a { x: 1 }\nb: [*a, *a]\nv:\n  sites[2]: 1\n  why: 5 * what?\n")
    #expect(node["b"]?.elements?.last?["x"]?.meaning == .integer("1"))
    #expect(node["v"]?["sites[2]"]?.meaning == .integer("1"))
  }

  @Test("an alias within its own anchor is refused") func ownAlias() {
    #expect(codes("a: &a [*a]\n") == [.syntax])
  }

  @Test("a million values is the most") func values() {
    #expect(codes(times(1_000_001, "-\n")) == [.tooManyValues])
  }

  @Test("a huge file of nonsense is refused by its size", .timeLimit(.minutes(5))) func hugeFile() throws {
    let path = NSTemporaryDirectory() + "/huge-\(UInt64.random(in: .min ... .max)).yaml"
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 1 << 30)
    try handle.close()
    var diagnostics = Diagnostics()
    #expect(SourceText.read(path: path, into: &diagnostics) == nil)
    #expect(diagnostics.sorted.map(\.code) == [.tooLarge])
  }

  @Test(
    "an endless device, a directory and an absent file are refused",
    arguments: ["/dev/zero", "/", "/no/such"])
  func oddFiles(path: String) {
    var diagnostics = Diagnostics()
    #expect(SourceText.read(path: path, into: &diagnostics) == nil)
    #expect(diagnostics.sorted.map(\.code) == [path == "/dev/zero" ? .tooLarge : .unreadable])
  }

  @Test("bytes that are not UTF-8 are pointed at") func encoding() {
    var diagnostics = Diagnostics()
    let bytes = Array("a: 1\nb: ä".utf8) + [0xFF, 0x41]
    #expect(SourceText.decode(bytes, file: "s.yaml", into: &diagnostics) == nil)
    #expect(diagnostics.sorted.map(\.origin) == [Origin(file: "s.yaml", line: 2, column: 5)])
  }

  @Test("a text of the largest size is read or refused in bearable time", .timeLimit(.minutes(5)))
  func largest() {
    let open = times(199, "[") + times(1 << 20, "a,")
    #expect(codes(open) != [])
  }

  @Test("no mutation of a good document traps", arguments: 0..<8) func mutations(seed: UInt64) {
    var random = SplitMix(state: seed)
    let pieces = [
      "[", "]", "{", "}", ": ", "- ", "? ", "&a ", "*a", "!x ", "!!int ", "<<: ", "|\n", ">\n", "'", "\"",
      "\\", "#", "\t",
      "\n", "\r", "---\n", "...\n", "%", "@", ",", "\u{0}", "\u{85}", "\u{2028}", "\u{FEFF}", "ä", "👩‍👩‍👧", "~",
      ".nan", "\\x",
    ].map { Array($0.utf8) }
    for _ in 0..<400 {
      var bytes = Array(SampleGrammar.good.utf8)
      for _ in 0..<(1 + random.next() % 6) {
        let place = Int(random.next() % UInt64(bytes.count + 1))
        switch random.next() % 4 {
        case 0: bytes.insert(contentsOf: pieces[Int(random.next() % UInt64(pieces.count))], at: place)
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 9)))
        case 2: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: random.next()) }
        default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: place)
        }
      }
      var diagnostics = Diagnostics()
      guard let source = SourceText.decode(bytes, file: "s.yaml", into: &diagnostics) else {
        #expect(diagnostics.hasErrors)
        continue
      }
      let value = SampleGrammar.scenario.read(source, into: &diagnostics)
      #expect((value == nil) == diagnostics.hasErrors)
      for finding in diagnostics.sorted { #expect(finding.origin.line <= source.lines.count + 1) }
      _ = diagnostics.text(sources: [source])
      _ = diagnostics.json
    }
  }
}

/// Steele, Lea, Flood (2014): enough for choosing mutations.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
