internal import CZlib
internal import CZstd
package import ImageFiles

/// Unpacks compressed clusters. It keeps its buffers and the cluster unpacked last; each thread has one of its own.
package struct ClusterDecoder {
  private let inflater = Inflater()
  private var unpacked: [UInt8] = []
  private var held: (file: ObjectIdentifier, stored: Range<Int64>)?

  package init() {}

  /// Fills the buffer with the cluster's bytes from `cluster.skip` on.
  package mutating func read(
    _ cluster: CompressedCluster, of file: OpenFile, into buffer: UnsafeMutableRawBufferPointer
  ) throws {
    precondition(
      cluster.skip >= 0 && buffer.count <= cluster.size - cluster.skip, "a cluster has only its own bytes")
    let key = (file: ObjectIdentifier(file), stored: cluster.stored)
    if held.map({ $0 == key }) != true {
      held = nil
      let stored = try file.bytes(
        from: cluster.stored.lowerBound, atMost: Int(cluster.stored.upperBound - cluster.stored.lowerBound))
      if unpacked.count != cluster.size { unpacked = Array(repeating: 0, count: cluster.size) }
      guard inflater.inflate(stored, into: &unpacked, cluster.method) else {
        throw ImageProblem(
          .damaged, path: file.path, "a compressed cluster (\(cluster.method.rawValue)) cannot be unpacked",
          at: cluster.stored.lowerBound, remedy: "It unpacks to \(cluster.size) bytes; restore the image.")
      }
      held = key
    }
    unpacked.withUnsafeBytes { bytes in
      buffer.copyMemory(from: .init(rebasing: bytes[cluster.skip..<cluster.skip + buffer.count]))
    }
  }
}

/// The states of both libraries, which are made once and used again.
private final class Inflater {
  private var stream = z_stream()
  private var hasStream = false
  private var context: OpaquePointer?

  deinit {
    if hasStream { inflateEnd(&stream) }
    if let context { ZSTD_freeDCtx(context) }
  }

  /// Whether `bytes` unpack to as much as `output` holds. What lies behind them is not looked at.
  func inflate(_ bytes: [UInt8], into output: inout [UInt8], _ method: CompressedCluster.Method) -> Bool {
    bytes.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        switch method {
        case .zlib: deflated(input, into: output)
        case .zstd: zstandard(input, into: output)
        }
      }
    }
  }

  private func deflated(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    if !hasStream {
      // Raw deflate in a window of 2^12 bytes, as QEMU writes it. `inflateInit2` is a macro around this.
      guard inflateInit2_(&stream, -12, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        return false
      }
      hasStream = true
    } else if inflateReset(&stream) != Z_OK {
      return false
    }
    // zlib only reads from here; its type lacks the `const`.
    stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    stream.avail_in = UInt32(input.count)
    stream.next_out = output.baseAddress
    stream.avail_out = UInt32(output.count)
    let result = CZlib.inflate(&stream, Z_FINISH)
    return (result == Z_STREAM_END || result == Z_BUF_ERROR) && stream.avail_out == 0
  }

  private func zstandard(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    if context == nil { context = ZSTD_createDCtx() }
    guard let context, ZSTD_isError(ZSTD_DCtx_reset(context, ZSTD_reset_session_only)) == 0 else {
      return false
    }
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    while target.pos < target.size {
      let before = (source.pos, target.pos)
      let result = ZSTD_decompressStream(context, &target, &source)
      guard ZSTD_isError(result) == 0, (source.pos, target.pos) != before else { return false }
    }
    return true
  }
}
