internal import DiskImages
public import Quantities

/// How a cutover is carried out. None of it changes what the machine decides.
public struct ImageCutoverOptions: Hashable, Codable, Sendable {
  /// The most that is sent while the guest runs; what moves inside the outage is never held back. `nil`: no limit.
  public var rateLimit: ByteRate?
  /// The most that is read at once: whole pages of 4 KiB, `largestBlock` at most.
  public var blockSize: Bytes
  /// Calls under way at once where there is no io_uring.
  public var threads: Int
  /// How many of a guest's disks may be copied and proved side by side. Those on the same devices go one after the other
  /// whatever it says. `nil`: one at a time, as in plans and journals from before there was a choice.
  public var disksAtOnce: Int? = 4
  /// What is verified before the destination gets its name.
  public var verification: Verification
  /// The virtual size of the destination; `nil`: that of the source.
  public var resizeTo: Bytes?
  /// On the monotonic clock, the time before which the guest must not be stopped.
  public var notBefore: Instant?
  /// Writes into the *source image* while it is being moved, to rehearse a running guest. It destroys what is there.
  public var rehearsal: RehearsalOptions?

  /// The image is that of a running guest: another program may have it open for writing until the guest is stopped.
  public var sourceInUse = false
  /// How the guest is commanded; `nil`: nobody uses the image.
  public var hooks: GuestHooks?
  /// Keep the journal when all is over, as a record.
  public var keepsJournal = false

  /// Whether the destination may share the blocks of the source (`FICLONE`), where both are on one file system that can.
  /// A copy that shares blocks costs no time and no room, and is no safer against a failing disk than its source.
  public var sharesBlocks = true
  /// How what a running guest writes is found.
  public var tracking = Tracking.scan

  /// Where the parents of an image may be. An image from somebody else may name any file of this machine as its parent,
  /// and its contents would become the guest's disk: so `anywhere` has to be asked for.
  public var parents = Parents.beside
  /// Whether block devices are moved as if they were raw images.
  public var allowsDevices = false
  /// Where a manifest of the proved disks is to be written; `nil`: none is. It makes the proof one of the whole.
  public var manifest: String?

  /// Where an image that rests on others may find them.
  public enum Parents: String, Hashable, Codable, Sendable, CaseIterable {
    /// An image with a parent is refused.
    case refused
    /// In the directory of the image that names them, or below it.
    case beside
    case anywhere
  }

  /// What a server serves may be ahead of its file, which is therefore never shared with.
  var mayShareBlocks: Bool {
    if case .nbd = tracking { return false }
    return sharesBlocks
  }

  /// How what a running guest writes is found. None of them misses a write; see the trackers for why.
  public enum Tracking: Hashable, Codable, Sendable {
    /// Every pass reads the whole source.
    case scan
    /// By shared blocks: the source is on XFS or btrfs.
    case reflink
    /// By the log that whoever writes to the image keeps, at this path.
    case log(String)
    /// The source is read from an NBD server, such as a running QEMU, which keeps a dirty bitmap of this name.
    case nbd(uri: String, bitmap: String)
  }

  /// How much a destination is trusted.
  public enum Verification: String, Hashable, Codable, Sendable, CaseIterable {
    /// After the guest has stopped, both images are read from their disks and compared byte for byte: finds whatever
    /// has befallen either side until then, and makes the pause as long as such a read.
    case whole
    /// All that is written is flushed, read back from the disk and compared, pass by pass; after the guest has stopped
    /// only what was written then. Doesn't find what befalls either disk later.
    case written
    /// Only that every write and flush succeeded.
    case none
  }

  /// A quarter of the memory in which what is read is held, whatever the options.
  public static let largestBlock = Bytes.mebibytes(4)
  /// More would only wait for each other.
  public static let mostThreads = 256
  /// More would each have too little of the memory.
  public static let mostDisksAtOnce = 8

  public init(
    rateLimit: ByteRate? = nil, blockSize: Bytes = .mebibytes(1), threads: Int = 8,
    verification: Verification = .whole, resizeTo: Bytes? = nil, notBefore: Instant? = nil,
    rehearsal: RehearsalOptions? = nil
  ) {
    self.rateLimit = rateLimit
    self.blockSize = blockSize
    self.threads = threads
    self.verification = verification
    self.resizeTo = resizeTo
    self.notBefore = notBefore
    self.rehearsal = rehearsal
  }

  /// Whether a guest may be at work on the source until it is stopped.
  var mayBeWritten: Bool { sourceInUse || rehearsal != nil || hooks?.onPause != nil }

  /// The windows of the proof: those of a manifest hold whole blocks.
  var comparisonWindow: Int64 {
    let block = ManifestFile.blockSize
    return manifest == nil ? blockSize.count : (blockSize.count + block - 1) / block * block
  }

  /// Why these options cannot be followed; `nil` if they can.
  public var contradiction: String? {
    if blockSize < Bytes(ExtentCursor.page) || blockSize.count % ExtentCursor.page != 0 {
      return "the block size of \(blockSize.count) bytes is not a multiple of 4096"
    }
    if blockSize > Self.largestBlock { return "the block size of \(blockSize.count) bytes is above 4 MiB" }
    if !(1...Self.mostThreads).contains(threads) {
      return "\(threads) threads are not between 1 and \(Self.mostThreads)"
    }
    if let disksAtOnce, !(1...Self.mostDisksAtOnce).contains(disksAtOnce) {
      return "\(disksAtOnce) disks at once are not between 1 and \(Self.mostDisksAtOnce)"
    }
    if let resizeTo, !(0...VirtualDisk.maximalSize).contains(resizeTo.count) {
      return "no disk can have a size of \(resizeTo.count) bytes"
    }
    if rehearsal != nil, hooks != nil { return "a rehearsal is for an image that no guest uses" }
    if let hooks {
      if hooks.timeout <= .zero { return "the hooks' time limit is not above zero" }
      if sourceInUse && hooks.onPause == nil {
        return "a guest that uses the image has to be stopped: there is no hook for that"
      }
    }
    if let rateLimit, !(rateLimit.bytesPerSecond > 0) { return "the rate limit is not above zero" }
    if let rehearsal, !(rehearsal.rate.bytesPerSecond > 0) { return "the rehearsal's rate is not above zero" }
    return nil
  }
}
