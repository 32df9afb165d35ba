import Testing

@testable import ScenarioFormat

@Suite struct OverrideTests {
  private let document = """
    fleet:
      sites:
        - name: newark
          hosts: { count: 1 }
        - name: chicago
          hosts: { count: 2 }
    demand:
      - resize: { rate: 80, chain: [warm] }
      - drain: { rate: 3, chain: [warm] }
      - resize: { rate: 5, name: big, chain: [live, { hot: { retry: 1 } }] }
    limits: { out: 2, in: 4 }
    """

  private func changed(_ overrides: String) throws -> (LocatedNode, Diagnostics) {
    var diagnostics = Diagnostics()
    let list = Override.list(of: try composed(overrides))
    return (try composed(document).applying(list, into: &diagnostics), diagnostics)
  }

  @Test(
    "a path sets what it matches",
    arguments: [
      ("fleet.sites.newark.hosts.count: 9", "count: 1", "count: 9"),
      ("fleet.sites[1].hosts: { count: 9 }", "count: 2", "count: 9"),
      ("fleet.sites.*.hosts.count: 9", "count: 1|count: 2", "count: 9|count: 9"),
      ("'*.sites.*.hosts.count': 9", "count: 1|count: 2", "count: 9|count: 9"),
      ("demand.*.chain: [cold]", "[warm]|[warm]|[live, { hot: { retry: 1 } }]", "[cold]|[cold]|[cold]"),
      (
        "demand.resize.chain: [cold]", "80, chain: [warm]|[live, { hot: { retry: 1 } }]",
        "80, chain: [cold]|[cold]"
      ),
      ("demand.drain: { x: 1 }", "drain: { rate: 3, chain: [warm] }", "drain: { x: 1 }"),
      ("demand.*.drain.rate: 4", "rate: 3", "rate: 4"),
      ("demand[0]: cold", "resize: { rate: 80, chain: [warm] }", "cold"),
      ("demand.big.rate: 6", "rate: 5", "rate: 6"),
      ("demand.big.chain.hot.retry: 7", "retry: 1", "retry: 7"),
      ("demand.big.chain.live.retry: 7", "[live,", "[{ live: { retry: 7 } },"),
      ("limits.*: 7", "{ out: 2, in: 4 }", "{ out: 7, in: 7 }"),
      ("limits.both: 7", "in: 4 }", "in: 4, both: 7 }"),
      ("seed: 7", "limits: { out: 2, in: 4 }", "limits: { out: 2, in: 4 }\nseed: 7"),
      ("{ limits: { a: 1 }, limits.a: 2 }", "{ out: 2, in: 4 }", "{ a: 2 }"),
    ])
  func sets(override: String, old: String, new: String) throws {
    let (result, diagnostics) = try changed(override)
    #expect(diagnostics.isEmpty, "\(diagnostics.text(sources: []))")
    var wanted = Substring(document)
    var text = ""
    for (old, new) in zip(old.split(separator: "|"), new.split(separator: "|")) {
      let range = try #require(wanted.firstRange(of: old))
      text += wanted[..<range.lowerBound] + new
      wanted = wanted[range.upperBound...]
    }
    #expect(result.hasSameContent(as: try composed(text + wanted)))
  }

  @Test(
    "a path that matches nothing says where it went wrong",
    arguments: [
      ("fleet.site.newark: 1", "the document|'fleet' has no 'site'", "did you mean 'sites'?"),
      (
        "fleet.sites.boston.hosts: 1", "nothing matches 'fleet.sites.boston.hosts'",
        "'fleet.sites' has 'newark', 'chicago'"
      ),
      ("limits.out.x: 1", "'limits.out' is the number 2", "end the path"),
      ("fleet.sites[2].hosts: 1", "nothing matches", "'fleet.sites' has 'newark', 'chicago'"),
      ("demand.*.chian.x: 1", "has no 'chian'", "did you mean 'chain'?"),
      ("fleet..x: 1", "a step of the path is empty", "a path reads like"),
      ("'fleet.sites[x]': 1", "expected a number in brackets, found 'x'", "a path reads like"),
      ("'fleet.sites[1': 1", "is not closed", "a path reads like"),
      ("fleet.: 1", "ends with a '.'", "a path reads like"),
    ])
  func misses(override: String, message: String, remedy: String) throws {
    let (result, diagnostics) = try changed(override)
    let finding = try #require(diagnostics.sorted.first)
    #expect(diagnostics.sorted.count == 1)
    #expect(finding.message.contains(message.split(separator: "|").last ?? ""))
    #expect(finding.remedy?.contains(remedy) == true, "\(finding.remedy ?? "")")
    #expect(finding.origin == Origin(file: "s.yaml", line: 1, column: 1))
    #expect(result.hasSameContent(as: try composed(document)))
  }

  @Test("what an override sets is located where the override is written") func location() throws {
    var diagnostics = Diagnostics()
    let list = Override.list(of: try composed("\n\nhosts.b.count: none"))
    let node = try composed("scenario: a\nhosts: [{ name: b, count: 9 }]\n").applying(
      list, into: &diagnostics)
    #expect(SampleGrammar.scenario.read(document: node, into: &diagnostics) == nil)
    #expect(diagnostics.sorted.map(\.origin) == [Origin(file: "s.yaml", line: 3, column: 16)])
  }

  @Test("keys with dots are quoted, and paths print as they are read") func printing() throws {
    for text in ["a.b[2].*.c", "\"a.b\".c", "*"] {
      #expect(try OverridePath(parsing: text).description == text)
    }
  }
}
