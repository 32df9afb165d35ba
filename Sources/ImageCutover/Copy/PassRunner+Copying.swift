internal import ImageFiles
internal import Quantities

/// From a window that was read to one that is at the destination.
extension PassRunner {
  /// Has the digests made.
  ///
  /// - Returns: Whether that is under way; otherwise it is done.
  func make(_ digests: DigestTask, for owner: Int) -> Bool {
    pipeline.compute(for: owner, of: digests.byteCount) { digests.make() }
  }

  /// The source has been read.
  func examine(_ owner: Int) throws {
    guard let job = jobs[owner], isMapped(job), job.window.segments.contains(where: { $0.kind == .compare })
    else { return try sift(owner) }
    job.stage = .digesting
    if !digestBlocks(of: owner) { try sift(owner) }
  }

  /// Whether the map is to know the blocks of such a window.
  private func isMapped(_ job: CopyJob) -> Bool { settings.digests != nil && job.window.isWhole }

  /// As `make`.
  private func digestBlocks(of owner: Int) -> Bool {
    guard let job = jobs[owner] else { return false }
    let digests = blockDigests(of: job)
    job.digests = digests
    return make(digests, for: owner)
  }

  /// Finds out what has to be written, or at least what may have to be.
  func sift(_ owner: Int) throws {
    guard let job = jobs[owner] else { return }
    for segment in job.window.segments {
      switch segment.kind {
      case .punch: break
      case .write: job.writes.append(segment.range)
      case .compare: job.suspects += suspects(of: job, in: segment.range)
      }
    }
    try punch(job.window)
    if job.suspects.isEmpty { return try pay(owner) }
    job.stage = .waiting
    uncompared.append(owner)
    try compareWhatFits()
  }

  /// Where the destination may hold something else, in a range that is data on both sides.
  func suspects(of job: CopyJob, in range: Range<Int64>) -> [Range<Int64>] {
    guard isMapped(job), let digests = settings.digests else { return [range] }
    return job.blocks.compactMap { block, digest in
      let start = block * DigestMap.blockSize
      let part = range.clamped(to: start..<start + DigestMap.blockSize)
      return part.isEmpty || digests[block] == digest ? nil : part
    }
  }

  /// Reads what is suspected from the destination, for as many jobs as there is memory for.
  func compareWhatFits() throws {
    while let owner = uncompared.first, let job = jobs[owner], let span = job.suspectSpan {
      guard let memory = comparisonArena.take(span.pageCount) else { return }
      uncompared.removeFirst()
      job.destination = memory
      if try !destination.read(span, into: memory, pipeline, for: owner) { try compare(owner) }
    }
  }

  /// The destination has been read.
  func compare(_ owner: Int) throws {
    guard let job = jobs[owner], let span = job.suspectSpan, let memory = job.destination else { return }
    let comparison = ComparisonTask(
      job.suspects.map {
        (.init(job.source.part($0, of: job.span)), .init(memory.part($0, of: span)))
      })
    job.comparison = comparison
    job.stage = .comparing
    if !pipeline.compute(for: owner, of: comparison.byteCount, { comparison.make() }) { try choose(owner) }
  }

  /// Both sides have been compared: what differs is to be written, to the page.
  func choose(_ owner: Int) throws {
    guard let job = jobs[owner], let comparison = job.comparison, let memory = job.destination else { return }
    for (range, runs) in zip(job.suspects, comparison.runs) {
      for run in runs {
        job.writes.append(
          range.lowerBound + Int64(run.lowerBound)..<range.lowerBound + Int64(run.upperBound))
      }
    }
    comparisonArena.giveBack(memory)
    job.destination = nil
    try pay(owner)
    try compareWhatFits()
  }

  func pay(_ owner: Int) throws {
    guard let job = jobs[owner] else { return }
    let amount = job.writes.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
    if amount > 0, let limit = settings.limit {
      let due = limit.take(Bytes(amount), now: monotonicNow())
      if due > monotonicNow() {
        job.stage = .paying
        unpaid.append((owner, due))
        return
      }
    }
    try write(owner)
  }

  func payWhatIsDue() throws {
    let now = monotonicNow()
    while let first = unpaid.first, first.due <= now {
      unpaid.removeFirst()
      try write(first.owner)
    }
  }

  func write(_ owner: Int) throws {
    guard let job = jobs[owner] else { return }
    job.stage = .writing
    if job.writes.isEmpty { return try wrote(owner) }
    // Before the first byte: should this pass break off, nobody believes what was there before.
    if !job.window.isWhole {
      settings.digests?.forget(job.span)
    } else if isMapped(job) {
      for block in DigestMap.blocks(of: job.span) { settings.digests?[block] = .unknown }
      // Nothing hung on them so far.
      if job.digests == nil { _ = digestBlocks(of: owner) }
    }
    if settings.readsBack {
      let contents = DigestTask(job.writes.map { .bytes(.init(job.source.part($0, of: job.span))) })
      job.contents = contents
      _ = make(contents, for: owner)
    }
    for range in job.writes {
      let part = job.source.part(range, of: job.span)
      try destination.write(part, to: range, pipeline, for: owner)
    }
  }

  func wrote(_ owner: Int) throws {
    guard let job = jobs[owner] else { return }
    if isMapped(job) {
      for (block, digest) in job.blocks { settings.digests?[block] = digest }
    }
    for (number, range) in job.writes.enumerated() {
      counts.written += range.upperBound - range.lowerBound
      flushes.add(
        range, digest: job.contents?.digests[number], isCached: !destination.passesCache(range))
    }
    var examined: Int64 = 0
    for range in job.window.data { examined += range.upperBound - range.lowerBound }
    counts.examined += examined
    control.add(Bytes(examined))
    source.dropCache(job.span)
    finish(owner)
  }

  func punch(_ window: CopyWindow) throws {
    for segment in window.segments where segment.kind == .punch {
      settings.digests?.forget(segment.range)
      let punched = try destination.punch(segment.range)
      counts.punched += punched
      if punched > 0 { flushes.notePunch() }
    }
  }

  /// The digests of the blocks in a job's window: of what the segments say is data, for nothing else will be at the
  /// destination, whatever a running guest has written beside it since the map was made.
  func blockDigests(of job: CopyJob) -> DigestTask {
    let blocks = DigestMap.blocks(of: job.span).map { block in
      let start = block * DigestMap.blockSize
      let whole = start..<start + DigestMap.blockSize
      let parts = job.window.data.compactMap { range -> (Int, UnsafeRawBufferPointer)? in
        guard range.overlaps(whole) else { return nil }
        let part = range.clamped(to: whole)
        return (Int(part.lowerBound - start), .init(job.source.part(part, of: job.span)))
      }
      return DigestTask.Subject.block(parts)
    }
    return DigestTask(blocks)
  }
}
