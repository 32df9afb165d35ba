internal import ImageFiles

/// The extents of a disk, one after the other: what the chain says, merged.
///
/// Each layer is asked again only where its last answer ends, so that a chain costs as many look-ups as its layers have
/// runs, however they interleave.
package struct DiskExtents {
  private let layers: [any DiskLayer]
  /// The layers that are asked, from the top.
  private let asked: Range<Int>
  private let end: Int64
  private var position: Int64
  private var tables: TableCache
  /// What each layer has said last, and from where on.
  private var answers: [(start: Int64, run: LayerRun)?]
  /// What each layer has mapped so far, in bytes.
  private var mapped: [Int64]
  /// What is known of each layer's file: a run that is all data, or all hole.
  private var known: [(range: Range<Int64>, isData: Bool)]
  /// The extent found that does not continue the one before.
  private var ahead: DiskExtent?

  init(
    _ layers: [any DiskLayer], only layer: Int? = nil, from position: Int64, tableMemory: Int
  ) {
    self.layers = layers
    tables = TableCache(budget: tableMemory)
    asked = layer.map { $0..<$0 + 1 } ?? layers.indices
    end = layers[layer ?? 0].virtualSize
    self.position = max(position, 0)
    answers = Array(repeating: nil, count: layers.count)
    mapped = Array(repeating: 0, count: layers.count)
    known = Array(repeating: (0..<0, true), count: layers.count)
  }

  /// The next extent; `nil` at the end of the disk.
  ///
  /// Throws an `ImageProblem` if the tables are damaged, a `FileFault` if they cannot be read.
  package mutating func next() throws -> DiskExtent? {
    var extent: DiskExtent
    if let ahead {
      extent = ahead
      self.ahead = nil
    } else {
      guard let first = try piece() else { return nil }
      extent = first
    }
    while let following = try piece() {
      guard extent.isContinued(by: following, joinsZeros: asked.count == layers.count) else {
        ahead = following
        break
      }
      extent.range = extent.range.lowerBound..<following.range.upperBound
      // Zeros are zeros, whoever says so; of one layer alone it is asked who.
      if case .zero(let owner) = extent.content, case .zero(let other) = following.content, owner != other {
        extent.content = .zero(layer: nil)
      }
    }
    return extent
  }

  /// Goes on at `position`, which may lie behind as well as before; the tables that are held stay held.
  package mutating func seek(to position: Int64) {
    self.position = max(position, 0)
    ahead = nil
    for layer in mapped.indices { mapped[layer] = 0 }
  }

  /// What holds at `position`, not merged with what follows.
  private mutating func piece() throws -> DiskExtent? {
    guard position < end else { return nil }
    var limit = end
    for layer in asked {
      // A parent that is shorter than its child reads as zeros behind its end, whatever its own parents hold there.
      let size = layers[layer].virtualSize
      guard position < size else { break }
      let run = try answer(of: layer, limit: min(limit, size))
      var stop = min(position + run.length, limit)
      let content: DiskExtent.Content
      switch run.content {
      case .absent:
        limit = stop
        continue
      case .data(let offset):
        let (isData, length) = try sparseness(of: layer, at: offset, length: stop - position)
        stop = position + length
        content = isData ? .data(layer: layer, offset: offset) : .zero(layer: layer)
        try count(stop - position, of: layer)
      case .zero: content = .zero(layer: layer)
      case .compressed(let method, let stored, let size, let skip):
        try count(Self.leastCompressed, of: layer)
        content = .compressed(
          CompressedCluster(layer: layer, method: method, stored: stored, size: size, skip: skip))
      }
      return take(stop, content)
    }
    return take(limit, .zero(layer: nil))
  }

  /// No cluster is packed into fewer bytes.
  private static let leastCompressed: Int64 = 8

  /// A file that gives the same bytes to many places of the disk would be a disk without end.
  private mutating func count(_ length: Int64, of layer: Int) throws {
    mapped[layer] += length
    guard mapped[layer] > layers[layer].fileSize else { return }
    throw ImageProblem(
      .damaged, path: layers[layer].file.path,
      "its tables give out more data than the file has: parts of it are used twice",
      remedy: "Each cluster belongs to one place of the disk; restore the image.")
  }

  /// Whether the file has data at `offset` or a hole, which reads as zeros, and for how long, `length` at most.
  ///
  /// A raw layer has looked already; the others know what they have given room, not what was ever written there.
  private mutating func sparseness(of layer: Int, at offset: Int64, length: Int64) throws -> (Bool, Int64) {
    guard layers[layer].format != .raw else { return (true, length) }
    if !known[layer].range.contains(offset) {
      let file = layers[layer].file
      let size = layers[layer].fileSize
      let data = try file.nextData(from: offset) ?? size
      // Something may have been punched between the two calls; then it is read, which does no harm.
      known[layer] =
        data > offset
        ? (offset..<data, false) : (offset..<max(try file.nextHole(from: offset), offset + 1), true)
    }
    return (known[layer].isData, min(length, known[layer].range.upperBound - offset))
  }

  private mutating func take(_ stop: Int64, _ content: DiskExtent.Content) -> DiskExtent {
    defer { position = stop }
    return DiskExtent(position..<stop, content)
  }

  /// What the layer says from `position` on.
  private mutating func answer(of layer: Int, limit: Int64) throws -> LayerRun {
    if let (start, run) = answers[layer], start <= position, position < start + run.length {
      return run.dropping(position - start)
    }
    let run = try layers[layer].run(at: position, limit: limit, &tables)
    precondition(run.length > 0 && run.length <= limit - position, "a run lies within its limits")
    answers[layer] = (position, run)
    return run
  }
}

extension LayerRun {
  fileprivate func dropping(_ count: Int64) -> LayerRun {
    switch content {
    case .absent, .zero: LayerRun(length - count, content)
    case .data(let offset): LayerRun(length - count, .data(offset: offset + count))
    case .compressed(let method, let stored, let size, let skip):
      LayerRun(
        length - count, .compressed(method, stored: stored, size: size, skip: skip + Int(count)))
    }
  }
}

extension DiskExtent {
  /// Whether the other, which begins where this one ends, is more of the same.
  fileprivate func isContinued(by other: DiskExtent, joinsZeros: Bool) -> Bool {
    switch (content, other.content) {
    case (.data(let layer, let offset), .data(let otherLayer, let otherOffset)):
      layer == otherLayer && offset + length == otherOffset
    case (.zero(let layer), .zero(let otherLayer)): joinsZeros || layer == otherLayer
    case (.compressed(let cluster), .compressed(let other)):
      cluster.layer == other.layer && cluster.stored == other.stored
        && cluster.skip + Int(length) == other.skip
    default: false
    }
  }
}
