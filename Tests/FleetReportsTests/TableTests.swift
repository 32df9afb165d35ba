import Testing

@testable import FleetReports

@Suite("Tables that are wider than the screen") struct TableTests {
  /// Rows that only their first two columns tell apart.
  private var table: Table {
    var table = Table(
      [.text("strategy"), .text("downtime")] + ["p50", "p95", "p99", "max"].map { .number($0, of: "each") }
        + [.number("total"), .number("attempts")])
    for strategy in ["live", "warm"] {
      for kind in ["hypervisor pause", "network gap", "service gap"] {
        table.add([
          strategy, kind, "1 min 24 s", "12 min 6 s", "22 min 19 s", "55 min 2 s", "8.81 min", "455",
        ])
      }
    }
    return table
  }

  @Test(
    "no line is wider, and each band has the columns again that tell its rows apart",
    arguments: [60, 70, 80, 90])
  func bands(width: Int) {
    let bands = table.textLines(TerminalStyle(width: width)).split(separator: "")
    #expect(bands.count > 1)
    for band in bands {
      for line in band { #expect(line.count <= width, "\(line)") }
      let rows = band.filter { $0.contains("pause") || $0.contains("gap") }
      let labels = rows.map { row in
        row.prefix(row.firstRange(of: /(pause|gap)/)?.upperBound.utf16Offset(in: row) ?? 0)
      }
      #expect(rows.count == 6 && Set(labels).count == 6, "\(band)")
      #expect(labels.allSatisfy { $0.hasPrefix("live") || $0.hasPrefix("warm") })
    }
  }

  @Test("three factors of a sweep are repeated, too, where they leave room for a figure") func factors() {
    var table = Table(
      ["limits.host-out", "fleet.vms.count", "demand.drain.chain", "p95(downtime)", "total(moves)"].map {
        .number($0)
      })
    for slots in ["1", "2"] {
      for count in ["200", "300"] {
        for chain in ["[warm, cold]", "[cold]"] {
          table.add([slots, count, chain, "2.15 ± 0.07 min", "458 ± 19"])
        }
      }
    }
    let bands = table.textLines(TerminalStyle(width: 80)).split(separator: "")
    #expect(bands.count == 2 && bands.allSatisfy { $0[$0.startIndex].contains("demand.drain.chain") })
    #expect(bands.joined().allSatisfy { $0.count <= 80 })
    // There is no room for all three here; the rows have the order of the first band.
    let narrow = table.textLines(TerminalStyle(width: 50)).split(separator: "")
    #expect(narrow.count > 2 && narrow.joined().allSatisfy { $0.count <= 50 })
  }

  @Test("names are cut only as far as they can still be told") func labels() {
    var table = Table([.text("class")] + (1...9).map { .number("figure \($0)") })
    for place in ["front", "upper", "lower"] {
      table.add(["machines of the \(place) row of a hall"] + (1...9).map { "\($0)" })
    }
    let bands = table.textLines(TerminalStyle(width: 80)).split(separator: "")
    #expect(bands.count > 1)
    for band in bands {
      let labels = band.dropFirst().map { $0.prefix { !"0123456789".contains($0) } }
      #expect(Set(labels).count == 3 && band.allSatisfy { $0.count <= 80 }, "\(labels)")
    }
  }

  @Test("names that are alike far beyond the screen take no longer than others") func longLabels() {
    var table = Table([.text("class")] + (1...9).map { .number("figure \($0)") })
    let name = String(repeating: "A", count: 40_000)
    for place in ["x", "y"] { table.add([name + place + name] + (1...9).map { "\($0)" }) }
    let lines = table.textLines(TerminalStyle(width: 80))
    #expect(lines.allSatisfy { $0.count <= 80 } && lines.contains { $0.hasPrefix("AAAA") })
  }

  @Test("where all fits there is one band, and where the first column does it stands alone") func others() {
    #expect(table.textLines(TerminalStyle(width: 200)).split(separator: "").count == 1)
    var plain = Table([.text("class"), .text("word")] + (1...12).map { .number("figure \($0)") })
    for name in ["a", "b"] { plain.add([name, "same"] + (1...12).map { "\($0)" }) }
    let bands = plain.textLines(TerminalStyle(width: 60)).split(separator: "")
    #expect(bands.count > 1 && bands.dropFirst().allSatisfy { !$0.joined().contains("same") })
  }
}
