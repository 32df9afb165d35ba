internal import DiskImages
internal import ImageFiles

/// An image that is moved as it is, with all that it rests on, file by file: which of a cutover's files it is made of.
/// It is kept in the journal.
struct KeptChain: Codable, Sendable {
  /// One of its files.
  struct Link: Codable, Sendable {
    enum File: Hashable, Codable, Sendable {
      /// One of those that are moved, from 0.
      case moved(Int)
      /// One of those that are at the destination already.
      case present(Int)
    }

    var file: File
    var format: DiskFormat
    /// `nil`: the image itself, which has a destination of its own.
    var place: ChainPlace?
  }

  /// The image itself first; it is one of those that are moved.
  var links: [Link]
  /// Of the disk that the guest sees, in bytes.
  var virtualSize: Int64

  var format: DiskFormat { links.first?.format ?? .raw }
  /// Which of the files that are moved heads it.
  var top: Int {
    if case .moved(let number)? = links.first?.file { return number }
    return 0
  }
  /// Those of its files that are moved, the image itself first.
  var moved: [Int] {
    links.compactMap { link in
      if case .moved(let number) = link.file { return number }
      return nil
    }
  }
  var present: [Int] {
    links.compactMap { link in
      if case .present(let number) = link.file { return number }
      return nil
    }
  }

  /// Whether it can be believed, among so many files that are moved, and that were there.
  func isSound(of moved: Int, _ present: Int) -> Bool {
    guard case .moved? = links.first?.file, links[0].place == nil else { return false }
    guard (0...VirtualDisk.maximalSize).contains(virtualSize) else { return false }
    return links.allSatisfy { link in
      switch link.file {
      case .moved(let number): (0..<moved).contains(number)
      case .present(let number): (0..<present).contains(number)
      }
    } && links.dropFirst().allSatisfy { $0.place?.isSound ?? false }
  }
}

extension [KeptChain] {
  /// Whether the file is of a chain, and not the image of a disk by itself.
  func contains(file: Int) -> Bool { contains { $0.moved.contains(file) } }

  /// Whether others rest on the file.
  func contains(parent file: Int) -> Bool { contains { $0.moved.dropFirst().contains(file) } }

  /// The disks of the guest among the files that are moved: an image for each, whatever it rests on.
  func moves(of files: [JournalDisk]) -> [ImageMove] {
    files.enumerated().compactMap { number, file in
      if let chain = first(where: { $0.top == number }) {
        var move = file.move
        (move.sourceFormat, move.destinationFormat) = (chain.format, chain.format)
        move.keepsChain = true
        return move
      }
      return contains(file: number) ? nil : file.move
    }
  }
}
