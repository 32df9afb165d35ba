import FleetExperiments
import Foundation
import MigrationPhysics
import Testing

@testable import ScenarioFormat

@Suite struct DatasetFileTests {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static func shipped(_ name: String) -> String {
    root.appendingPathComponent("Scenarios/validation/\(name)").path
  }

  private let warm = "id,kind,link_mibps,disk_alloc_mib,status,bulk_s\n"

  private func findings(_ text: String) -> [String] {
    DatasetFile(text: text, name: "d.csv").findings.diagnostics.sorted.map {
      "\($0.origin.line):\($0.origin.column) \($0.code.rawValue) \($0.message)"
    }
  }

  @Test func theShippedMigrationsAreRead() throws {
    let file = DatasetFile(path: Self.shipped("calibration.csv"))
    #expect(file.problems == "")
    #expect(file.migrations.count == 73)
    let row = try #require(file.migrations.first { $0.id == "edg05r0" })
    #expect(row.inputs.kind == .liveRAM && row.inputs.dirtyPagesPerSecond == 15564)
    #expect(row.outcome.isCompleted == false && row.measured(.totalTime) == nil)
    #expect(file.migrations.first { $0.id == "warm01r0" }?.measured(.bulkTime) == 8.782)
  }

  @Test func columnsMayStandInAnyOrderAndBeMore() throws {
    let text = "note, status ,disk_alloc_mib,\"link_mibps\",kind,id\n\"a, \"\"b\"\"\",, 512 ,6.4e1,warm,\n"
    let file = DatasetFile(text: text, name: "d.csv")
    let row = try #require(file.migrations.first)
    #expect(row.id == "line-2" && row.inputs.linkMiB == 64 && row.inputs.diskAllocatedMiB == 512)
    #expect(row.outcome.isCompleted == nil && row.inputs.dwellSeconds == nil)
  }

  @Test func eachMistakeHasItsPlace() {
    #expect(
      findings(warm + "a,warm,fast,512,,\n") == ["2:8 E013 link_mibps is 'fast', which is no number"])
    #expect(findings(warm + "a,warm,nan,512,,\n") == ["2:8 E013 link_mibps is 'nan', which is no number"])
    #expect(findings(warm + "a,lukewarm,1,512,,\n") == ["2:3 E016 no kind of migration is called 'lukewarm'"])
    #expect(
      findings(warm + "a,warm,-1,512,,\n") == ["2:8 E015 link_mibps is -1, which is not from 0 to 10000000"])
    #expect(
      findings(warm + "a,warm,1,,,\n")
        == ["2:10 E012 disk_alloc_mib is empty, and a warm migration needs it"])
    #expect(findings(warm + "a,warm,1\n") == ["2:8 E019 the row has 3 cells, the header has 6"])
    #expect(findings("id,kind,id\n") == ["1:9 E011 the column 'id' is there twice, first in column 1"])
    #expect(findings("id,type\na,warm\n") == ["1:1 E012 the header has no column 'kind'"])
    #expect(findings("id,kind\n") == ["1:1 E004 there is a header, but no row"])
    #expect(
      findings("id,kind,link_mibps\na,warm,1\nb,cold,1\n")
        == ["1:1 E012 the header has no column 'disk_alloc_mib', which warm migrations need"])
    #expect(findings(warm + "a,\"warm,1\n") == ["2:3 E005 a quote is opened here and not closed"])
    #expect(findings("\n \n") == ["1:1 E004 the table is empty"])
    #expect(findings("id;kind\n").first?.hasPrefix("1:1 E012") == true)
  }

  @Test func aMissingFileIsMissing() {
    #expect(DatasetFile(path: "/nowhere/at/all.csv").isMissing)
  }
}

@Suite struct CaseFileTests {
  @Test func theShippedCasesAreRead() throws {
    let file = CaseFile(path: DatasetFileTests.shipped("cases.yaml"))
    #expect(file.problems == "")
    #expect(file.cases.count == 45)
    let osic = try #require(file.cases.first { $0.id == "osic-shared-serial" })
    #expect(osic.quality == .all && osic.source == "osic")
    #expect(osic.inputs["vm_memory_GB"]?.numbers == [4, 8, 16])
    #expect(osic.outputs["per_vm_s_tunnel_off"]?.numbers == [16.3, 25.7, 44.5])
    #expect(osic.inputs["libvirt_tunnelling"]?.texts == ["off", "on"])
  }

  @Test func mistakesHaveTheirPlace() {
    let findings = { (text: String) in
      CaseFile(text: text, name: "c.yaml").findings.diagnostics.sorted.map {
        "\($0.origin.line):\($0.origin.column) \($0.message)"
      }
    }
    #expect(findings("a: 1\n") == ["1:1 the file has no list of 'cases'"])
    #expect(findings("cases:\n- 5\n") == ["2:3 a case is a mapping, found the number 5"])
    #expect(
      findings("cases:\n- {id: a, group: b, quality: Z}\n") == ["2:30 no quality is called 'Z'"])
    #expect(
      findings("cases:\n- {id: a, group: b, quality: A}\n- {id: a, group: b, quality: A}\n")
        == ["3:3 the case 'a' is there twice"])
  }
}
