internal import CutoverCore
internal import DiskImages
internal import ImageFiles
internal import Quantities

/// The chains of a cutover that are moved file by file: what holds of their files together.
struct KeptChains: Sendable {
  let chains: [KeptChain]
  /// The parents that were there; none where nothing is read any more.
  let present: [PresentParent]
  /// The same as a journal has them.
  private let known: [PresentParent.Known]

  /// - Parameter known: Of a journal.
  init(
    _ chains: [KeptChain], _ present: [PresentParent], known: [PresentParent.Known]? = nil
  ) throws(ImageCutoverError) {
    self.chains = chains
    self.present = present
    var found: [PresentParent.Known] = []
    do throws(FileFault) {
      for parent in known == nil ? present : [] { found.append(try parent.known()) }
    } catch { throw .fileFault("\(error)") }
    self.known = known ?? found
  }

  // MARK: - Proof

  /// Makes certain that the parents which were there are what the chains rest on, and has what a guest will see of each
  /// chain written down, where somebody wants that.
  ///
  /// Each file of the chains has been compared with its source before: so the disks are compared for the manifest only,
  /// each through its chain.
  func verify(
    _ disks: [DiskWork], _ options: ImageCutoverOptions, _ manifest: ManifestFile?, _ control: StepControl
  ) throws {
    try prove(options, control)
    guard let manifest else { return }
    for chain in chains {
      let source = try disk(of: chain) {
        disks[$0].source.file
      } or: {
        $0.source.file
      }
      let destination = try disk(of: chain) {
        try disks[$0].preparedFile()
      } or: {
        $0.destination
      }
      let path = disks[chain.top].destination.path
      let witness = try manifest.disk(named: path, size: source.virtualSize)
      let share = MemoryShare(hasTables: true)
      try ImageVerifier(
        source: DiskFace(share.holding(source), .source),
        destination: DiskFace(share.holding(destination), .destination),
        windowSize: share.window(atMost: options.comparisonWindow), threads: options.threads, share: share,
        witness: witness
      ).verify(control)
      try witness.end()
    }
  }

  /// The chain made of files that are open, whatever they are called by now.
  private func disk(
    of chain: KeptChain, _ moved: (Int) throws -> OpenFile, or present: (PresentParent) -> OpenFile
  ) throws -> VirtualDisk {
    let files = try chain.links.map { link in
      let file =
        switch link.file {
        case .moved(let number): try moved(number)
        case .present(let number): present(try parent(number))
        }
      return (file: file, format: link.format.image)
    }
    do { return try VirtualDisk(chain: files) } catch let problem as ImageProblem {
      throw StepFailure(.verification, "\(problem)")
    }
  }

  private func parent(_ number: Int) throws(StepFailure) -> PresentParent {
    guard present.indices.contains(number) else {
      throw StepFailure(.destination, "a parent that was there has not been looked for")
    }
    return present[number]
  }

  /// Makes certain that the parents which were there bear their names still, and are what the chains rest on. Those to
  /// which nobody has written since that was last done are not compared again.
  func prove(_ options: ImageCutoverOptions, _ control: StepControl) throws {
    for parent in present {
      try parent.checkIsThere()
      try parent.prove(options, control)
    }
  }

  /// What the parents that were there were like when they were proved.
  var provedParents: [ProvedParent] { present.compactMap(\.provedAs) }

  /// Makes certain that whoever opens the new images finds the new parents, and no others.
  func checkNames(_ disks: [DiskWork]) throws {
    for chain in chains {
      var opening = OpeningOptions(format: chain.format.image, parents: .beside)
      opening.isMovable = true
      let disk: VirtualDisk
      do { disk = try VirtualDisk(try disks[chain.top].preparedFile(), options: opening) } catch let problem
        as ImageProblem
      {
        throw StepFailure(.destination, "the new chain cannot be opened: \(problem)")
      }
      let expected = try chain.links.map { link in
        switch link.file {
        case .moved(let number): try disks[number].preparedFile().status()
        case .present(let number): try parent(number).destination.status()
        }
      }
      let found = try disk.layers.map { try $0.file.status() }
      guard found.count == expected.count, zip(found, expected).allSatisfy({ $0.isSameFile(as: $1) }) else {
        throw StepFailure(
          .destination,
          "'\(disks[chain.top].destination.path)' does not lead to the parents that were moved with it")
      }
    }
  }

  /// Lets go of the parents that were there, for others to write to.
  func release() { for parent in present { parent.release() } }

  // MARK: - Told

  /// The guest's disks among the files that were moved, as a report has them.
  func reported(_ disks: [DiskSite], resizedTo size: Bytes?) throws -> [ImageCutoverReport.Disk] {
    try disks.enumerated().compactMap { number, disk in
      let chain = chains.first { $0.top == number }
      if chain == nil && chains.contains(file: number) { return nil }
      return ImageCutoverReport.Disk(
        source: disk.source.file.path, destination: disk.destination.path,
        sourceFormat: chain?.format ?? disk.source.format, destinationFormat: chain?.format ?? disk.format,
        virtualBytes: chain?.virtualSize ?? size?.count ?? disk.source.virtualSize,
        allocatedBytes: try disk.destination.file?.status().allocated ?? 0,
        parents: try chain.map { try parents(of: $0, disks) })
    }
  }

  private func parents(of chain: KeptChain, _ disks: [DiskSite]) throws -> [ImageCutoverReport.Parent] {
    try chain.links.dropFirst().map { link in
      switch link.file {
      case .moved(let number):
        let disk = disks[number]
        return ImageCutoverReport.Parent(
          source: disk.source.file.path, destination: disk.destination.path, format: link.format,
          allocatedBytes: try disk.destination.file?.status().allocated ?? 0, wasThere: false)
      case .present(let number):
        let parent = known[number]
        return ImageCutoverReport.Parent(
          source: parent.source.path, destination: parent.destination.path, format: link.format,
          allocatedBytes: parent.allocated, wasThere: true)
      }
    }
  }

  /// What the disks measure that guests see, for files that measure so much, in bytes.
  func virtualSize(_ disks: [DiskSite]) -> Int64 {
    disks.enumerated().reduce(chains.reduce(0) { $0 + $1.virtualSize }) { sum, disk in
      chains.contains(file: disk.offset) ? sum : sum + disk.element.source.virtualSize
    }
  }
}
