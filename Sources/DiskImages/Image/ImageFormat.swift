/// The formats of disk images that are known here.
package enum ImageFormat: String, Hashable, Sendable, Codable, CaseIterable {
  /// The disk, byte for byte; what is zero may be a hole.
  case raw
  /// QEMU's copy-on-write format, versions 2 and 3.
  case qcow2
  /// Microsoft's Virtual Hard Disk as XenServer, Hyper-V and Azure keep it: fixed, dynamic or differencing.
  case vhd
}
