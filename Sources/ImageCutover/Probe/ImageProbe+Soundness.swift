internal import DiskImages
internal import Glibc
internal import ImageFiles
internal import SystemPackage

extension ImageProbe {
  /// Refuses a chain whose tables contradict each other or themselves: of what is used twice nobody can say whose it is,
  /// and a copy would be called proved.
  ///
  /// Where a guest may be at work its own tables change under the eye: then only those of its parents are looked at.
  ///
  /// - Returns: What is odd about it, for people; `nil` of a raw image.
  /// - Throws: `ImageProblem`, or what reading throws.
  @discardableResult
  static func refuseDamage(_ source: SourceImage, _ options: ImageCutoverOptions) throws -> [String]? {
    guard let disk = source.disk else { return nil }
    let check = try disk.check(from: options.mayBeWritten ? 1 : 0)
    if let problem = check.problems.first { throw problem }
    return check.notices
  }

  /// Refuses a size that no file of the destination's file system can have.
  ///
  /// - Parameter scratch: is left with the size that it had.
  static func refuseSize(_ size: Int64, _ scratch: OpenFile, in directory: OpenFile) throws {
    let before = try scratch.status().size
    do {
      try scratch.setSize(to: size)
      try scratch.setSize(to: before)
    } catch {
      guard error.cause == .errno(.fileTooLarge) else { throw error }
      throw Self.tooLarge(size, directory)
    }
  }

  static func tooLarge(_ size: Int64, _ directory: OpenFile) -> ImageCutoverError {
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(size) {
      return .badImage(
        what:
          "no file of \(size) bytes can be made in '\(directory.path)': this process may make files of "
          + "\(limit.rlim_cur) bytes at most",
        remedy: "Raise its limit (ulimit -f).")
    }
    return .badImage(
      what:
        "no file of \(size) bytes can be made in '\(directory.path)': its file system has smaller ones only",
      remedy: "Name a directory on another file system, or another format (--destination-format qcow2).")
  }
}
