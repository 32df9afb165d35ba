internal import CLinux
internal import CutoverCore
internal import DiskImages
internal import ImageFiles
public import Quantities
internal import SystemPackage

/// A short look at an image and at the place it is to go to: the facts that a prediction of the cutover needs.
///
/// ```swift
/// let facts = try ImageProbe(source: "/old/disk.raw", destination: "/new/disk.raw").measure()
/// print(facts.allocated, facts.copyRate as Any)
/// ```
///
/// The rates are those of the real thing: pieces from all over the image are copied, looked at again and compared by
/// the code that will do so, into a file without a name that is gone when the probe ends. It measures part by part, so
/// that the spread of the parts tells how far the rates can be trusted.
public struct ImageProbe: Sendable {
  public var source: String
  /// Where the image is to go; only its directory is looked at.
  public var destination: String
  /// The most that is copied.
  public var sample: Bytes
  /// How the cutover is to be carried out.
  public var options: ImageCutoverOptions
  /// `nil`: what the source's name says, if its contents agree.
  public var sourceFormat: DiskFormat?

  var files: any FileAccess = LinuxFiles()

  /// How many times something is measured.
  private static let parts = 5

  public init(
    source: String, destination: String, options: ImageCutoverOptions = ImageCutoverOptions(),
    sample: Bytes = .mebibytes(320)
  ) {
    self.source = source
    self.destination = destination
    self.options = options
    self.sample = sample
  }

  public func measure() throws(ImageCutoverError) -> ImageFacts {
    if let problem = options.contradiction { throw .badOptions(problem) }
    let image = try SourceImage(
      ImageMove(source: source, destination: destination, sourceFormat: sourceFormat), options, files)
    let source = image.file
    let place = try CutoverSite.split(destination).directory
    let directory = try CutoverSite.openDirectory(place, files)
    do {
      let status = image.status
      var facts = ImageFacts(
        identity: FileIdentity(status), virtualSize: Bytes(image.virtualSize),
        allocated: Bytes(image.allocated),
        sourceDevice: status.device, destinationDevice: try directory.status().device,
        free: Bytes(try files.freeSpace(directory.descriptor)))
      facts.links = image.links
      let scratch = try scratch(in: directory, size: image.virtualSize)
      facts.abilities = Self.abilities(of: scratch, besides: source)
      try time(image, scratch, in: directory, &facts)
      return facts
    } catch let error as ImageCutoverError { throw error } catch let problem as ImageProblem {
      throw .badImage(what: problem.message, remedy: problem.remedy)
    } catch { throw .fileFault("\(error)") }
  }

  private func scratch(in directory: OpenFile, size: Int64) throws -> OpenFile {
    do {
      let file = OpenFile(
        try files.createUnnamed(in: directory.descriptor), files, .destination,
        path: directory.path + "/.fleetshift-probe")
      try file.setSize(to: size)
      return file
    } catch let error as Errno {
      throw ImageCutoverError.directoryNotWritable(path: directory.path, why: "\(error)")
    }
  }

  private static func abilities(of scratch: OpenFile, besides source: OpenFile) -> ImageFacts.Abilities {
    var abilities = ImageFacts.Abilities()
    if let size = try? scratch.status().size, size > 0 {
      abilities.holes = (try? scratch.nextData(from: 0)) == .some(nil)
    }
    if let direct = scratch.files.openDirect(scratch.descriptor, writing: true) {
      abilities.direct = true
      scratch.files.close(direct)
    }
    abilities.reflink = linux_can_clone(source.descriptor.rawValue, scratch.descriptor.rawValue) == 1
    return abilities
  }

  // MARK: - Rates

  private func time(
    _ image: SourceImage, _ scratch: OpenFile, in directory: OpenFile, _ facts: inout ImageFacts
  ) throws {
    let size = image.virtualSize
    // Of the destination only its disk is measured: tables are little beside it.
    let ends = CopyEnds(source: image.file, size: size, disk: image.disk, destination: scratch)
    let windows = try sampled(ends, &facts)
    guard !windows.isEmpty else { return }
    let digests = (try? files.createUnnamed(in: directory.descriptor)).map {
      DigestMap(OpenFile($0, files, .destination, path: scratch.path))
    }
    let copier = ImageCopier(
      ends: ends,
      settings: PassRunner.Settings(
        windowSize: options.blockSize.count, threads: options.threads, limit: nil, digests: digests,
        readsBack: options.verification == .written),
      sharesBlocks: options.mayShareBlocks)
    var (copy, scan, compare) = (Rates(), Rates(), Rates())
    let count = min(Self.parts, windows.count)
    for part in 0..<count {
      let share = Array(windows[windows.count * part / count..<windows.count * (part + 1) / count])
      // Sharing does the same again, whatever there is.
      for again in [false, true] where !again || !facts.sharesBlocks {
        let tally = try copier.pass(
          0, of: SampleTracker(share, again: again), checkpoint: { _ in }, StepControl())
        facts.sharesBlocks = tally.isShared
        if again {
          scan.add(tally.examined, tally.time)
        } else {
          copy.add(tally.examined, tally.time)
        }
      }
      guard options.verification == .whole else { continue }
      let began = monotonicNow()
      let runner = try ComparisonRunner(
        ends.openSource(), ReadingEnd(scratch, size: size), windowSize: options.blockSize.count,
        threads: options.threads, StepControl())
      try runner.run(SampleFeed(share, again: true))
      compare.add(share.reduce(.zero) { $0 + $1.amount }, monotonicNow() - began)
    }
    facts.copyRate = copy.rate
    facts.scanRate = scan.rate
    facts.compareRate = compare.rate
    facts.spread = max(copy.spread, compare.spread)
  }

