package import ImageFiles

/// Unpacks compressed clusters; keeps its buffers, so that each thread has one of its own.
package struct ClusterDecoder {
  package init() {}

  /// Fills the buffer with the cluster's bytes from `cluster.skip` on.
  package mutating func read(
    _ cluster: CompressedCluster, of file: OpenFile, into buffer: UnsafeMutableRawBufferPointer
  ) throws {
    throw ImageProblem(
      .unsupported, path: file.path, "compressed clusters are not read", at: cluster.stored.lowerBound,
      remedy: "Convert the image without compression.")
  }
}
