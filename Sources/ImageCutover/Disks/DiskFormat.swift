internal import DiskImages

/// The formats of disk images that a cutover reads and writes.
public enum DiskFormat: String, Hashable, Codable, Sendable, CaseIterable {
  /// The disk, byte for byte, with its holes.
  case raw
  /// QEMU's, versions 2 and 3, with backing files; version 3 is written.
  case qcow2
  /// Microsoft's as XenServer keeps it: fixed, dynamic and differencing; dynamic is written.
  case vhd

  init(_ format: ImageFormat) {
    switch format {
    case .raw: self = .raw
    case .qcow2: self = .qcow2
    case .vhd: self = .vhd
    }
  }

  var image: ImageFormat {
    switch self {
    case .raw: .raw
    case .qcow2: .qcow2
    case .vhd: .vhd
    }
  }
}
