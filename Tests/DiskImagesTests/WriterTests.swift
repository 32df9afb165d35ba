import Foundation
import ImageFiles
import Synchronization
import SystemPackage
import TestTools
import Testing

@testable import DiskImages

@Suite struct WriterTests {
  @Test(arguments: 0..<2) func whatIsWrittenIsRead(_ half: Int) throws {
    try writeAndRead(half, 0..<25 * Effort.factor, byQEMU: false)
  }

  @Test(.enabled(if: Peer.hasQEMU, Peer.why), arguments: 0..<2) func whatIsWrittenIsReadByQEMU(_ half: Int)
    throws
  {
    try writeAndRead(half, 0..<13 * Effort.factor, byQEMU: true)
  }

  /// Any order of writing, zeroing, growing, checkpoints and crashes gives the disk that was meant: to us, to QEMU.
  private func writeAndRead(_ half: Int, _ numbers: Range<Int>, byQEMU: Bool) throws {
    for number in numbers {
      let seed = UInt64(number * 2 + half)
      let bench = try Workbench()
      var model = try WriterModel(seed: seed, in: bench)
      do {
        try model.run()
        let disk = try VirtualDisk(opening: bench[model.name])
        if let difference = difference(try disk.contents(), model.expected) {
          Issue.record("seed \(seed): \(difference)\n\(model.log.joined(separator: "\n"))")
        }
        #expect(try disk.check().problems == [], "seed \(seed)\n\(model.log.joined(separator: "\n"))")
        guard byQEMU else { continue }
        try bench.write(model.expected, to: "expected.raw")
        let format = model.format == .vhd ? "vpc" : model.format.rawValue
        // QEMU reads raw images in whole sectors of 512.
        try Peer.shell("qemu-img compare -f \(format) -F raw \(model.name) expected.raw", in: bench.path)
        if model.format == .qcow2 { try Peer.shell("qemu-img check -q \(model.name)", in: bench.path) }
      } catch {
        Issue.record("seed \(seed): \(error)\n\(model.log.joined(separator: "\n"))")
      }
    }
  }

  @Test(arguments: [ImageFormat.qcow2, .vhd]) func anUnfinishedImageIsRefused(_ format: ImageFormat) throws {
    let bench = try Workbench()
    let name = "image.\(format.rawValue)"
    let writer = try ImageWriters.create(format, in: bench.create(name), size: 1 << 20)
    _ = try writer.place(0..<4096)
    _ = try writer.checkpoint()
    let problem = #expect(throws: ImageProblem.self) { _ = try VirtualDisk(opening: bench[name]) }
    #expect(problem?.kind == .unfinished)
    try writer.finish()
    _ = try VirtualDisk(opening: bench[name])
    #expect(throws: ImageProblem.self) { _ = try writer.place(0..<1) }
  }

  @Test(arguments: ImageFormat.allCases) func sizesThatAFormatCannotHoldAreRefused(_ format: ImageFormat)
    throws
  {
    let bench = try Workbench()
    #expect(throws: ImageProblem.self) {
      _ = try ImageWriters.create(format, in: bench.create("negative"), size: -512)
    }
    if format != .raw {
      #expect(throws: ImageProblem.self) {
        _ = try ImageWriters.create(format, in: bench.create("odd"), size: 1000)
      }
      #expect(throws: ImageProblem.self) {
        _ = try ImageWriters.create(format, in: bench.create("huge"), size: .max / 512 * 512)
      }
      #expect(throws: ImageProblem.self) {
        _ = try ImageWriters.create(format, in: bench.create("unit"), size: 512, unit: 1000)
      }
    }
    let writer = try ImageWriters.create(format, in: bench.create("good"), size: 1 << 20)
    #expect(throws: ImageProblem.self) { _ = try writer.place(0..<1 << 20 + 1) }
    #expect(throws: ImageProblem.self) { _ = try writer.place(-1..<5) }
    #expect(throws: ImageProblem.self) { try writer.grow(to: 512) }
  }

  @Test(arguments: [nil, 1 << 20] as [Int64?]) func aDiskOfNoBytesLeaksNothing(_ size: Int64?) throws {
    let bench = try Workbench()
    let writer = try ImageWriters.create(.qcow2, in: bench.create("image.qcow2"), size: 0)
    if let size { try writer.grow(to: size) }
    try writer.finish()
    let disk = try VirtualDisk(opening: bench["image.qcow2"])
    let check = try disk.check()
    #expect(disk.virtualSize == size ?? 0 && check.problems == [] && check.notices == [])
    if Peer.hasQEMU { try Peer.shell("qemu-img check -q image.qcow2", in: bench.path) }
  }

  @Test func aDiskWithManyTablesIsWrittenInLittleMemory() throws {
    try writeManyTables(in: try Workbench())
  }

  @Test(.enabled(if: Peer.hasQEMU, Peer.why)) func qemuFindsNothingWrongWithManyTables() throws {
    let bench = try Workbench()
    try writeManyTables(in: bench)
    try Peer.shell("qemu-img check -q image.qcow2", in: bench.path)
  }

  /// Tables of a disk that is much larger than what is held of them go through the file.
  private func writeManyTables(in bench: Workbench) throws {
    let size: Int64 = 1 << 40
    let writer = try ImageWriters.create(.qcow2, in: bench.create("image.qcow2"), size: size, unit: 64 << 10)
    var random = Seeded(7)
    let positions = (0..<1000).map { _ in Int64.random(in: 0..<size / 4096, using: &random) * 4096 }
    for position in positions + positions.reversed() {
      let bytes = withUnsafeBytes(of: position) { Array($0) }
      for place in try writer.place(position..<position + 8) {
        try bytes.withUnsafeBytes { try writer.file.write($0, at: place.offset) }
      }
    }
    try writer.finish()
    let disk = try VirtualDisk(opening: bench["image.qcow2"])
    var reader = disk.reader()
    for position in positions {
      var found: Int64 = 0
      try withUnsafeMutableBytes(of: &found) { try reader.read(into: $0, at: position) }
      #expect(found == position)
    }
  }

  @Test(arguments: [ImageFormat.qcow2, .vhd]) func threadsMayPlaceAtOnce(_ format: ImageFormat) throws {
    let bench = try Workbench()
    let size: Int64 = 64 << 20
    let name = "image.\(format.rawValue)"
    let writer = try ImageWriters.create(format, in: bench.create(name), size: size)
    let failed = Box(false)
    DispatchQueue.concurrentPerform(iterations: 8) { worker in
      do {
        for index in stride(from: Int64(worker), to: size / 65536, by: 8) {
          let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 65536)
          for place in try writer.place(index * 65536..<(index + 1) * 65536) {
            try bytes.withUnsafeBytes { try writer.file.write($0, at: place.offset) }
          }
        }
      } catch { failed.value.withLock { $0 = true } }
    }
    #expect(!failed.value.withLock { $0 })
    try writer.finish()
    let contents = try VirtualDisk(opening: bench[name]).contents()
    for index in 0..<Int(size / 65536) {
      #expect(contents[index * 65536 + 77] == UInt8(truncatingIfNeeded: index))
    }
  }
}
