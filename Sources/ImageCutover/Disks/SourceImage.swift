internal import CutoverCore
internal import DiskImages
internal import ImageFiles

/// The image that is moved: a file, or a chain of them, in a format that was told once and is never guessed again.
struct SourceImage: Sendable {
  /// The image itself, without its parents.
  let file: OpenFile
  let status: FileStatus
  let format: DiskFormat
  /// Of the disk, in bytes.
  let virtualSize: Int64
  /// What of the disk is data: what a copy takes, without its parents and unpacked.
  let allocated: Int64
  /// The chain, the image itself first.
  let links: [ImageLink]
  /// The chain as it was opened; `nil`: raw, or not needed any more.
  let disk: VirtualDisk?
  /// Whether the size is that of now: an image with tables that is moved as it is grows under its guest.
  let grows: Bool
  private let role: FileRole
  private let parents: OpeningOptions.Parents

  /// Opens it, read-only.
  ///
  /// - Parameter isOnlyCompared: Whoever named it learns nothing but whether it is equal.
  init(
    _ move: ImageMove, _ options: ImageCutoverOptions, _ files: any FileAccess, _ role: FileRole = .source,
    isOnlyCompared: Bool = false
  ) throws(ImageCutoverError) {
    let file = try Self.open(
      move.source, files, role, allowsLinks: isOnlyCompared, allowsDevices: options.allowsDevices)
    self.role = role
    parents = options.parents.opening
    grows = false
    self.file = file
    do {
      status = try file.status()
      if status.isBlockDevice {
        guard options.allowsDevices else { throw ImageCutoverError.deviceNotAllowed(path: move.source) }
        guard move.sourceFormat == nil || move.sourceFormat == .raw else {
          throw ImageCutoverError.badImage(
            what: "'\(move.source)' is a block device",
            remedy: "Devices hold raw disks; name no other format.")
        }
        if !options.sourceInUse && files.isClaimed(file.descriptor) {
          throw ImageCutoverError.sourceInUse(path: move.source)
        }
      } else if try !status.isRegular || Self.isMadeUp(file, status) {
        throw ImageCutoverError.sourceNotRegular(path: move.source)
      }
      if status.isBlockDevice {
        format = .raw
      } else if let told = move.sourceFormat {
        format = told
      } else {
        format = DiskFormat(try ImageFormat.told(byNameOf: file, size: status.size))
      }
      guard format != .raw else {
        disk = nil
        virtualSize = status.size
        allocated = status.isBlockDevice ? status.size : status.allocated
        links = [ImageLink(path: absolutePath(move.source), format: .raw, identity: FileIdentity(status))]
        return
      }
      var opening = OpeningOptions(format: format.image, parents: parents)
      opening.isMovable = move.keepsChain
      let disk = try VirtualDisk(file, options: opening)
      self.disk = disk
      virtualSize = disk.virtualSize
      // Nobody asks for it where files are moved, and a guest may be at work on the tables.
      allocated = move.keepsChain ? 0 : try disk.amountOfData()
      links = try disk.links()
    } catch let error as ImageCutoverError { throw error } catch let problem as ImageProblem {
      throw .badImage(what: problem.message, remedy: problem.remedy)
    } catch { throw .fileFault("\(error)") }
  }

  /// One file of a chain that is kept: its bytes, whatever they mean.
  init(verbatim file: OpenFile, grows: Bool = false) throws(ImageCutoverError) {
    self.file = file
    self.grows = grows
    (role, parents, format, disk) = (.source, .refused, .raw, nil)
    do { status = try file.status() } catch { throw .fileFault("\(error)") }
    virtualSize = status.size
    allocated = status.allocated
    links = [ImageLink(path: absolutePath(file.path), format: .raw, identity: FileIdentity(status))]
  }

