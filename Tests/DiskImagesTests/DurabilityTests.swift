import ImageFiles
import ImageFuzzing
import SystemPackage
import TestTools
import Testing

@testable import DiskImages

/// A power cut at any moment leaves a whole image or none, whatever of the unflushed writes reached the disk.
@Suite struct DurabilityTests {
  private func write(_ format: ImageFormat, in files: MemoryFiles) throws -> (
    OpenFile, any ImageWriter, [UInt8]
  ) {
    let directory = try files.openDirectory(".")
    let file = OpenFile(try files.create("image", in: directory), files, .destination, path: "image")
    let writer = try ImageWriters.create(format, in: file, size: 64 * 512, unit: format == .vhd ? 4096 : 512)
    var expected = [UInt8](repeating: 0, count: 64 * 512)
    for (start, pattern) in [(0, 1), (9000, 2), (20_000, 3)] as [(Int, UInt8)] {
      let range = start..<start + 700
      expected.replaceSubrange(range, with: repeatElement(pattern, count: 700))
      for place in try writer.place(Int64(start)..<Int64(start + 700)) {
        let bytes = [UInt8](repeating: pattern, count: place.range.count)
        try bytes.withUnsafeBytes { try file.write($0, at: place.offset) }
      }
    }
    return (file, writer, expected)
  }

  @Test(arguments: [ImageFormat.qcow2, .vhd]) func aPowerCutLeavesAWholeImageOrNone(_ format: ImageFormat)
    throws
  {
    let files = MemoryFiles()
    let (_, writer, expected) = try write(format, in: files)
    _ = try writer.checkpoint()
    try writer.finish()
    var random = Seeded(1)
    var outcomes: (whole: Int, none: Int) = (0, 0)
    let operations = files.operations
    for end in 0...operations.count {
      let flushed = operations[..<end].lastIndex { $0 == .flush } ?? 0
      for _ in 0..<12 {
        var image: [UInt8] = []
        for (index, operation) in operations[..<end].enumerated() where index < flushed || random.chance(0.5)
        {
          operation.apply(to: &image)
        }
        let left = MemoryFiles(["image": image])
        do {
          let disk = try VirtualDisk(opening: "image", options: OpeningOptions(format: format), files: left)
          if let difference = difference(try disk.contents(), expected) {
            Issue.record("cut after \(end) of \(operations.count): \(difference)")
          }
          outcomes.whole += 1
        } catch is ImageProblem { outcomes.none += 1 }
      }
    }
    #expect(outcomes.whole > 0 && outcomes.none > 0, "\(outcomes)")
  }

  @Test(arguments: [ImageFormat.raw, .qcow2, .vhd]) func aFailedFlushIsNeverTriedAgain(_ format: ImageFormat)
    throws
  {
    let files = MemoryFiles()
    let (_, writer, _) = try write(format, in: files)
    files.failFlushes(1)
    let fault = #expect(throws: FileFault.self) { try writer.finish() }
    #expect(fault?.cause == .errno(.ioError))
    // The kernel would say that all is well now; what was lost is lost.
    #expect(throws: FileFault.self) { try writer.finish() }
    #expect(throws: FileFault.self) { _ = try writer.checkpoint() }
    if format != .raw {
      #expect(throws: ImageProblem.self) {
        _ = try VirtualDisk(opening: "image", options: OpeningOptions(format: format), files: files)
      }
    }
  }

  @Test(arguments: [
    WriterCheckpoint(format: .qcow2, virtualSize: 512),
    WriterCheckpoint(format: .qcow2, virtualSize: 512, unit: 65536, end: -1, root: 65536, rootSize: 65536),
    WriterCheckpoint(
      format: .qcow2, virtualSize: .max, unit: 65536, end: 131072, root: 65536, rootSize: 65536),
    WriterCheckpoint(format: .vhd, virtualSize: -512, unit: 4096, end: 4096, root: 1536, rootSize: 512),
    WriterCheckpoint(format: .vhd, virtualSize: 512, unit: 4096, end: 4096, root: .max, rootSize: .max),
  ]) func aCheckpointThatCannotBeIsRefused(_ checkpoint: WriterCheckpoint) throws {
    let files = MemoryFiles()
    let (file, _, _) = try write(checkpoint.format, in: files)
    let before = files["image"]
    #expect(throws: ImageProblem.self) { _ = try ImageWriters.resume(checkpoint, in: file) }
    #expect(files["image"] == before, "a refusal changes nothing")
  }
}
