import CutoverCore
import MigrationStrategies
import Quantities
import Testing

@testable import CutoverExploration

/// Suspend, move, resume under another name: nothing is replicated, everything moves while the guest is frozen.
///
/// All that a fifth strategy takes is in this file.
private struct Doze: MigrationStrategy {
  let name = "doze"

  func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
    guard request.resizeTo == nil else { throw Refusal(.notPossible) }
    return CutoverPlan(
      strategy: name, media: request.disk == .local ? [.disk, .memory] : [.memory],
      notBefore: request.notBefore,
      stop: .pause, start: .resume)
  }
}

@Suite("One more strategy is one type in one file")
struct FifthStrategyTests {
  static let guest = GuestFacts(diskVirtual: Bytes(9_000), diskAllocated: Bytes(1_000))

  @Test("it stands in the catalogue beside those that ship")
  func catalogue() throws {
    var catalog = StrategyCatalog.standard
    catalog.add(Doze())
    #expect(catalog.names == StrategyCatalog.standard.names + ["doze"])
    let strategy = try #require(catalog["doze"])
    #expect(try strategy.plan(for: MigrationRequest(guest: Self.guest)).strategy == "doze")
  }

  @Test("the machine keeps all its laws under its plans", arguments: [DiskPlacement.local, .shared])
  func laws(_ disk: DiskPlacement) throws {
    for agreed in [nil, Instant.zero + .hours(2)] {
      let request = MigrationRequest(guest: Self.guest, disk: disk, notBefore: agreed)
      let plan = try Doze().plan(for: request)
      let result = explore(try CutoverMachine(plan), under: plan)
      #expect(result.brokenLaws.isEmpty, "\(result.report)")
      #expect(result.states > 1_000)
    }
  }

  @Test("its run reads like the others")
  func transcript() throws {
    let plan = try Doze().plan(for: MigrationRequest(guest: Self.guest))
    let text = """
        0 s  begin           -> prepareDestination, until 600 s
        2 s  prepared        -> pauseGuest, until 602 s
        2 s  guestStopped    -> moveRemaining(disk), until 86402 s
      202 s  moved(20000 MB) -> moveRemaining(memory), until 86402 s
      282 s  moved(8000 MB)  -> moveDeviceState, until 86402 s
      283 s  moved(1 MB)     -> verifyDestination, until 86402 s
      284 s  verified        -> startDestination(resume), until 2084 s
      286 s  started         -> releaseSource, until 886 s
      287 s  released        -> finish(completed)
      down for 284 s; sent 0 of disk, 0 of memory, 0 again, 28001 MB while down
      """
    #expect(try Transcript(plan: plan).replay(text) == text)
  }
}
