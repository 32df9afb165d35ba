package import DiskImages
internal import ImageFiles

/// Small images with nothing wrong, to begin from.
package enum SoundImage {
  /// A disk of 200 sectors with data in two places.
  package static func bytes(_ format: ImageFormat, unit: Int64) throws -> [UInt8] {
    let files = MemoryFiles()
    let directory = try files.openDirectory(".")
    let file = OpenFile(try files.create("made", in: directory), files, .destination, path: "made")
    let writer = try ImageWriters.create(format, in: file, size: 200 * 512, unit: unit)
    for start in [0, 100 * 512] as [Int64] {
      for place in try writer.place(start..<start + 1024) {
        let bytes = [UInt8](repeating: 0xAB, count: place.range.count)
        try bytes.withUnsafeBytes { try file.write($0, at: place.offset) }
      }
    }
    try writer.finish()
    return files["made"]
  }

  /// What fuzzing begins from, as `FuzzCase` takes it.
  package static func seeds() throws -> [[UInt8]] {
    let qcow2 = try bytes(.qcow2, unit: 512)
    // The same with a backing file, and with its first cluster compressed.
    var child = qcow2
    let name = Array("base.raw".utf8)
    child.replaceSubrange(104..<112, with: [0xE2, 0x79, 0x2A, 0xCA, 0, 0, 0, 3])
    child.replaceSubrange(112..<115, with: Array("raw".utf8))
    child.replaceSubrange(400..<400 + name.count, with: name)
    child.replaceSubrange(8..<20, with: [0, 0, 0, 0, 0, 0, 1, 0x90, 0, 0, 0, UInt8(name.count)])
    var differencing = try bytes(.vhd, unit: 4096)
    differencing[differencing.count - 512 + 63] = 4
    differencing[63] = 4
    differencing.replaceSubrange(512 + 64..<512 + 80, with: Array("base.vhd".utf8).flatMap { [0, $0] })
    return try [
      FuzzCase.bytes(.qcow2, qcow2), FuzzCase.bytes(.qcow2, bytes(.qcow2, unit: 16384)),
      FuzzCase.bytes(.qcow2, child), FuzzCase.bytes(.vhd, bytes(.vhd, unit: 4096)),
      FuzzCase.bytes(.vhd, differencing),
    ]
  }
}
