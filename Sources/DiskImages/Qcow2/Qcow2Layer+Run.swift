internal import ImageFiles

extension Qcow2Layer {
  func run(at position: Int64, limit: Int64, _ tables: inout TableCache) throws -> LayerRun {
    let l1Index = position / header.l2Reach
    let l1Place = header.l1Offset + l1Index * 8
    let l1Entry = try tables.number(of: file, at: l1Place)
    // The last table may reach beyond the disk, never beyond 2^62.
    let reach = min((l1Index + 1) * header.l2Reach, limit)
    let l2Offset = Int64(l1Entry & Self.offsetMask)
    guard l2Offset != 0 else { return LayerRun(reach - position, .absent) }
    guard l2Offset % header.clusterSize == 0, Checked.sum(l2Offset, header.clusterSize) <= fileSize else {
      throw damaged(
        "the L2 table at byte \(l2Offset), named by entry \(l1Index) of the L1 table", at: l1Place,
        "It is a whole cluster within the file, which has \(fileSize) bytes.")
    }
    let index = (position % header.l2Reach) >> Int64(header.clusterBits)
    let place = l2Offset + index * header.l2EntrySize
    let skip = position & (header.clusterSize - 1)
    let run = try tables.withBytes(
      of: file, at: place, count: Int((header.l2Entries - index) * header.l2EntrySize)
    ) { bytes in
      guard bytes.count >= Int(header.l2EntrySize) else {
        throw damaged("the L2 table ends early", at: place)
      }
      return header.hasExtendedL2
        ? try subclusterRun(bytes, place, skip: skip) : try clusterRun(bytes, place, skip: skip)
    }
    return LayerRun(
      min(try lengthened(run, from: position, at: place, index, l2Offset, skip), reach - position),
      run.content)
  }

  /// The run of clusters that begins with the first entry of `bytes`, less the `skip` bytes before the position.
  private func clusterRun(_ bytes: UnsafeRawBufferPointer, _ place: Int64, skip: Int64) throws -> LayerRun {
    let size = header.clusterSize
    let count = bytes.count / 8
    let first = bytes.bigEndian(at: 0, as: UInt64.self)
    if first & Self.compressedFlag != 0 { return try compressedRun(first, place, skip: skip) }
    var entries = 1
    if first & Self.zeroFlag != 0 {
      guard header.version >= 3 else {
        throw damaged("a zero cluster in an image of version 2", at: place)
      }
      while entries < count,
        bytes.bigEndian(at: entries * 8, as: UInt64.self) & (Self.compressedFlag | Self.zeroFlag)
          == Self.zeroFlag
      { entries += 1 }
      return LayerRun(Int64(entries) * size - skip, .zero)
    }
    let offset = Int64(first & Self.offsetMask)
    if offset == 0 {
      let any = Self.compressedFlag | Self.zeroFlag | Self.offsetMask
      while entries < count, bytes.bigEndian(at: entries * 8, as: UInt64.self) & any == 0 { entries += 1 }
      return LayerRun(Int64(entries) * size - skip, .absent)
    }
    try checkCluster(offset, place)
    var next = UInt64(offset + size)
    let mask = Self.compressedFlag | Self.zeroFlag | Self.offsetMask
    while entries < count, next < UInt64(fileSize),
      bytes.bigEndian(at: entries * 8, as: UInt64.self) & mask == next
    {
      entries += 1
      next += UInt64(size)
    }
    return data(offset + skip, length: Int64(entries) * size - skip)
  }

  /// With subclusters, one cluster at a time; `DiskExtents` joins what belongs together.
  private func subclusterRun(_ bytes: UnsafeRawBufferPointer, _ place: Int64, skip: Int64) throws -> LayerRun
  {
    let entry = bytes.bigEndian(at: 0, as: UInt64.self)
    let bitmap = bytes.bigEndian(at: 8, as: UInt64.self)
    if entry & Self.compressedFlag != 0 {
      guard bitmap == 0 else { throw damaged("a compressed cluster with subclusters", at: place) }
      return try compressedRun(entry, place, skip: skip)
    }
    let (allocated, zeros) = (UInt32(truncatingIfNeeded: bitmap), UInt32(bitmap >> 32))
    guard allocated & zeros == 0 else {
      throw damaged("a subcluster that is both data and zeros", at: place + 8)
    }
    let offset = Int64(entry & Self.offsetMask)
    guard offset != 0 || allocated == 0 else {
      throw damaged("a subcluster with data in a cluster that has no place", at: place + 8)
    }
    if offset != 0 { try checkCluster(offset, place) }
    let size = header.clusterSize / 32
    let first = Int(skip / size)
    let kind = (allocated >> UInt32(first) & 1, zeros >> UInt32(first) & 1)
    var end = first + 1
    while end < 32, (allocated >> UInt32(end) & 1, zeros >> UInt32(end) & 1) == kind { end += 1 }
    let length = Int64(end) * size - skip
    switch kind {
    case (1, _): return data(offset + skip, length: length)
    case (_, 1): return LayerRun(length, .zero)
    default: return LayerRun(length, .absent)
    }
  }

  private func checkCluster(_ offset: Int64, _ place: Int64) throws {
    guard offset % header.clusterSize == 0, offset < fileSize else {
      throw damaged(
        "a cluster at byte \(offset)", at: place,
        "It begins at a multiple of \(header.clusterSize) within the file, which has \(fileSize) bytes.")
    }
  }

  /// The last cluster of a file may be cut short; the rest reads as zeros.
  private func data(_ offset: Int64, length: Int64) -> LayerRun {
    guard offset < fileSize else { return LayerRun(length, .zero) }
    return LayerRun(min(length, fileSize - offset), .data(offset: offset))
  }

  func compressedRun(_ entry: UInt64, _ place: Int64, skip: Int64) throws -> LayerRun {
    let offsetBits = UInt64(62 - (header.clusterBits - 8))
    let offset = Int64(entry & (1 << offsetBits - 1))
    let sectors = Int64(entry & (Self.compressedFlag - 1)) >> Int64(offsetBits)
    guard offset > 0, offset < fileSize else {
      throw damaged(
        "a compressed cluster at byte \(offset)", at: place,
        "It lies within the file, which has \(fileSize) bytes.")
    }
    let end = min((offset / 512 + sectors + 1) * 512, fileSize)
    return LayerRun(
      header.clusterSize - skip,
      .compressed(
        header.compression, stored: offset..<end, size: Int(header.clusterSize), skip: Int(skip)))
  }

  /// A run of nothing goes on through the holes of a table's file: a table of zeros need not be read.
  private func lengthened(
    _ run: LayerRun, from position: Int64, at place: Int64, _ index: Int64, _ l2Offset: Int64, _ skip: Int64
  ) throws -> Int64 {
    guard run.content == .absent, run.length >= 1 << 20 else { return run.length }
    let entries = (run.length + skip) >> Int64(header.clusterBits)
    let end = place + entries * header.l2EntrySize
    let tableEnd = l2Offset + header.clusterSize
    guard end < tableEnd else { return run.length }
    let data = min(try file.nextData(from: end) ?? tableEnd, tableEnd)
    let holes = max(data - end, 0) / header.l2EntrySize
    return run.length + holes << Int64(header.clusterBits)
  }
}

extension TableCache {
  /// The 64-bit number of `file` at `offset`, a multiple of 8; one behind the file's end is 0.
  mutating func number(of file: OpenFile, at offset: Int64) throws -> UInt64 {
    try withBytes(of: file, at: offset, count: 8) { bytes in
      bytes.count < 8 ? 0 : bytes.bigEndian(at: 0, as: UInt64.self)
    }
  }
}
