internal import DiskImages
internal import ImageFiles
internal import SystemPackage

/// Checks an image against the manifest that was kept when it was proved.
public struct ManifestComparison: Sendable {
  public var image: String
  public var manifest: String
  /// `nil`: what the image's name says.
  public var format: DiskFormat?

  /// What was found.
  public struct Finding: Hashable, Sendable {
    /// Blocks that were looked at: those that the manifest names, and those that hold anything.
    public var blocks: Int64 = 0
    /// Blocks that are not what they were.
    public var differing: Int64 = 0
    /// Where they are, neighbours as one, in bytes; the first `most` of them.
    public var ranges: [Range<Int64>] = []
    /// The disk has another size than it had.
    public var size: (was: Int64, is: Int64)?

    public static let most = 64
    public var isEqual: Bool { differing == 0 && size == nil }

    public static func == (a: Finding, b: Finding) -> Bool {
      a.blocks == b.blocks && a.differing == b.differing && a.ranges == b.ranges && a.size?.was == b.size?.was
        && a.size?.is == b.size?.is
    }
    public func hash(into hasher: inout Hasher) {
      hasher.combine(blocks)
      hasher.combine(ranges)
    }

    fileprivate mutating func add(_ range: Range<Int64>) {
      differing += 1
      if let last = ranges.last, last.upperBound == range.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else if ranges.count < Self.most {
        ranges.append(range)
      }
    }
  }

  public init(image: String, manifest: String, format: DiskFormat? = nil) {
    self.image = image
    self.manifest = manifest
    self.format = format
  }

  /// Reads the whole image from its disk.
  public func find() throws(ImageCutoverError) -> Finding {
    let files = LinuxFiles()
    let face = try ImageComparison.face(image, format, .destination, files)
    let file: OpenFile
    do { file = OpenFile(try files.openForReading(manifest), files, .destination, path: manifest) } catch {
      throw .manifestUnreadable(path: manifest, why: "\(error)")
    }
    do {
      var reader = try ManifestReader(file, disk: FilePath(image).lastComponent?.string ?? image)
      return try compare(face, &reader)
    } catch let damage as ManifestReader.Damage {
      throw .badImage(
        what: "the manifest '\(manifest)' cannot be used: \(damage.what)", remedy: "Name another one.")
    } catch let problem as ImageProblem {
      throw .badImage(what: problem.message, remedy: problem.remedy)
    } catch { throw .fileFault("\(error)") }
  }

  private func compare(_ face: DiskFace, _ reader: inout ManifestReader) throws -> Finding {
    var finding = Finding()
    if face.size != reader.size { finding.size = (reader.size, face.size) }
    face.dropCache()
    let (hash, read) = (SHA256(), face.makeReader())
    let size = ManifestFile.blockSize
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(size), alignment: 4096)
    defer { room.deallocate() }
    var cursor = face.cursor
    var entry = try reader.next()
    var position: Int64 = 0
    while true {
      let data = position < face.size ? try cursor.data(from: position)?.lowerBound : nil
      guard let block = [entry?.block, data.map { $0 / size }].compactMap({ $0 }).min() else {
        return finding
      }
      let range = block * size..<max(min((block + 1) * size, face.size), block * size)
      let bytes = UnsafeMutableRawBufferPointer(rebasing: room[..<Int(range.upperBound - range.lowerBound)])
      if !range.isEmpty { try read(bytes, range.lowerBound) }
      finding.blocks += 1
      if let expected = entry, expected.block == block {
        if hash.digest(of: .init(bytes)) != expected.digest { finding.add(range) }
        entry = try reader.next()
      } else if !UnsafeRawBufferPointer(bytes).isZero {
        finding.add(range)
      }
      position = (block + 1) * size
    }
  }
}
