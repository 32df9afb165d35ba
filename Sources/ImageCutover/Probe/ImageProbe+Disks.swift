internal import CutoverCore
internal import DiskImages
internal import ImageFiles
internal import Quantities

extension ImageProbe {
  /// Probes each disk of a guest, one after the other: their facts as one, and the disks with their formats and identities
  /// told.
  ///
  /// - Parameters:
  ///   - disks: the guest's disks, one at least; they are returned in this order.
  ///   - options: how the cutover is to be carried out.
  ///   - looksAgain: whether there will be passes that look for changes.
  public static func measure(
    _ disks: [ImageMove], _ options: ImageCutoverOptions, looksAgain: Bool = true
  ) throws(ImageCutoverError) -> (facts: ImageFacts, disks: [ImageMove]) {
    if let problem = options.contradiction { throw .badOptions(problem) }
    let kept = try SiteLayout(disks.filter(\.keepsChain), options, LinuxFiles())
    let count = disks.count { !$0.keepsChain } + kept.disks.count
    var all: [ImageFacts] = []
    // As much memory as each will have.
    let share = MemoryShare(sharers: DiskLanes(disks.map(route), atOnce: options.disksAtOnce ?? 1).atOnce)
    func probe(_ move: ImageMove) throws(ImageCutoverError) -> ImageFacts {
      var probe = ImageProbe(source: move.source, destination: move.destination, options: options)
      (probe.sourceFormat, probe.destinationFormat) = (move.sourceFormat, move.destinationFormat)
      (probe.looksAgain, probe.share) = (looksAgain, share)
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
        try refuseDamage(of: disk, options)
      } else {
        let facts = try probe(disk)
        let format = facts.links.first?.format ?? .raw
        move.sourceFormat = format
        move.destinationFormat = try disk.format(like: format)
        move.expected = facts.links
      }
      moves.append(move)
    }
    for (number, file) in kept.disks.enumerated() where kept.chains.contains(file: number) {
      _ = try probe(
        ImageMove(
          source: file.source.file.path, destination: file.destination.path, sourceFormat: .raw,
          destinationFormat: .raw))
    }
    guard !all.isEmpty else { throw .badOptions("there is no disk to move") }
    var sum = ImageFacts(joining: all, options)
    sum.links = moves.flatMap { $0.expected ?? [] }
    sum.notices = all.flatMap { $0.notices ?? [] }
    // Of the disks that guests see, not of the files that hold them.
    sum.virtualSize = sum.virtualSize - kept.filesOfChains + kept.disksInChains
    if moves.count == 1 { sum.sideBySide = nil }
    return (sum, moves)
  }

  /// Of a chain that is kept, whose files are else moved as they are.
  private static func refuseDamage(
    of disk: ImageMove, _ options: ImageCutoverOptions
  ) throws(ImageCutoverError) {
    let image = try SourceImage(disk, options, LinuxFiles())
    do { try refuseDamage(image, options) } catch let problem as ImageProblem {
      throw .badImage(what: problem.message, remedy: problem.remedy)
    } catch { throw .fileFault("\(error)") }
  }

  /// As far as it can be told before the disk is opened: without its parents.
  private static func route(of disk: ImageMove) -> DiskRoute {
    let files = LinuxFiles()
    let source = (try? files.status(disk.source, following: true)).map { FileIdentity($0).device }
    let place = (try? CutoverSite.split(disk.destination).directory).flatMap {
      try? files.status($0, following: true).device
    }
    return DiskRoute(sources: [source ?? 0], destination: place ?? 0)
  }
}

extension ImageFacts {
  /// What holds of a guest's disks, each of which was probed alone.
  ///
  /// Their times are those of `DiskLanes`: disks that share a device, on either side, take as long as one after the other;
  /// of others, the longest counts.
  init(joining all: [ImageFacts], _ options: ImageCutoverOptions) {
    self = all[0]
    guard all.count > 1 else { return }
    let routes = all.map {
      DiskRoute(sources: Set($0.links.map(\.identity.device)), destination: $0.destinationDevice)
    }
    let lanes = DiskLanes(routes, atOnce: options.disksAtOnce ?? 1)
    for facts in all.dropFirst() {
      virtualSize = virtualSize + facts.virtualSize
      allocated = allocated + facts.allocated
      destinationAllocated = destinationAllocated + facts.destinationAllocated
      extents += facts.extents
      links += facts.links
      abilities.holes = abilities.holes && facts.abilities.holes
      abilities.direct = abilities.direct && facts.abilities.direct
      abilities.reflink = abilities.reflink && facts.abilities.reflink
      sharesBlocks = sharesBlocks && facts.sharesBlocks
      spread = max(spread, facts.spread)
    }
    // Disks on one file system share its room.
    let rooms = Dictionary(all.map { ($0.destinationDevice, $0.free) }) { min($0, $1) }
    free = rooms.values.reduce(.zero) { $0 + $1 }
    let amount = allocated
    func joined(_ rate: KeyPath<ImageFacts, ByteRate?>) -> ByteRate? {
      let measured = all.compactMap { $0[keyPath: rate] }
      let seconds = lanes.time(of: all.map { $0.seconds(at: $0[keyPath: rate]) })
      guard seconds > 0, amount > .zero else { return measured.first }
      return ByteRate(bytesPerSecond: amount.value / seconds)
    }
    (copyRate, scanRate, compareRate) = (joined(\.copyRate), joined(\.scanRate), joined(\.compareRate))
    // Each disk has passes of its own; the journal is one.
    passSeconds =
      lanes.time(of: all.map { $0.seconds(at: $0.copyRate) + $0.passSeconds })
      - lanes.time(of: all.map { $0.seconds(at: $0.copyRate) })
    sideBySide = lanes.atOnce
  }

  /// What all data of the disk take.
  private func seconds(at rate: ByteRate?) -> Double {
    rate.map { allocated.value / $0.bytesPerSecond } ?? 0
  }
}
