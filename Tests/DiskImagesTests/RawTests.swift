import Foundation
import ImageFiles
import Testing

@testable import DiskImages

@Suite struct RawTests {
  @Test func aSparseFileIsReadAsDataAndZeros() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("raw-\(UUID()).img").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seek(toOffset: 1 << 20)
    try handle.write(contentsOf: Data(repeating: 7, count: 4096))
    try handle.truncate(atOffset: 3 << 20)
    try handle.close()

    let disk = try VirtualDisk(opening: path)
    var extents = disk.extents()
    #expect(try extents.next() == DiskExtent(0..<1 << 20, .zero(layer: 0)))
    #expect(try extents.next() == DiskExtent(1 << 20..<1 << 20 + 4096, .data(layer: 0, offset: 1 << 20)))
    #expect(try extents.next() == DiskExtent(1 << 20 + 4096..<3 << 20, .zero(layer: 0)))
    #expect(try extents.next() == nil)

    var reader = disk.reader()
    var bytes = [UInt8](repeating: 1, count: 8192)
    try bytes.withUnsafeMutableBytes { try reader.read(into: $0, at: 1 << 20) }
    #expect(bytes == Array(repeating: 7, count: 4096) + Array(repeating: 0, count: 4096))
  }
}
