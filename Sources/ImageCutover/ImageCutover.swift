public import CutoverCore
internal import ImageFiles
internal import MigrationStrategies
internal import Quantities
internal import SystemPackage

/// Moves a sparse raw image to another place as a guest's cutover: the same machine, strategies and rules as in the
/// simulator, on real files.
///
/// ```swift
/// let cutover = ImageCutover(source: "/old/disk.raw", destination: "/new/disk.raw", strategy: Warm())
/// let report = try cutover.run { progress in print(progress.phase, progress.done) }
/// print(report.outcome, report.measured.pauseSeconds as Any)
/// ```
///
/// What it holds to:
/// - The source is opened for reading only; only a rehearsal, if asked for, writes to it.
/// - The destination bears its name only when it has been compared with the source, whole, after the guest has
///   stopped, and is on the disk. Nothing is ever overwritten.
/// - Any failure before that removes what was made and lets the guest go on at the source.
/// - Holes stay holes, and what becomes a hole under way becomes one at the destination.
///
/// It does not survive its own death: what a killed run leaves is the provisional image, which the next run reports.
public struct ImageCutover: Sendable {
  public var source: String
  public var destination: String
  public var strategy: any MigrationStrategy
  public var options: ImageCutoverOptions
  /// Who uses the image; `nil`: nobody, or the rehearsal that the options ask for.
  public var guest: (any GuestControl)?

  var files: any FileAccess = LinuxFiles()

  public init(
    source: String, destination: String, strategy: any MigrationStrategy,
    options: ImageCutoverOptions = ImageCutoverOptions(), guest: (any GuestControl)? = nil
  ) {
    self.source = source
    self.destination = destination
    self.strategy = strategy
    self.options = options
    self.guest = guest
  }

  /// Carries it out, and returns when it is over, whichever way. It blocks the calling thread, on which `progress` is
  /// called too.
  ///
  /// - Throws: An `ImageCutoverError`, before anything is made; what goes wrong later is in the report.
  public func run(
    cancellation: CancellationFlag = CancellationFlag(),
    progress: (ImageCutoverProgress) -> Void = { _ in }
  ) throws(ImageCutoverError) -> ImageCutoverReport {
    let site = try CutoverSite(of: self)
    let guest = try chosenGuest()
    do { try guest.attach() } catch { throw .guest("the guest cannot be taken over: \(error)") }
    defer { guest.detach() }
    let driver = CutoverDriver(site, guest, options, cancellation)
    return try driver.run(progress)
  }

  private func chosenGuest() throws(ImageCutoverError) -> any GuestControl {
    if let problem = options.contradiction { throw .badOptions(problem) }
    guard let rehearsal = options.rehearsal else { return guest ?? GuestAtRest() }
    guard guest == nil else { throw .badOptions("a rehearsal is for an image that no guest uses") }
    return RehearsalGuest(image: source, options: rehearsal)
  }
}
