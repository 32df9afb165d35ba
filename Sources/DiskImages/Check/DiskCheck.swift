internal import ImageFiles

/// What a look at every table of an image has found.
package struct DiskCheck: Hashable, Sendable {
  /// The most problems that are listed; an image with one is not to be trusted anyway.
  static let mostListed = 50

  /// Runs of data, zeros and compressed clusters, neighbours as one.
  package var extents: Int64 = 0
  /// What of the disk is data, uncompressed and compressed, in bytes.
  package var data: Int64 = 0
  package var compressed: Int64 = 0
  /// What is wrong, in the order in which it was found.
  package var problems: [ImageProblem] = []
  /// Problems beyond those listed.
  package var unlistedProblems: Int64 = 0
  /// What is odd, and harms nobody who reads.
  package var notices: [String] = []

  mutating func add(_ problem: ImageProblem) {
    if problems.count < Self.mostListed { problems.append(problem) } else { unlistedProblems += 1 }
  }
}

extension VirtualDisk {
  /// Looks at every table of every layer, and at the whole map: whether what they name lies in its file, whether
  /// anything is used twice, whether refcounts and bitmaps agree.
  ///
  /// Throws a `FileFault` if a file cannot be read. Memory: up to 32 MiB for one layer's map of used clusters, larger
  /// files are not checked for overlaps, and a notice says so.
  ///
  /// - Parameter first: the first layer that is looked at; where that is a parent, the map of the disk is not.
  package func check(from first: Int = 0) throws -> DiskCheck {
    var check = DiskCheck()
    check.notices = notices
    for layer in layers.dropFirst(first) {
      do {
        switch layer {
        case let layer as Qcow2Layer:
          var tables = try Qcow2Check(layer)
          try tables.run(into: &check)
        case let layer as DynamicVHDLayer: try layer.checkTables(into: &check)
        default: break
        }
      } catch let problem as ImageProblem { check.add(problem) }
    }
    guard first == 0 else { return check }
    do {
      var extents = extents()
      while let extent = try extents.next() {
        check.extents += 1
        switch extent.content {
        case .data: check.data += extent.length
        case .compressed: check.compressed += extent.length
        case .zero: break
        }
      }
    } catch let problem as ImageProblem where check.problems.contains(problem) {
      // The tables have said so already.
    } catch let problem as ImageProblem { check.add(problem) }
    return check
  }
}

/// One bit for each of a file's units.
struct UnitMap {
  /// 32 MiB: 16 TiB in clusters of 64 KiB.
  static let mostUnits: Int64 = 1 << 28
  private var words: [UInt64]

  /// `nil` for more units than are kept.
  init?(units: Int64) {
    guard units <= Self.mostUnits else { return nil }
    words = Array(repeating: 0, count: Int((units + 63) / 64))
  }

  func contains(_ unit: Int64) -> Bool {
    let word = Int(unit / 64)
    return word < words.count && words[word] >> UInt64(unit % 64) & 1 != 0
  }

  /// Whether it was not there yet.
  mutating func insert(_ unit: Int64) -> Bool {
    let word = Int(unit / 64)
    guard word < words.count else { return true }
    let bit: UInt64 = 1 << UInt64(unit % 64)
    defer { words[word] |= bit }
    return words[word] & bit == 0
  }
}
