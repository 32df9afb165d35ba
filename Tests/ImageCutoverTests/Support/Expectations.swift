import CutoverCore
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import Testing

@testable import ImageCutover

/// Expects that nothing was made and nothing touched: only the source is in the workshop.
func expectOnlySource(_ workshop: Workshop, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(workshop.names == ["src"], sourceLocation: sourceLocation)
}

/// Expects two images to be alike to their holes.
func expectAlike(_ a: Image, _ b: Image, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(a.size == b.size, sourceLocation: sourceLocation)
  expectSame(a.bytes, b.bytes, sourceLocation: sourceLocation)
  #expect(a.map == b.map, sourceLocation: sourceLocation)
}

/// Expects the same bytes, and says where they first differ: a difference of whole arrays would take for ever.
func expectSame(_ a: [UInt8], _ b: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
  let isSame = a == b
  #expect(
    isSame, "first difference at byte \(zip(a, b).enumerated().first { $1.0 != $1.1 }?.offset ?? -1)",
    sourceLocation: sourceLocation)
}

extension ImageCutover {
  /// From `src` to `dst` of the workshop.
  init(
    in workshop: Workshop, _ strategy: any MigrationStrategy = Warm(),
    options: ImageCutoverOptions = ImageCutoverOptions(), guest: (any GuestControl)? = nil,
    files: any FileAccess = LinuxFiles()
  ) {
    self.init(
      source: workshop["src"], destination: workshop["dst"], strategy: strategy, options: options,
      guest: guest)
    self.files = files
  }
}

/// A plan that a test writes down itself.
struct Fixed: MigrationStrategy {
  let name = "fixed"
  var plan: CutoverPlan

  func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan { plan }
}

/// A guest that notes its commands and does with each what the test wants.
final class ScriptedGuest: GuestControl {
  private let log = Monitor<[String]>([])
  private let script: @Sendable (String) throws -> Void
  private let crashed = Monitor(false)

  init(_ script: @escaping @Sendable (String) throws -> Void = { _ in }) { self.script = script }

  var commands: [String] { log.withLock { $0 } }
  func crash() { crashed.withLock { $0 = true } }

  private func take(_ command: String) throws {
    log.withLock { $0.append(command) }
    try script(command)
  }

  func pause() throws { try take("pause") }
  func shutDown() throws { try take("shutDown") }
  func powerOff() throws { try take("powerOff") }
  func start(_ method: StartMethod, at image: String) throws { try take("start") }
  func fence() throws -> Bool {
    try take("fence")
    return true
  }
  func restore(_ method: StartMethod) throws {
    try take("restore")
    crashed.withLock { $0 = false }
  }
  var hasCrashed: Bool { crashed.withLock { $0 } }
}

struct Mishap: Error, CustomStringConvertible {
  var description: String { "a mishap" }
}
