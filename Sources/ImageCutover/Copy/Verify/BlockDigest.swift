internal import CXXHash

/// The XXH3-128 of what a block of an image holds, however its zeros are stored.
///
/// Only pages that are not all zeros count, with their places: so a hole and written zeros are the same, and a block
/// of nothing but zeros has the digest `zeros`. Two different blocks share a digest by chance once in 2^128; it is no
/// defence against somebody who makes blocks to that end, which is why a verification of the whole compares bytes.
struct BlockDigest: Hashable, Sendable {
  private(set) var low: UInt64
  private(set) var high: UInt64

  static let zeros = BlockDigest(low: 1, high: 0)
  /// Stands for not being known.
  static let unknown = BlockDigest(low: 0, high: 0)

  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// The digest of bytes as they are, zeros and all.
  init(of bytes: UnsafeRawBufferPointer) {
    let hash = XXH3_128bits(bytes.baseAddress, bytes.count)
    self.init(low: hash.low64, high: hash.high64)
  }

  /// The digest of a block.
  ///
  /// - Parameter parts: The data of the block with the place of each in it, in order, in whole pages except where the
  ///   image ends. What lies between them counts as zeros, whatever the memory there holds.
  init(ofBlock parts: [(place: Int, bytes: UnsafeRawBufferPointer)]) {
    // Runs of pages that are not zeros: place, length, digest of the bytes.
    var runs: [(UInt64, UInt64, UInt64, UInt64)] = []
    var run: (place: Int, bytes: UnsafeRawBufferPointer)?
    func end() {
      guard let ended = run else { return }
      let digest = BlockDigest(of: ended.bytes)
      runs.append((UInt64(ended.place), UInt64(ended.bytes.count), digest.low, digest.high))
      run = nil
    }
    for (place, bytes) in parts {
      for start in stride(from: 0, to: bytes.count, by: Self.page) {
        let page = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + Self.page, bytes.count)])
        if page.isZero {
          end()
        } else if let open = run, let base = open.bytes.baseAddress,
          open.place + open.bytes.count == place + start, base + open.bytes.count == page.baseAddress
        {
          run = (open.place, .init(start: base, count: open.bytes.count + page.count))
        } else {
          end()
          run = (place + start, page)
        }
      }
    }
    end()
    if runs.isEmpty {
      self = .zeros
    } else {
      self = runs.withUnsafeBytes { BlockDigest(of: $0) }
      // Two values of 2^128 have a meaning of their own.
      if self == .unknown || self == .zeros { low = 2 }
    }
  }

  private static let page = Int(ExtentCursor.page)
}

extension UnsafeRawBufferPointer {
  /// Whether all bytes are zero: one `memcmp` of the memory with itself, a byte further on.
  var isZero: Bool {
    guard let first else { return true }
    return first == 0
      && BlockDifference.isEqual(.init(rebasing: self[..<(count - 1)]), .init(rebasing: self[1...]))
  }
}
