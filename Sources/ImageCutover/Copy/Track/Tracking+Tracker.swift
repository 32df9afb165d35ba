internal import CutoverCore
internal import ImageFiles

extension ImageCutoverOptions.Tracking {
  /// Refuses, before anything is done, an image whose changes could not be found.
  func check(_ source: OpenFile) throws(ImageCutoverError) {
    switch self {
    // A server may leave with its last client (`qemu-nbd` does): it is asked once, by the tracker.
    case .scan, .nbd: return
    case .reflink:
      do { _ = try ImageFreezer(source) } catch { throw .badOptions(error.description) }
    case .log(let path):
      let log: OpenFile
      do { log = try Self.open(log: path, source.files) } catch { throw .logMissing(what: "\(error)") }
      do { _ = try WriteLog(log) } catch let failure as StepFailure {
        throw .badImage(
          what: failure.description, remedy: "Name the log to which the guest's writes are appended.")
      } catch { throw .fileFault("\(error)") }
    }
  }

  private static func open(log path: String, _ files: any FileAccess) throws -> OpenFile {
    do { return OpenFile(try files.openForReading(path), files, .source, path: path) } catch {
      throw StepFailure(.source, "the write log '\(path)' cannot be opened: \(error)")
    }
  }

  /// - Parameter left: By the tracker of a driver that has died.
  func makeTracker(of ends: CopyEnds, windowSize: Int64, after left: JournalHistory.Left? = nil) throws
    -> any ChangeTracker
  {
    switch self {
    case .scan: return ScanTracker(ends, windowSize: windowSize)
    case .reflink: return try ReflinkTracker(ends, windowSize: windowSize)
    case .log(let path):
      let log = try Self.open(log: path, ends.source.files)
      return try LogTracker(ends, log: log, windowSize: windowSize, after: left)
    case .nbd(let uri, let bitmap):
      return try NBDTracker(ends, uri: uri, bitmap: bitmap, windowSize: windowSize)
    }
  }
}
