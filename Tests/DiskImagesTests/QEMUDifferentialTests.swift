import Foundation
import TestTools
import Testing

@testable import DiskImages

/// What QEMU writes is read here as QEMU reads it.
@Suite(.enabled(if: Peer.hasQEMU, Peer.why)) struct QEMUDifferentialTests {
  @Test(arguments: 0..<2) func imagesOfQEMUAreReadAsQEMUReadsThem(_ half: Int) throws {
    for number in 0..<30 * Effort.factor {
      let seed = UInt64(number * 2 + half)
      let bench = try Workbench()
      let image = QEMUImages(seed: seed)
      do {
        try Peer.shell(image.script, in: bench.path)
        let disk = try VirtualDisk(opening: bench[image.top])
        let expected = try bench.read("expected.raw")
        var random = Seeded(seed)
        for found in [try disk.contents(), try disk.contents(inPieces: &random)] {
          if let difference = difference(found, expected) {
            Issue.record("seed \(seed): \(difference)\n\(image.script)")
          }
        }
      } catch {
        Issue.record("seed \(seed): \(error)\n\(image.script)")
      }
    }
  }
}
