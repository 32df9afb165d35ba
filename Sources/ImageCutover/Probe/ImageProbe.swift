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
/// the code that will do so, at its depth and past the cache, into a file without a name that is gone when the probe
/// ends. The pace at which a pass works once it is under way is told from what it takes to begin and to end, and
/// how far its parts differ tells how far it can be trusted.
public struct ImageProbe: Sendable {
  public var source: String
  /// Where the image is to go; only its directory is looked at.
  public var destination: String
  /// The most that is copied.
  public var sample: Bytes
  /// Whether there will be passes that look for changes.
  public var looksAgain = true
  /// How the cutover is to be carried out.
  public var options: ImageCutoverOptions
  /// `nil`: what the source's name says, if its contents agree.
  public var sourceFormat: DiskFormat?
  /// `nil`: what the destination's name says, or that of the source.
  public var destinationFormat: DiskFormat?

  var files: any FileAccess = LinuxFiles()
  /// Of the memory.
  var share = MemoryShare.whole
  private var windowSize: Int64 { share.window(atMost: options.blockSize.count) }

  /// How many times a note is put down.
  private static let notes = 8

  public init(
    source: String, destination: String, options: ImageCutoverOptions = ImageCutoverOptions(),
    sample: Bytes = .mebibytes(512)
  ) {
    self.source = source
    self.destination = destination
    self.options = options
    self.sample = sample
  }

  public func measure() throws(ImageCutoverError) -> ImageFacts {
    if let problem = options.contradiction { throw .badOptions(problem) }
    let move = ImageMove(
      source: source, destination: destination, sourceFormat: sourceFormat,
      destinationFormat: destinationFormat)
    let image = try SourceImage(move, options, files)
    try options.tracking.check(image.file)
    let format = try move.format(like: image.format)
    let source = image.file
    let place = try CutoverSite.split(destination).directory
    let directory = try CutoverSite.openDirectory(place, files)
    do {
      let status = image.status
      var facts = ImageFacts(
        identity: FileIdentity(status), virtualSize: Bytes(image.virtualSize),
        allocated: Bytes(image.allocated), destinationAllocated: .zero,
        sourceDevice: FileIdentity(status).device, destinationDevice: try directory.status().device,
        free: Bytes(try files.freeSpace(directory.descriptor)))
      facts.links = image.links
      facts.notices = try Self.refuseDamage(image, options)
      let scratch = try scratch(in: directory, size: image.virtualSize)
      if format == .raw, let size = options.resizeTo {
        try Self.refuseSize(size.count, scratch, in: directory)
      }
      facts.abilities = Self.abilities(of: scratch, besides: source)
      let note = try noteTime(in: directory)
      (facts.noteSeconds, facts.spread) = (note.seconds, note.spread)
      try time(image, to: format, scratch, in: directory, &facts)
      return facts
    } catch let error as ImageCutoverError { throw error } catch let problem as ImageProblem {
      throw .badImage(what: problem.message, remedy: problem.remedy)
    } catch let fault as FileFault where fault.fault == .destinationFull {
      // What the probe had taken is given back by now.
      if let free = try? files.freeSpace(directory.descriptor), free < image.allocated {
        throw .notEnoughSpace(directory: place, needed: image.allocated, free: free)
      }
      throw .destinationFull(what: "\(fault)")
    } catch { throw .fileFault("\(error)") }
  }

  private func scratch(in directory: OpenFile, size: Int64) throws -> OpenFile {
    do {
      let file = OpenFile(
        try files.createUnnamed(in: directory.descriptor), files, .destination,
        path: directory.path + "/" + OwnNames.probe)
      try file.setSize(to: size)
      return file
    } catch let fault as FileFault where fault.cause == .errno(.fileTooLarge) {
      throw Self.tooLarge(size, directory)
    } catch let error as Errno where error == .noSpace || error == .diskQuotaExceeded {
      throw ImageCutoverError.destinationFull(what: "nothing can be made in '\(directory.path)': \(error)")
    } catch let error as Errno {
      throw ImageCutoverError.directoryNotWritable(path: directory.path, why: "\(error)")
    }
  }

  private static func abilities(of scratch: OpenFile, besides source: OpenFile) -> ImageFacts.Abilities {
    var abilities = ImageFacts.Abilities()
    if let size = try? scratch.status().size {
      // An empty file has no room for a hole.
      if size == 0 { try? scratch.setSize(to: ExtentCursor.page) }
      abilities.holes = (try? scratch.nextData(from: 0)) == .some(nil)
      if size == 0 { try? scratch.setSize(to: 0) }
    }
    if let direct = scratch.files.openDirect(scratch.descriptor, writing: true) {
      abilities.direct = true
      scratch.files.close(direct)
    }
    abilities.reflink = linux_can_clone(source.descriptor.rawValue, scratch.descriptor.rawValue) == 1
    return abilities
  }

