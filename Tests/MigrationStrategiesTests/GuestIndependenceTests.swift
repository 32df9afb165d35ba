import CutoverCore
import MigrationStrategies
import Quantities
import Testing

/// A strategy that does not look at the guest is asked once for all guests: it must keep that promise.
@Suite struct GuestIndependenceTests {
  private static let guests = [
    GuestFacts(diskVirtual: .gigabytes(1), diskAllocated: .zero),
    GuestFacts(
      vcpus: 96, memory: .gibibytes(2048), diskVirtual: .gigabytes(90_000), diskAllocated: .gigabytes(80_000),
      cpu: CPUFacts(vendor: .amd, model: "epyc-7713", features: CPUFeatureSet(rawValue: 7))),
  ]

  private static let promising: [any MigrationStrategy] =
    StrategyCatalog.standard.strategies + [Live(autoConverge: true, postCopyAfterRounds: 3)]

  private static func plan(_ strategy: any MigrationStrategy, _ request: MigrationRequest) -> Result<
    CutoverPlan, Refusal
  > {
    do { return .success(try strategy.plan(for: request)) } catch { return .failure(error) }
  }

  @Test(arguments: promising.indices, [nil, Bytes.gigabytes(40)])
  func `the plan is the same for a small guest and a huge one`(index: Int, resizeTo: Bytes?) {
    let strategy = Self.promising[index]
    #expect(!strategy.looksAtGuest)
    for disk in [DiskPlacement.local, .shared] {
      let plans = Self.guests.map {
        Self.plan(strategy, MigrationRequest(guest: $0, disk: disk, resizeTo: resizeTo))
      }
      #expect(plans[0] == plans[1], "\(strategy.name)")
    }
  }

  @Test func `a platform whose deadlines follow the guest's size looks at the guest`() throws {
    let live = Live(steering: KubeVirtSteering())
    #expect(live.looksAtGuest)
    let plans = try Self.guests.map { try live.plan(for: MigrationRequest(guest: $0)) }
    #expect(plans[0] != plans[1])
  }
}
