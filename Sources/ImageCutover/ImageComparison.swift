internal import CutoverCore
internal import DiskImages
internal import ImageFiles
internal import Quantities

/// Compares two disks byte for byte as they lie on their disks, each through its format: what a cutover does before it
/// starts the guest, for whoever wants to know it again later.
///
/// One may be larger where `mayBeResized` says so, if all that it has more is zeros.
public struct ImageComparison: Sendable {
  public var source: String
  public var destination: String
  /// `nil`: what the names say, if the contents agree.
  public var sourceFormat: DiskFormat?
  public var destinationFormat: DiskFormat?
  public var options = ImageCutoverOptions()
  /// Whether one may be larger, as after a resize.
  public var mayBeResized = false

  public init(source: String, destination: String) {
    self.source = source
    self.destination = destination
  }

  /// - Returns: Where they differ, in words; `nil` if they are equal.
  /// - Throws: An `ImageCutoverError` if one of them cannot be read.
  public func difference() throws(ImageCutoverError) -> String? {
    let files = LinuxFiles()
    let a = try Self.face(source, sourceFormat, .source, files)
    let b = try Self.face(destination, destinationFormat, .destination, files)
    do {
      if try a.isSameFile(as: b) {
        throw ImageCutoverError.badOptions("'\(destination)' and '\(source)' are one file")
      }
      if a.size != b.size, !mayBeResized {
        return "the disk in '\(destination)' has \(b.size) bytes, and that in '\(source)' \(a.size)"
      }
      try ImageVerifier(
        source: a, destination: b, windowSize: options.blockSize.count, threads: options.threads
      ).verify(StepControl())
      return nil
    } catch let error as ImageCutoverError { throw error } catch let failure as StepFailure
      where failure.fault == .verification
    {
      return failure.description
    } catch let problem as ImageProblem {
      throw .badImage(what: problem.message, remedy: problem.remedy)
    } catch { throw .fileFault("\(error)") }
  }

  /// Opens an image to be read from its start to its end.
  static func face(
    _ path: String, _ format: DiskFormat?, _ role: FileRole, _ files: any FileAccess
  ) throws(ImageCutoverError) -> DiskFace {
    var options = ImageCutoverOptions()
    // It is only looked at.
    options.allowsDevices = true
    return try SourceImage(
      ImageMove(source: path, destination: path, sourceFormat: format), options, files, role,
      isOnlyCompared: true
    ).face
  }
}
