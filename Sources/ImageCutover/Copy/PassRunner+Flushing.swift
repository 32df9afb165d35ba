internal import CutoverCore
internal import DiskImages
internal import ImageFiles
internal import Quantities

/// From the destination's cache to its disk, and back from there.
extension PassRunner {
  static let flushOwner = 0

  /// Everything below has nothing under way.
  var lowWater: Int64 {
    var lowest = held?.range.lowerBound ?? position
    for job in jobs.values where !job.isDurable {
      lowest = min(lowest, job.window.range.lowerBound)
    }
    return lowest
  }

  func flushIfDue(_ checkpoint: (Int64) throws -> Void) throws {
    flushes.note(examined: counts.examined)
    let isLast = isFed && held == nil && jobs.values.allSatisfy(\.isDurable)
    guard flushes.isDue(isLast: isLast) else { return }
    flushes.begin(durableUpTo: lowWater)
    // Tables have to be on the disk in their order: that is the writer's own affair.
    if let writer = destination.writer {
      writerCheckpoint = try writer.checkpoint()
      try flushed(checkpoint)
    } else {
      pipeline.flush(destination.end, for: Self.flushOwner)
    }
  }

  func flushed(_ checkpoint: (Int64) throws -> Void) throws {
    let done = flushes.end()
    if let range = done.touched { destination.file.dropCache(range) }
    if let place = done.checkpoint { try checkpoint(place) }
  }

  // MARK: - Reading back

  func beginReadBack(_ expected: [WriteRecord]) throws -> Bool {
    guard let first = expected.first, let last = expected.last else { return true }
    let span = first.range.lowerBound..<last.range.upperBound
    guard let memory = arena.take(span.pageCount) else { return false }
    nextOwner += 1
    let owner = nextOwner
    jobs[owner] = CopyJob(expected, span, memory)
    heldByReadBacks += memory.count
    if try !destination.read(span, into: memory, pipeline, for: owner) { try check(owner) }
    return true
  }

  /// It has been read back.
  func check(_ owner: Int) throws {
    guard let job = jobs[owner] else { return }
    let contents = DigestTask(job.expected.map { .bytes(.init(job.source.part($0.range, of: job.span))) })
    job.contents = contents
    job.stage = .checking
    if !make(contents, for: owner) { try compareReadBack(owner) }
  }

  func compareReadBack(_ owner: Int) throws {
    guard let job = jobs[owner] else { return }
    let before = counts.readBack
    guard let digests = job.contents?.digests, digests.count == job.expected.count else {
      preconditionFailure("what was read back has no digests")
    }
    for (record, digest) in zip(job.expected, digests) {
      guard digest == record.digest else {
        throw StepFailure(
          .verification,
          "the destination does not hold what was written to it: bytes \(record.range.lowerBound) to "
            + "\(record.range.upperBound)")
      }
      counts.readBack += record.range.upperBound - record.range.lowerBound
    }
    control.noteReadBack(Bytes(counts.readBack - before))
    finish(owner)
  }
}
