internal import CutoverCore
internal import ImageFiles

extension ImageCutoverOptions.Tracking {
  /// Refuses, before anything is done, an image whose changes could not be found.
  func check(_ source: OpenFile) throws(ImageCutoverError) {
    guard self == .reflink else { return }
    do { _ = try ImageFreezer(source) } catch { throw .badOptions(error.description) }
  }

  /// - Parameter left: By the tracker of a driver that has died.
  func makeTracker(of ends: CopyEnds, windowSize: Int64, after left: JournalHistory.Left? = nil) throws
    -> any ChangeTracker
  {
    switch self {
    case .scan: return ScanTracker(ends, windowSize: windowSize)
    case .reflink: return try ReflinkTracker(ends, windowSize: windowSize)
    case .log(let path):
      let log: OpenFile
      do {
        log = OpenFile(try ends.source.files.openForReading(path), ends.source.files, .source, path: path)
      } catch { throw StepFailure(.source, "the write log '\(path)' cannot be opened: \(error)") }
      return try LogTracker(ends, log: log, windowSize: windowSize, after: left)
    case .nbd(let uri, let bitmap):
      return try NBDTracker(ends, uri: uri, bitmap: bitmap, windowSize: windowSize)
    }
  }
}
