internal import Foundation
internal import RunStore

/// What tells a file from all others, whatever it is called and whether it is there yet.
struct PathIdentity: Equatable {
  private var device: dev_t = 0
  private var inode: ino_t = 0
  /// Of a file that is not there, with the numbers of the folder that it would be in.
  private var name: String?

  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    (device, inode) = (status.st_dev, status.st_ino)
  }

  init(_ path: String) {
    var status = stat()
    if stat(path, &status) == 0 {
      (device, inode) = (status.st_dev, status.st_ino)
      return
    }
    let path = PathIdentity.resolved(path)
    let folder = Folders.above(path)
    if stat(folder.isEmpty ? "." : folder, &status) == 0 { (device, inode) = (status.st_dev, status.st_ino) }
    name = (path as NSString).lastPathComponent
  }

  /// The path behind all links, the last of which may lead to nothing.
  static func resolved(_ path: String) -> String {
    if let whole = real(path) { return whole }
    var path = path
    // As many links in a row as Linux follows (path_resolution(7)).
    for _ in 0..<40 {
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
      let folder = Folders.above(path)
      path = target.hasPrefix("/") ? target : (folder as NSString).appendingPathComponent(target)
    }
    let (folder, last) = (
      Folders.above(path), (path as NSString).lastPathComponent
    )
    guard let folder = real(folder.isEmpty ? "." : folder) else { return path }
    return (folder as NSString).appendingPathComponent(last)
  }

  private static func real(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(cString: found)
  }
}
