import Foundation
import ImageFiles
import Synchronization
import SystemPackage
import TestTools
import Testing

@testable import DiskImages

/// A directory of one test's own, removed with everything in it when the test is over.
final class Workbench {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("disk-images-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  subscript(name: String) -> String { path + "/" + name }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: self[name]))
  }

  func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: self[name])))
  }

  /// A new file, open for writing.
  func create(_ name: String, _ files: any FileAccess = LinuxFiles()) throws -> OpenFile {
    let directory = try files.openDirectory(path)
    defer { files.close(directory) }
    return OpenFile(try files.create(name, in: directory), files, .destination, path: self[name])
  }
}

extension VirtualDisk {
  /// The whole disk, as its extents say it, whose order and form are checked on the way.
  func contents() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xEE, count: Int(virtualSize))
    var extents = extents()
    var reader = reader()
    var position: Int64 = 0
    var last: DiskExtent?
    while let extent = try extents.next() {
      #expect(extent.range.lowerBound == position && extent.length > 0, "extents follow one another")
      if case .data(let layer, let offset)? = last?.content, case .data(layer, let next) = extent.content {
        #expect(offset + (last?.length ?? 0) != next, "neighbours are one")
      }
      if case .zero? = last?.content, case .zero = extent.content {
        Issue.record("zeros are zeros, whoever says so")
      }
      try bytes.withUnsafeMutableBytes {
        try reader.read(extent, into: .init(rebasing: $0[Int(position)..<Int(extent.range.upperBound)]))
      }
      position = extent.range.upperBound
      last = extent
    }
    #expect(position == virtualSize, "extents reach to the end")
    return bytes
  }

  /// The same, in pieces from random places.
  func contents(inPieces random: inout Seeded) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xEE, count: Int(virtualSize))
    var reader = reader()
    var pieces: [Range<Int>] = []
    var position = 0
    while position < bytes.count {
      let end = min(position + Int.random(in: 1...200_000, using: &random), bytes.count)
      pieces.append(position..<end)
      position = end
    }
    for piece in pieces.shuffled(using: &random) {
      try bytes.withUnsafeMutableBytes {
        try reader.read(into: .init(rebasing: $0[piece]), at: Int64(piece.lowerBound))
      }
    }
    return bytes
  }
}

/// Where two disks differ first, for people; `nil` if they are equal.
func difference(_ found: [UInt8], _ expected: [UInt8]) -> String? {
  if found == expected { return nil }
  guard found.count == expected.count else { return "\(found.count) bytes instead of \(expected.count)" }
  let place = zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
  return "byte \(place) is \(found[place]) instead of \(expected[place])"
}

/// A value that threads share.
final class Box<Value: Sendable>: Sendable {
  let value: Mutex<Value>
  init(_ value: Value) { self.value = Mutex(value) }
}
