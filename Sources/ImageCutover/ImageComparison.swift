internal import CutoverCore
internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// Compares two images byte for byte as they lie on their disks: what a cutover does before it starts the guest, for
/// whoever wants to know it again later.
///
/// The destination may be larger, if all that it has more is zeros.
public struct ImageComparison: Sendable {
  public var source: String
  public var destination: String
  public var options = ImageCutoverOptions()

  public init(source: String, destination: String) {
    self.source = source
    self.destination = destination
  }

  /// - Returns: Where they differ, in words; `nil` if they are equal.
  /// - Throws: An `ImageCutoverError` if one of them cannot be read.
  public func difference() throws(ImageCutoverError) -> String? {
    let files = LinuxFiles()
    let a = try CutoverSite.openSource(source, files)
    let (path, name) = try CutoverSite.split(destination)
    let directory = try CutoverSite.openDirectory(path, files, forWriting: false)
    do {
      let descriptor: FileDescriptor
      do { descriptor = try files.open(name, in: directory.descriptor, forWriting: false) } catch {
        throw ImageCutoverError.sourceUnreadable(path: destination, why: "\(error)")
      }
      let b = OpenFile(descriptor, files, .destination, path: destination)
      let (one, other) = (try a.status(), try b.status())
      guard one.isRegular else { throw ImageCutoverError.sourceNotRegular(path: source) }
      guard other.isRegular else { throw ImageCutoverError.sourceNotRegular(path: destination) }
      let ends = CopyEnds(source: a, size: one.size, destination: b)
      try ImageVerifier(ends: ends, windowSize: options.blockSize.count, threads: options.threads)
        .verify(destinationSize: other.size, StepControl())
      return nil
    } catch let failure as StepFailure where failure.fault == .verification {
      return failure.description
    } catch let error as ImageCutoverError { throw error } catch { throw .fileFault("\(error)") }
  }
}
