internal import CutoverCore
internal import ImageFiles
internal import Quantities

extension ImageProbe {
  /// Probes each disk of a guest: their facts as one, and the disks with their formats and identities told.
  ///
  /// - Parameter looksAgain: whether there will be passes that look for changes.
  public static func measure(
    _ disks: [ImageMove], _ options: ImageCutoverOptions, looksAgain: Bool = true
  ) throws(ImageCutoverError) -> (facts: ImageFacts, disks: [ImageMove]) {
    if let problem = options.contradiction { throw .badOptions(problem) }
    let kept = try SiteLayout(disks.filter(\.keepsChain), options, LinuxFiles())
    let count = disks.count { !$0.keepsChain } + kept.disks.count
    var all: [ImageFacts] = []
    func probe(_ move: ImageMove) throws(ImageCutoverError) -> ImageFacts {
      var probe = ImageProbe(source: move.source, destination: move.destination, options: options)
      (probe.sourceFormat, probe.destinationFormat) = (move.sourceFormat, move.destinationFormat)
      probe.looksAgain = looksAgain
      // Shared among what is copied.
      probe.sample = Bytes(probe.sample.count / Int64(max(count, 1)))
      let facts = try probe.measure()
      all.append(facts)
      return facts
    }
    var moves: [ImageMove] = []
    var tops = 0..<disks.count
    for disk in disks {
      var move = disk
      let top = disk.keepsChain ? tops.popFirst() : nil
      if let chain = kept.chains.first(where: { $0.top == top }) {
        (move.sourceFormat, move.destinationFormat) = (chain.format, chain.format)
        move.expected = kept.links(of: chain)
      } else {
        let facts = try probe(disk)
        let format = facts.links.first?.format ?? .raw
        move.sourceFormat = format
        move.destinationFormat = try disk.format(like: format)
        move.expected = facts.links
      }
      moves.append(move)
    }
    for (number, file) in kept.disks.enumerated() where kept.isOfChain(number) {
      _ = try probe(
        ImageMove(
          source: file.source.file.path, destination: file.destination.path, sourceFormat: .raw,
          destinationFormat: .raw))
    }
    guard let first = all.first else { throw .badOptions("there is no disk to move") }
    var sum = all.dropFirst().reduce(first) { $0.joined(with: $1) }
    sum.links = moves.flatMap { $0.expected ?? [] }
    // Disks on one file system share its room.
    let free = Dictionary(all.map { ($0.destinationDevice, $0.free) }) { min($0, $1) }
    sum.free = free.values.reduce(.zero) { $0 + $1 }
    return (sum, moves)
  }
}

extension ImageFacts {
  /// What holds of both images, copied one after the other.
  fileprivate func joined(with other: ImageFacts) -> ImageFacts {
    var sum = self
    sum.virtualSize = virtualSize + other.virtualSize
    sum.allocated = allocated + other.allocated
    sum.destinationAllocated = destinationAllocated + other.destinationAllocated
    sum.extents += other.extents
    sum.links += other.links
    sum.abilities.holes = abilities.holes && other.abilities.holes
    sum.abilities.direct = abilities.direct && other.abilities.direct
    sum.abilities.reflink = abilities.reflink && other.abilities.reflink
    sum.sharesBlocks = sharesBlocks && other.sharesBlocks
    sum.copyRate = joined(copyRate, other.copyRate, other)
    sum.scanRate = joined(scanRate, other.scanRate, other)
    sum.compareRate = joined(compareRate, other.compareRate, other)
    // Each disk has passes of its own; the journal is one.
    sum.passSeconds = passSeconds + other.passSeconds
    sum.spread = max(spread, other.spread)
    return sum
  }

  /// The rate at which both go one after the other: their times add up.
  private func joined(_ a: ByteRate?, _ b: ByteRate?, _ other: ImageFacts) -> ByteRate? {
    guard let a, let b else { return a ?? b }
    let seconds = allocated.value / a.bytesPerSecond + other.allocated.value / b.bytesPerSecond
    let amount = allocated.value + other.allocated.value
    return seconds > 0 && amount > 0 ? ByteRate(bytesPerSecond: amount / seconds) : a
  }
}
