internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// Reads both images past the cache and compares them byte for byte, many windows under way at once.
final class ComparisonRunner {
  private struct Job {
    var range: Range<Int64>
    var source: UnsafeMutableRawBufferPointer
    var destination: UnsafeMutableRawBufferPointer
    /// Once both are read.
    var comparison: ComparisonTask?

    var count: Int { Int(range.upperBound - range.lowerBound) }
  }

  private let source: ReadingEnd
  private let destination: ReadingEnd
  private let control: StepControl
  private let pipeline: TransferPipeline
  private let arena: BuddyArena
  private var jobs: [Int: Job] = [:]
  private var nextOwner = 0
  /// The first byte that differs, as far as is known.
  private var difference: Int64?
  /// Whether a difference is a failure, as it is in a proof; a probe only wants to know how long it takes, and a guest
  /// may have written since its sample was copied.
  var isProof = true
  /// Told of what was found equal, in the order in which that was found.
  var witness: (any ComparisonWitness)?

  init(
    _ source: ReadingEnd, _ destination: ReadingEnd, windowSize: Int64, threads: Int,
    share: MemoryShare = .whole, _ control: StepControl
  ) throws {
    self.source = source
    self.destination = destination
    self.control = control
    pipeline = try TransferPipeline(source.files + destination.files, threads: threads)
    let largest = BuddyArena.size(holding: Int(windowSize))
    arena = try BuddyArena(
      capacity: max(2, (share.windows + share.comparisons) / largest) * largest, largest: largest)
  }

  /// - Throws: A `StepFailure` with the first difference.
  func run(_ feed: any WindowFeed) throws {
    defer { pipeline.drain() }
    var held: CopyWindow?
    var isFed = false
    while true {
      try control.checkAbandoned()
      // Windows end in any order: those before the one that differs are under way by now, and may differ, too.
      while difference == nil, !pipeline.isFull, held != nil || !isFed {
        if held == nil { held = try feed.next() }
        guard let window = held else {
          isFed = true
          break
        }
        guard try begin(window.range) else { break }
        held = nil
      }
      if let difference, jobs.isEmpty {
        throw StepFailure(
          .verification, "the destination differs from the source at byte \(difference)")
      }
      if isFed && held == nil && jobs.isEmpty { return }
      for owner in try pipeline.settle(within: .milliseconds(20)) {
        if pipeline.failure == nil { try advance(owner) }
      }
      if let failure = pipeline.failure { throw failure }
    }
  }

  private func begin(_ range: Range<Int64>) throws -> Bool {
    guard let a = arena.take(range.pageCount) else { return false }
    guard let b = arena.take(range.pageCount) else {
      arena.giveBack(a)
      return false
    }
    nextOwner += 1
    let owner = nextOwner
    jobs[owner] = Job(range: range, source: a, destination: b)
    let asked = [
      try source.read(range, into: a, pipeline, for: owner),
      try destination.read(range, into: b, pipeline, for: owner),
    ]
    if !asked.contains(true) { try advance(owner) }
    return true
  }

  /// The first byte in which the two differ, of a run of pages that do.
  private func place(of run: Range<Int>, in job: Job) -> Int {
    run.first { job.source[$0] != job.destination[$0] } ?? run.lowerBound
  }

  /// Both sides have been read, or compared.
  private func advance(_ owner: Int) throws {
    guard let job = jobs[owner] else { return }
    if let comparison = job.comparison { return try judge(owner, comparison) }
    let comparison = ComparisonTask([
      (.init(rebasing: job.source[..<job.count]), .init(rebasing: job.destination[..<job.count]))
    ])
    jobs[owner]?.comparison = comparison
    if !pipeline.compute(for: owner, of: comparison.byteCount, { comparison.make() }) {
      try judge(owner, comparison)
    }
  }

  private func judge(_ owner: Int, _ comparison: ComparisonTask) throws {
    guard let job = jobs.removeValue(forKey: owner) else { return }
    if isProof, let run = comparison.runs[0].first {
      let place = job.range.lowerBound + Int64(place(of: run, in: job))
      difference = min(difference ?? place, place)
      return giveBack(job)
    }
    try witness?.isEqual(job.range, number: owner, .init(rebasing: job.destination[..<job.count]))
    giveBack(job)
    source.dropCache(job.range)
    control.add(Bytes(Int64(job.count)))
  }

  private func giveBack(_ job: Job) {
    arena.giveBack(job.source)
    arena.giveBack(job.destination)
  }
}

/// Somebody who wants to see what a comparison sees.
protocol ComparisonWitness: AnyObject {
  /// Both sides hold these bytes. Windows are numbered from 1 in the order of the disk, and end in any order.
  func isEqual(_ range: Range<Int64>, number: Int, _ bytes: UnsafeRawBufferPointer) throws
}
