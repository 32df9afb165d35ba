internal import ImageFiles

extension DynamicVHDLayer {
  /// Looks at the table and at what is written twice.
  func checkTables(into check: inout DiskCheck) throws {
    if let copy = VHDFooter(try file.bytes(from: 0, atMost: 512)[...]) {
      if copy != footer { check.add(damaged("the footer and its copy at the beginning differ", at: 0)) }
    } else {
      check.notices.append("the copy of the footer of '\(file.path)' is damaged")
    }
    let blocks = Checked.parts(of: virtualSize, size: header.blockSize)
    let space = header.bitmapSize + header.blockSize
    // What no block may lie on.
    let fixed: [(Range<Int64>, String)] = [
      (0..<512, "the copy of the footer"),
      (Int64(footer.dataOffset)..<Int64(footer.dataOffset) + Int64(VHDHeader.size), "the header"),
      (header.tableOffset..<header.tableOffset + blocks * 4, "the block allocation table"),
    ]
    var tables = TableCache()
    let batmap = try VHDBatmap(self, into: &check)
    var starts: [UInt32] = []
    var disowned = parent == nil ? DisownedData(self) : nil
    for block in 0..<blocks {
      let place = header.tableOffset + block * 4
      let sector = try tables.withBytes(of: file, at: place, count: 4) {
        $0.count < 4 ? Self.unused : $0.bigEndian(at: 0, as: UInt32.self)
      }
      let isClaimed = try batmap?.claims(block, &tables) ?? false
      if sector == Self.unused {
        if isClaimed, let batmap {
          check.add(
            damaged("the batmap claims block \(block), which is not in the file", at: batmap.place(of: block))
          )
        }
        continue
      }
      let start = Int64(sector) * 512
      let end = start + header.bitmapSize + min(header.blockSize, virtualSize - block * header.blockSize)
      if isClaimed, let batmap, end <= fileSize,
        try !claimsAll(at: start, of: end - start - header.bitmapSize, &tables)
      {
        check.add(
          damaged(
            "the batmap claims all of block \(block), and its bitmap does not", at: batmap.place(of: block)))
      }
      if end <= fileSize { try disowned?.look(at: block, start, &tables) }
      if end > fileSize {
        check.add(damaged("block \(block) at byte \(start) ends behind the end of the file", at: place))
      }
      for (range, what) in fixed where range.overlaps(start..<end) {
        check.add(damaged("block \(block) at byte \(start) lies on \(what)", at: place))
      }
      starts.append(sector)
    }
    if let place = disowned?.place {
      check.notices.append(
        "'\(file.path)' holds data at byte \(place) of its disk that its bitmaps disown: they are zeros, as the format "
          + "says and as they are moved, and QEMU shows them")
    }
    starts.sort()
    for (start, next) in zip(starts, starts.dropFirst()) where (Int64(next) - Int64(start)) * 512 < space {
      check.add(
        damaged(
          "two blocks overlap, at bytes \(Int64(start) * 512) and \(Int64(next) * 512)",
          at: header.tableOffset))
    }
  }
}