  // MARK: - Rates

  /// The mean time to append a line and flush it, and by how much the means of two such series are to differ.
  private func noteTime(in directory: OpenFile) throws -> (seconds: Double, spread: Double) {
    let journal = OpenFile(
      try files.createUnnamed(in: directory.descriptor), files, .destination,
      path: directory.path + "/" + OwnNames.probe)
    let line = [UInt8](repeating: 0x2E, count: 512)
    var times: [Double] = []
    for number in 0..<Self.notes {
      let began = monotonicNow()
      try line.withUnsafeBytes { try journal.write($0, at: Int64(number * line.count)) }
      try journal.synchronizeData()
      times.append((monotonicNow() - began).seconds)
    }
    let count = Double(Self.notes)
    let mean = times.reduce(0, +) / count
    let variance = times.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return (mean, mean > 0 ? (2 * variance / count).squareRoot() / mean : 0)
  }

  private func time(
    _ image: SourceImage, to format: DiskFormat, _ scratch: OpenFile, in directory: OpenFile,
    _ facts: inout ImageFacts
  ) throws {
    // Of the destination only its disk is measured: tables are little beside it.
    let ends = CopyEnds(
      source: image.file, size: image.virtualSize, disk: image.disk, destination: scratch)
    var allocation = ImageAllocation(format.image, size: options.resizeTo?.count ?? image.virtualSize)
    let most = min(sample.count, facts.free.count / 4)
    let sample = try ProbeSample(ends, atMost: most, windowSize: windowSize, &facts, &allocation)
    facts.destinationAllocated = Bytes(allocation.bytes(withHoles: facts.abilities.holes))
    guard !sample.windows.isEmpty else { return }
    let digests = (try? files.createUnnamed(in: directory.descriptor)).map {
      DigestMap(OpenFile($0, files, .destination, path: scratch.path))
    }
    var share = share
    share.hasTables = image.format != .raw || format != .raw
    func pass(again: Bool) throws -> PassCost.Fit? {
      let feed = SampleFeed(sample, again: again)
      let cost = Monitor(PassCost(share))
      let copier = ImageCopier(
        ends: ends,
        settings: PassRunner.Settings(
          windowSize: windowSize, threads: options.threads, limit: nil, digests: digests,
          readsBack: options.verification == .written && !again, share: share),
        sharesBlocks: options.mayShareBlocks)
      let tally = try copier.pass(
        0, of: SampleTracker(feed: feed), checkpoint: { _ in }, Self.control(of: cost))
      facts.sharesBlocks = tally.isShared
      guard tally.isShared else {
        return cost.withLock { $0 }.fit(tally.time, data: sample.amount)
      }
      let rate = ByteRate(bytesPerSecond: tally.examined.value / max(tally.time.seconds, 1e-6))
      return PassCost.Fit(fixed: 0, rate: rate, spread: 0)
    }
    let copy = try pass(again: false)
    // Sharing does the same again, but gives back what was shared before.
    let scan = looksAgain ? try pass(again: true) : nil
    let compare = options.verification == .whole ? try comparison(ends, of: sample, share) : nil
    facts.copyRate = copy?.rate
    facts.passSeconds = copy?.fixed ?? 0
    facts.scanRate = scan?.rate
    facts.compareRate = compare?.rate
    // Of little data nothing is known but how far the notes differed, which are most of what it takes.
    if let spread = [copy?.spread, compare?.spread].compactMap({ $0 }).max() { facts.spread = spread }
  }

  private func comparison(
    _ ends: CopyEnds, of sample: ProbeSample, _ share: MemoryShare
  ) throws -> PassCost.Fit? {
    let cost = Monitor(PassCost(share))
    let began = monotonicNow()
    let runner = try ComparisonRunner(
      ends.openSource(), ReadingEnd(ends.destination, size: ends.size), windowSize: windowSize,
      threads: options.threads, share: share, Self.control(of: cost))
    runner.isProof = false
    try runner.run(SampleFeed(sample, again: true))
    return cost.withLock { $0 }.fit(monotonicNow() - began, data: sample.amount)
  }

  /// Notes what is done with.
  private static func control(of cost: Monitor<PassCost>) -> StepControl {
    StepControl { work, amount in
      cost.withLock {
        switch work {
        case .lookedAt: $0.end(amount, at: monotonicNow())
        case .readBack: $0.readBack(amount, at: monotonicNow())
        }
      }
    }
  }
}