  /// Whether the kernel makes up what it holds as it is read, as below `/proc`: without a size it has contents.
  private static func isMadeUp(_ file: OpenFile, _ status: FileStatus) throws -> Bool {
    guard status.size == 0 else { return false }
    return try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { try file.read(upTo: $0, at: 0) }
      > 0
  }

  /// Links are followed to devices only, which are mostly named by them.
  private static func open(
    _ path: String, _ files: any FileAccess, _ role: FileRole, allowsLinks: Bool, allowsDevices: Bool
  ) throws(ImageCutoverError) -> OpenFile {
    do { return try CutoverSite.openSource(path, files, role, follows: allowsLinks) } catch {
      guard case .sourceIsLink = error, allowsDevices,
        case let file = try CutoverSite.openSource(path, files, role, follows: true),
        (try? file.status())?.isBlockDevice == true
      else { throw error }
      return file
    }
  }

  /// Finds it again, as a journal knows it.
  ///
  /// - Parameter isForUse: It is to be read.
  init(
    _ known: JournalDisk, _ options: ImageCutoverOptions, sameBoot: Bool, isForUse: Bool,
    _ files: any FileAccess, grows: Bool = false, isParent: Bool = false
  ) throws(ImageCutoverError) {
    let path = known.sourcePath
    let file = try Self.open(
      path, files, .source, allowsLinks: false, allowsDevices: options.allowsDevices)
    self.file = file
    self.grows = grows
    role = .source
    parents = options.parents.opening
    format = known.sourceFormat
    virtualSize = known.virtualSize
    links = known.chain
    do {
      status = try file.status()
      let found = FileIdentity(status)
      let whole = format == .raw && !status.isBlockDevice ? status.allocated : known.virtualSize
      // Whoever goes back takes nothing from it.
      guard isForUse else {
        (disk, allocated) = (nil, whole)
        return
      }
      guard let before = known.chain.first?.identity, before.isSameFile(as: found, sameBoot: sameBoot) else {
        throw ImageCutoverError.sourceChanged(path: path, why: "another file bears its name")
      }
      guard format != .raw || before.size == found.size || grows else {
        throw ImageCutoverError.sourceChanged(
          path: path, why: "it has \(found.size) bytes, and had \(before.size)")
      }
      guard !isParent || found.isUnwritten(since: before) else {
        throw ImageCutoverError.sourceChanged(path: path, why: "others rest on it, and it was written to")
      }
      guard format != .raw else {
        (disk, allocated) = (nil, whole)
        return
      }
      let disk = try VirtualDisk(file, options: OpeningOptions(format: format.image, parents: parents))
      if let why = disk.difference(from: known.chain, sameBoot: sameBoot) {
        throw ImageCutoverError.sourceChanged(path: path, why: why)
      }
      guard disk.virtualSize == virtualSize else {
        throw ImageCutoverError.sourceChanged(
          path: path, why: "its disk has \(disk.virtualSize) bytes, and had \(virtualSize)")
      }
      self.disk = disk
      allocated = try disk.amountOfData()
    } catch let error as ImageCutoverError { throw error } catch let problem as ImageProblem {
      throw .badImage(what: problem.message, remedy: problem.remedy)
    } catch { throw .fileFault("\(error)") }
  }

  /// The chain with its tables as they are now; `nil` for raw. Nobody may be writing to it.
  func reopened() throws -> VirtualDisk? {
    guard format != .raw else { return nil }
    do {
      let disk = try VirtualDisk(file, options: OpeningOptions(format: format.image, parents: parents))
      if let why = disk.difference(from: links, sameBoot: true) {
        throw StepFailure(.source, "the chain of '\(file.path)' is not what it was: \(why)")
      }
      guard disk.virtualSize == virtualSize else {
        throw StepFailure(.source, "the disk in '\(file.path)' has another size than before")
      }
      return disk
    } catch let problem as ImageProblem { throw StepFailure(.source, "\(problem)") }
  }

