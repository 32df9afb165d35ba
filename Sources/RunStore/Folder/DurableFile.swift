internal import Foundation

/// A file that is written beside its place and put there when it is whole, and safe from a power cut.
package struct DurableFile: ~Copyable {
  package let place: String
  /// Where it is written; `nil` of what is no file, which is written as it is.
  package let partial: String?
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isPublished = false
  /// Whether what was written is left for somebody to go on with where it never becomes whole.
  package var keepsPartial = false

  private static let most = 1 << 18

  /// - Parameters:
  ///   - place: where it will be; its folder must be there.
  ///   - mode: who may do what with it, as far as the umask lets him.
  package init(_ place: String, mode: UInt32 = 0o666) throws {
    let partial = place + DurableFile.suffix
    descriptor = try DurableFile.opened(partial, toReplace: place, mode)
    (self.place, self.partial) = (place, partial)
  }

  private static func opened(
    _ partial: String, toReplace place: String, _ mode: UInt32
  ) throws -> Int32 {
    var status = stat()
    // A name put in the place of a device, a pipe or a folder would destroy it.
    if stat(place, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw POSIXError(status.st_mode & S_IFMT == S_IFDIR ? .EISDIR : .EEXIST)
    }
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return descriptor
  }

  /// A device or a pipe, which is written as it is: a file put in its place would destroy it.
  ///
  /// - Parameter descriptor: is closed at the end.
  package init(stream descriptor: Int32, called place: String) {
    (self.place, partial, self.descriptor) = (place, nil, descriptor)
  }

  /// Tells apart the processes that may write the same file at once, on one machine or several.
  package static let suffix = hostSuffix + "\(ProcessInfo.processInfo.processIdentifier)"

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

  package mutating func write(_ text: String) throws {
    try write(Array(text.utf8)[...])
  }

  package mutating func write(_ bytes: ArraySlice<UInt8>) throws {
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
  package mutating func publish() throws {
    try flush()
    guard let partial else { return }
    guard fsync(descriptor) == 0, rename(partial, place) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    isPublished = true
    let folder = open(Folders.above(place), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    // Some file systems cannot do this to a folder; the name is there all the same.
    _ = fsync(folder)
    close(folder)
  }

  deinit {
    close(descriptor)
    if let partial, !isPublished, !keepsPartial { unlink(partial) }
  }

  /// What the system says, in its own words: those of Foundation are for programmers.
  package static func words(_ error: any Error) -> String {
    if let error = error as? POSIXError { return String(cString: strerror(error.code.rawValue)) }
    let below = (error as? CocoaError)?.userInfo[NSUnderlyingErrorKey]
    if let below = below as? POSIXError { return words(below) }
    if let below = below as? NSError, below.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(below.code)))
    }
    return (error as? CocoaError).map { "error \($0.code.rawValue)" } ?? "\(error)"
  }
}