  /// Counts the extents, and picks windows from all over the image until there are enough.
  private func sampled(_ ends: CopyEnds, _ facts: inout ImageFacts) throws -> [CopyWindow] {
    var cursor = ends.sourceCursor
    var position: Int64 = 0
    var data: Int64 = 0
    while let extent = try cursor.data(from: position) {
      facts.extents += 1
      data += extent.upperBound - extent.lowerBound
      position = extent.upperBound
    }
    // A tenth of the image is enough for its rates, and a little of a large one; and never more than there is room for.
    let wanted = min(max(data / 10, 32 << 20), sample.count, facts.free.count / 4)
    let feed = ends.scan(size: ends.size, windowSize: options.blockSize.count)
    var windows: [CopyWindow] = []
    var (passed, taken): (Int64, Int64) = (0, 0)
    while let window = try feed.next() {
      let amount = window.amount.count
      // As much of each part of the image as of the whole: `taken` of `passed` is to be `wanted` of `data`.
      if Double(taken) * Double(data) <= Double(passed) * Double(wanted) {
        windows.append(window)
        taken += amount
      }
      passed += amount
    }
    return windows
  }
}

/// How fast something went, part by part.
private struct Rates {
  private var amounts: [Double] = []
  private var seconds: [Double] = []

  mutating func add(_ amount: Bytes, _ time: Duration) {
    amounts.append(amount.value)
    seconds.append(max(time.seconds, 1e-6))
  }

  var rate: ByteRate? {
    let amount = amounts.reduce(0, +)
    return amount > 0 ? ByteRate(bytesPerSecond: amount / seconds.reduce(0, +)) : nil
  }

  /// The standard deviation of the parts' rates over their mean.
  var spread: Double {
    guard amounts.count > 1 else { return 0 }
    let rates = zip(amounts, seconds).map { $0 / $1 }
    let mean = rates.reduce(0, +) / Double(rates.count)
    let square = rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rates.count - 1)
    return mean > 0 ? square.squareRoot() / mean : 0
  }
}

/// Knows of nothing but the windows it was given.
private struct SampleTracker: ChangeTracker {
  let windows: [CopyWindow]
  let again: Bool

  init(_ windows: [CopyWindow], again: Bool) {
    self.windows = windows
    self.again = again
  }

  func beginPass(startingAt: Int64) -> any WindowFeed { SampleFeed(windows, again: again) }
  func remaining(after pass: PassTally) -> Bytes { .zero }
}

private final class SampleFeed: WindowFeed {
  private var windows: ArraySlice<CopyWindow>
  private let again: Bool

  /// - Parameter again: The destination has them by now.
  init(_ windows: [CopyWindow], again: Bool) {
    self.windows = windows[...]
    self.again = again
  }

  func next() -> CopyWindow? {
    guard var window = windows.popFirst() else { return nil }
    if again { for index in window.segments.indices { window.segments[index].kind = .compare } }
    return window
  }
}

extension CopyWindow {
  /// The source's data in it.
  fileprivate var amount: Bytes { Bytes(data.reduce(0) { $0 + $1.upperBound - $1.lowerBound }) }
}

/// What a probe found.
public struct ImageFacts: Hashable, Codable, Sendable {
  /// Which file it is, and as of when.
  public var identity: FileIdentity
  public var virtualSize: Bytes
  public var allocated: Bytes
  /// The files of the source's chain, the image itself first.
  public var links: [ImageLink] = []
  /// Pieces of data between holes.
  public var extents = 0
  /// `st_dev` of either side: the same number means one file system, whose disk both share.
  public var sourceDevice: UInt64
  public var destinationDevice: UInt64
  /// Room at the destination.
  public var free: Bytes
  public var abilities = Abilities()
  /// A pass writes nothing, but has the destination share the source's blocks.
  public var sharesBlocks = false
  /// Data of the source per second, in a first pass, with its flushes; in a later one that finds nothing; and in the
  /// proof, if there is to be one. `nil`: there is nothing to measure, or it is as the first.
  public var copyRate: ByteRate?
  public var scanRate: ByteRate?
  public var compareRate: ByteRate?
  /// How much the rates vary from part to part: standard deviation over mean.
  public var spread = 0.0

  /// What the file system of the destination offers to a copy.
  public struct Abilities: Hashable, Codable, Sendable, CustomStringConvertible {
    /// Holes can be seen and made.
    public var holes = false
    /// Its cache can be gone past (`O_DIRECT`).
    public var direct = false
    /// Blocks can be shared with the source (`FICLONE`).
    public var reflink = false

    public var description: String {
      let words = [(holes, "holes"), (direct, "direct I/O"), (reflink, "reflinks")].filter(\.0).map(\.1)
      return words.isEmpty ? "neither holes nor direct I/O" : words.joined(separator: ", ")
    }
  }
}
