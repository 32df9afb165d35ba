internal import ArgumentParser
internal import CutoverCore
internal import Foundation
internal import ImageCutover
internal import ImageFiles
internal import MigrationStrategies
internal import Quantities

/// How a cutover is to be carried out: what `plan` and `run` take alike.
struct CutoverSettings: ParsableArguments {
  @Option(help: "warm, reboot or cold.")
  var strategy = "warm"

  @Option(
    help:
      "Copy no faster than this while the guest runs, such as '200 MB/s'; what is copied in the outage is not held back."
  )
  var rateLimit: String?

  @Option(
    help: """
      How many of several disks may be copied and proved side by side, 1 to 8. Those on the same devices go one after the \
      other whatever it says; with 1 all do. Say 1 if they are parts of one disk that seeks.
      """)
  var disksAtOnce = 4

  @Option(
    help: """
      whole: compare both images, byte for byte, after the guest has stopped. written: read back what is written as \
      it is written. none: believe the disk.
      """)
  var verify = "whole"

  @Option(help: "The size the destination's disk is to have, such as '20 GiB'.")
  var resizeTo: String?

  @Option(
    help: ArgumentHelp(
      """
      Play a guest that writes to the SOURCE at this rate while it is moved, such as '20 MiB/s' or '20 MiB/s,hot' \
      (random, sequential, hot). What the image holds is overwritten in part: for rehearsals on copies.
      """, valueName: "rate,pattern"))
  var rehearseWrites: String?

  @Option(help: "Run this to stop the guest for good. Words as in a shell, but nothing is expanded.")
  var onPause: String?

  @Option(help: "Run this to start the guest on the destination.")
  var onStart: String?

  @Option(help: "Run this to let the guest go on at the source.")
  var onRollback: String?

  @Option(
    help: "Run this to make sure that the guest does not run on the destination; exit code 10: it does.")
  var onFence: String?

  @Option(help: "Run this to fit what is in the image to its new size, before the guest starts.")
  var onResize: String?

  @Option(
    help:
      "How long each of these may take; then it is killed with its process group, and has failed, whatever code it ends with."
  )
  var hookTimeout = "5 min"

  @Flag(help: "A running guest has the image open for writing, and --on-pause stops it.")
  var sourceInUse = false

  @Option(
    help: """
      Keep the SHA-256 of every block here, as they were when the copies were proved, for 'verify --manifest'.
      """, completion: .file())
  var manifest: String?

  @Option(
    help:
      "Where the parents of an image may be: beside (the image, or below it), refused, or anywhere, which is for images that one trusts."
  )
  var parents = ImageCutoverOptions.Parents.beside

  @Flag(help: "Let a block device be moved as if it were a raw image.")
  var allowDevice = false

  @OptionGroup var tracking: CutoverTracking

  @Flag(
    inversion: .prefixedNo, help: "Let the destination share the source's blocks where the file system can.")
  var reflink = true

  @Flag(help: "Leave the journal beside the destination when all is over.")
  var keepJournal = false

  func chosenStrategy() throws -> any MigrationStrategy {
    guard let chosen = StrategyCatalog.standard[strategy] else {
      throw Streams.refusal("there is no strategy '\(strategy)'", "one of warm, reboot, cold")
    }
    return chosen
  }

  func options() throws -> ImageCutoverOptions {
    var options = ImageCutoverOptions()
    options.rateLimit = try rateLimit.map {
      try parse("--rate-limit", $0) { (text) throws(QuantityError) in try ByteRate(parsing: text) }
    }
    options.resizeTo = try resizeTo.map {
      try parse("--resize-to", $0) { (text) throws(QuantityError) in try Bytes(parsing: text) }
    }
    guard let verification = ImageCutoverOptions.Verification(rawValue: verify) else {
      throw Streams.refusal("there is no verification '\(verify)'", "one of whole, written, none")
    }
    options.verification = verification
    options.disksAtOnce = disksAtOnce
    options.rehearsal = try rehearsal()
    options.hooks = try hooks()
    options.sourceInUse = sourceInUse
    options.keepsJournal = keepJournal
    options.sharesBlocks = reflink
    options.parents = parents
    options.allowsDevices = allowDevice
    options.manifest = manifest.map(absolutePath)
    options.tracking = try tracking.chosen()
    if let problem = options.contradiction { throw Streams.refusal(problem, "change the option") }
    return options
  }

  private func rehearsal() throws -> RehearsalOptions? {
    guard let text = rehearseWrites else { return nil }
    let parts = text.split(separator: ",", maxSplits: 1).map(String.init)
    let rate = try parse("--rehearse-writes", parts.first ?? "") { (text) throws(QuantityError) in
      try ByteRate(parsing: text)
    }
    var options = RehearsalOptions(rate: rate)
    options.program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    guard parts.count == 2 else { return options }
    let name = parts[1].drop { $0 == " " }
    guard let pattern = RehearsalOptions.Pattern(rawValue: String(name)) else {
      let known = RehearsalOptions.Pattern.allCases.map(\.rawValue).joined(separator: ", ")
      throw Streams.refusal("--rehearse-writes: there is no pattern '\(name)'", "one of \(known)")
    }
    options.pattern = pattern
    return options
  }

  private func hooks() throws -> GuestHooks? {
    let timeout = try parse("--hook-timeout", hookTimeout) { (text) throws(QuantityError) in
      try Duration(parsing: text)
    }
    let hooks = GuestHooks(
      onPause: try words("--on-pause", onPause), onStart: try words("--on-start", onStart),
      onRollback: try words("--on-rollback", onRollback), onFence: try words("--on-fence", onFence),
      onResize: try words("--on-resize", onResize), timeout: timeout)
    return hooks.isEmpty ? nil : hooks.resolved(from: FileManager.default.currentDirectoryPath)
  }

  private func words(_ option: String, _ line: String?) throws -> [String]? {
    guard let line else { return nil }
    guard let words = GuestHooks.words(of: line) else {
      throw Streams.refusal(
        "\(option): '\(line)' cannot be split into words", "close every quote; see 'fleetshift help cutover'")
    }
    return words
  }

  private func parse<Value>(
    _ option: String, _ text: String, _ read: (String) throws(QuantityError) -> Value
  ) throws -> Value {
    do throws(QuantityError) { return try read(text) } catch {
      throw Streams.refusal("\(option): \(error.message)", error.hint)
    }
  }
}
