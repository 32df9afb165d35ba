internal import Foundation

/// A file that is written beside its place and put there when it is whole, and safe from a power cut.
struct DurableFile: ~Copyable {
  let place: String
  let partial: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isPublished = false
  /// Whether what was written is left for somebody to go on with where it never becomes whole.
  var keepsPartial = false

  private static let most = 1 << 18

  /// - Parameter place: where it will be; its folder must be there.
  init(_ place: String) throws {
    self.place = place
    partial = place + DurableFile.suffix
    descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  /// Tells apart the processes that may write the same file at once, on one machine or several.
  static let suffix = hostSuffix + "\(ProcessInfo.processInfo.processIdentifier)"

  private static let hostSuffix: String = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return ".partial-\(host.replacing("/", with: "_"))-"
  }()

  /// Takes away what processes of this machine that are no more have left beside the files of a folder.
  static func tidy(_ folder: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard let mark = name.firstRange(of: hostSuffix), let process = pid_t(name[mark.upperBound...]),
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      unlink(folder + "/" + name)
    }
  }

  mutating func write(_ text: String) throws {
    try write(Array(text.utf8)[...])
  }

  mutating func write(_ bytes: ArraySlice<UInt8>) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= DurableFile.most { try flush() }
  }

  mutating func flush() throws {
    var rest = buffer[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      rest = rest.dropFirst(written)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Gives it its name.
  mutating func publish() throws {
    try flush()
    guard fsync(descriptor) == 0, rename(partial, place) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    isPublished = true
    let folder = open((place as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    // Some file systems cannot do this to a folder; the name is there all the same.
    _ = fsync(folder)
    close(folder)
  }

  deinit {
    close(descriptor)
    if !isPublished, !keepsPartial { unlink(partial) }
  }

  static func words(_ error: any Error) -> String {
    if let error = error as? POSIXError { return String(cString: strerror(error.code.rawValue)) }
    return (error as? CocoaError)?.localizedDescription ?? "\(error)"
  }
}
