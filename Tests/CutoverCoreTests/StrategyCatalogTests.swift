import CutoverCore
import Quantities
import Testing

@testable import CutoverExploration

@Suite("A catalogue of strategies")
struct StrategyCatalogTests {
  struct Named: MigrationStrategy {
    let name: String
    let mark: String

    func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
      CutoverPlan(strategy: mark, media: [.disk, .memory], stop: .pause, start: .resume)
    }
  }

  static let request = MigrationRequest(guest: GuestFacts(diskVirtual: Bytes(1), diskAllocated: Bytes(1)))

  @Test("keeps the order in which they came, and the later one of a name in the place of the earlier")
  func replacement() throws {
    var catalog = StrategyCatalog([
      Named(name: "a", mark: "1"), Named(name: "b", mark: "2"), Named(name: "a", mark: "3"),
    ])
    #expect(catalog.names == ["a", "b"])
    #expect(try catalog["a"]?.plan(for: Self.request).strategy == "3")
    catalog.add(Named(name: "b", mark: "4"))
    catalog.add(Named(name: "c", mark: "5"))
    #expect(catalog.names == ["a", "b", "c"])
    #expect(try catalog["b"]?.plan(for: Self.request).strategy == "4")
    #expect(catalog.index(of: "c") == 2)
  }

  @Test("knows nothing of other names")
  func unknown() {
    let catalog = StrategyCatalog([])
    #expect(catalog.names.isEmpty)
    #expect(catalog["live"] == nil)
    #expect(catalog.index(of: "live") == nil)
  }

  @Test("reasons of refusal are told apart by their names, and others may be added")
  func reasons() {
    let reasons: [RefusalReason] = [
      .cpu, .kernel, .optedOut, .targetFull, .notPossible, .init(rawValue: "licence"),
    ]
    #expect(
      reasons.map { Refusal($0).reason.rawValue } == [
        "cpu", "kernel", "opted_out", "target_full", "not_possible", "licence",
      ])
  }

  @Test("a CPU offers what a guest booted with if it has all of it")
  func features() {
    let guest = CPUFacts(vendor: .amd, model: "epyc-7713", features: CPUFeatureSet(rawValue: 0b0110))
    let host = CPUFacts(vendor: .amd, model: "epyc-9654", features: CPUFeatureSet(rawValue: 0b1110))
    #expect(host.features.isSuperset(of: guest.features))
    #expect(!guest.features.isSuperset(of: host.features))
  }
}