  /// Whether a problem in this file is one of the source's.
  func owns(_ path: String) -> Bool {
    path == file.path || disk?.layers.contains { $0.file.path == path } ?? false
  }

  /// What an image of the disk takes that is written in this format.
  func allocation(in format: DiskFormat, size: Int64) throws -> ImageAllocation {
    var allocation = ImageAllocation(format.image, size: size)
    var cursor = face.cursor
    var position: Int64 = 0
    while let extent = try cursor.data(from: position) {
      allocation.add(extent)
      position = extent.upperBound
    }
    return allocation
  }

  /// As it is compared and looked at.
  var face: DiskFace { disk.map { DiskFace($0, role) } ?? DiskFace(file, size: virtualSize) }

  /// Why it is not what the move was planned with; `nil` if it is, or nothing was.
  func difference(from move: ImageMove, _ options: ImageCutoverOptions) -> String? {
    // A guest that runs writes.
    move.expected.flatMap { difference(from: $0, mayBeWritten: options.mayBeWritten) }
  }

  /// Why the chain is not the one that was planned with; `nil` if it is.
  private func difference(from expected: [ImageLink], mayBeWritten: Bool) -> String? {
    guard expected.count == links.count else {
      return "its chain has \(links.count) files now, and had \(expected.count)"
    }
    for (number, (old, new)) in zip(expected, links).enumerated() {
      if old.format != new.format {
        return "'\(new.path)' was \(old.format.rawValue) and is \(new.format.rawValue)"
      }
      if !new.identity.isSameFile(as: old.identity, sameBoot: false) {
        return number == 0 ? "another file bears the source's name now" : "'\(new.path)' is another file now"
      }
      let isWritable = number == 0 && mayBeWritten
      if isWritable && format == .raw && new.identity.size != old.identity.size {
        return "the source has \(new.identity.size) bytes now, and had \(old.identity.size)"
      }
      if isWritable { continue }
      if new.identity.size != old.identity.size {
        return "\(number == 0 ? "the source" : "'\(new.path)'") has \(new.identity.size) bytes now, and had "
          + "\(old.identity.size)"
      }
      // Times of the contents can be set by whoever owns the file; that of their last change cannot.
      if !new.identity.isUntouched(since: old.identity) {
        return
          "\(number == 0 ? "the source" : "'\(new.path)'") was written to since, or its owner or mode was changed"
      }
    }
    return nil
  }
}

extension VirtualDisk {
  func links() throws(FileFault) -> [ImageLink] {
    var links: [ImageLink] = []
    for layer in layers {
      links.append(
        ImageLink(
          path: absolutePath(layer.file.path), format: DiskFormat(layer.format),
          identity: FileIdentity(try layer.file.status())))
    }
    return links
  }

  /// Why these are not the files that were found before; `nil` if they are. The image itself may have been written to,
  /// its parents never.
  fileprivate func difference(from known: [ImageLink], sameBoot: Bool) -> String? {
    guard let found = try? links() else { return "it cannot be looked at" }
    guard found.count == known.count else {
      return "it has \(found.count) files, and had \(known.count)"
    }
    for (number, (old, new)) in zip(known, found).enumerated() {
      guard new.identity.isSameFile(as: old.identity, sameBoot: sameBoot), new.format == old.format else {
        return "'\(new.path)' is another file"
      }
      if number > 0, !new.identity.isUnwritten(since: old.identity) {
        return "'\(new.path)', which others rest on, was written to"
      }
    }
    return nil
  }

  /// Bytes that are not known to be zeros.
  fileprivate func amountOfData() throws -> Int64 {
    var extents = extents()
    var amount: Int64 = 0
    while let extent = try extents.next() {
      if case .zero = extent.content { continue }
      amount += extent.length
    }
    return amount
  }
}

extension ImageCutoverOptions.Parents {
  var opening: OpeningOptions.Parents {
    switch self {
    case .refused: .refused
    case .beside: .beside
    case .anywhere: .anywhere
    }
  }
}
