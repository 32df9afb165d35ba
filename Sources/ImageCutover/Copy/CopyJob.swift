/// One window on its way from the source to the destination, or back from there to be checked.
///
/// A class, for there are as many as windows, and each is changed a dozen times where it is kept.
final class CopyJob {
  enum Stage {
    case reading, digesting, waiting, comparing, paying, writing
    /// It is durable by now.
    case readingBack, checking
  }

  let window: CopyWindow
  /// What is read: from the first to the last piece of data in the window.
  let span: Range<Int64>
  var stage = Stage.reading
  /// Stands for the span, in whole pages.
  let source: UnsafeMutableRawBufferPointer
  /// What has to be compared with the destination, and the memory for what lies between the first and the last of
  /// it.
  var suspects: [Range<Int64>] = []
  var destination: UnsafeMutableRawBufferPointer?
  var writes: [Range<Int64>] = []
  /// Where the destination differs in what is suspected.
  var comparison: ComparisonTask?
  /// Of the blocks of a whole window.
  var digests: DigestTask?
  /// Of what is written, or of what was read back.
  var contents: DigestTask?
  /// Of what is to be read back.
  let expected: [WriteRecord]

  init(_ window: CopyWindow, _ span: Range<Int64>, _ source: UnsafeMutableRawBufferPointer) {
    (self.window, self.span, self.source, expected) = (window, span, source, [])
  }

  /// To be read back.
  init(_ expected: [WriteRecord], _ span: Range<Int64>, _ memory: UnsafeMutableRawBufferPointer) {
    (window, self.span) = (CopyWindow(range: span, segments: [], isWhole: false), span)
    (source, self.expected, stage) = (memory, expected, .readingBack)
  }

  /// What there is left to do for it can be lost without loss of what has been written.
  var isDurable: Bool { stage == .readingBack || stage == .checking }

  /// The blocks of a whole window and their digests.
  var blocks: some Sequence<(block: Int64, digest: BlockDigest)> {
    guard let digests else { preconditionFailure("a window without digests") }
    return zip(DigestMap.blocks(of: span), digests.digests).lazy.map { (block: $0, digest: $1) }
  }

  /// From the first to the last byte that is suspected.
  var suspectSpan: Range<Int64>? {
    guard let first = suspects.first, let last = suspects.last else { return nil }
    return first.lowerBound..<last.upperBound
  }
}
