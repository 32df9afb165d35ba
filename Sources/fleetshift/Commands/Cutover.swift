internal import ArgumentParser
internal import CutoverCore
internal import FleetSimulation
internal import Foundation
internal import ImageCutover
internal import MigrationPhysics
internal import MigrationStrategies
internal import Quantities

struct Cutover: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Carries out a migration of a disk image, for real.",
    subcommands: [CutoverRun.self, CutoverInspect.self])
}

struct CutoverRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Moves a sparse raw image with the same machine and strategies as the simulator.",
    discussion: """
      The source is only read. The destination bears its name when it has been compared with the source as a whole, \
      and never replaces anything. Any failure leaves the source as it was and no destination.
      """)

  @Argument(help: "The raw image to move.", completion: .file())
  var source: String

  @Argument(help: "Where it is to go; must not exist.", completion: .file())
  var destination: String

  @Option(help: "warm, reboot or cold.")
  var strategy = "warm"

  @Option(help: "Copy no faster than this while the guest runs, such as '200 MB/s'.")
  var rateLimit: String?

  @Option(help: "The size the destination's disk is to have, such as '20 GiB'.")
  var resizeTo: String?

  @Option(
    help: """
      Play a guest that writes to the SOURCE at this rate while it is moved, such as '20 MiB/s'. What the image holds \
      is overwritten in part: for rehearsals on copies.
      """)
  var rehearseWrites: String?

  @Flag(help: "Print prediction and outcome as JSON.")
  var json = false

  func run() throws {
    let catalog = StrategyCatalog.standard
    guard let chosen = catalog[strategy] else {
      Streams.say("fleetshift: there is no strategy '\(strategy)'\n  help: one of warm, reboot, cold")
      throw ExitStatus.usage.exit
    }
    var options = ImageCutoverOptions()
    options.rateLimit = try rateLimit.map {
      try parse("--rate-limit", $0) { (text) throws(QuantityError) in try ByteRate(parsing: text) }
    }
    options.resizeTo = try resizeTo.map {
      try parse("--resize-to", $0) { (text) throws(QuantityError) in try Bytes(parsing: text) }
    }
    options.rehearsal = try rehearseWrites.map {
      RehearsalOptions(
        rate: try parse("--rehearse-writes", $0) { (text) throws(QuantityError) in try ByteRate(parsing: text)
        })
    }
    do {
      try move(with: chosen, options)
    } catch let error as ImageCutoverError {
      Streams.say("fleetshift: \(error.message)\n  help: \(error.remedy)")
      throw ExitCode(error.exitCode)
    }
  }

  private func parse<Value>(
    _ option: String, _ text: String, _ read: (String) throws(QuantityError) -> Value
  ) throws -> Value {
    do throws(QuantityError) { return try read(text) } catch {
      Streams.say("fleetshift: \(option): \(error.message)\n  help: \(error.hint)")
      throw ExitStatus.usage.exit
    }
  }

  private func move(with chosen: any MigrationStrategy, _ options: ImageCutoverOptions) throws {
    let facts = try ImageProbe(source: source, destination: destination).measure()
    let prediction = try predict(chosen, facts, options)
    if !json { try Streams.output(CutoverScreen.before(source, destination, facts, prediction, strategy)) }

    let flag = CancellationFlag()
    let interruption = Interruption { flag.cancel() }
    defer { withExtendedLifetime(interruption) {} }
    let line = Streams.showsProgress ? ProgressLine() : nil
    let report = try ImageCutover(
      source: source, destination: destination, strategy: chosen, options: options
    )
    .run(cancellation: flag) { progress in
      let share = progress.total > .zero ? progress.done.value / progress.total.value : 0
      line?.show(min(share, 1), "\(progress.phase.rawValue), pass \(progress.pass), \(progress.rate)")
    }
    line?.clear()
    try Streams.output(
      json
        ? try CutoverScreen.json(prediction, report)
        : CutoverScreen.after(
          prediction, report, destination, rehearsed: options.rehearsal != nil)
    )
    if !report.isCompleted { throw status(report, wasCancelled: flag.isCancelled).exit }
  }

  private func status(_ report: ImageCutoverReport, wasCancelled: Bool) -> ExitStatus {
    if wasCancelled { return .interrupted }
    let later: [CutoverOutcome] = [.failed(.destinationFull), .notConverging, .timedOut]
    return later.contains { $0.code == report.outcome } ? .tryLater : .io
  }

  /// What the simulator says of it, from the rates just measured.
  private func predict(
    _ chosen: any MigrationStrategy, _ facts: ImageFacts, _ options: ImageCutoverOptions
  ) throws -> ImagePrediction? {
    let request = MigrationRequest(
      guest: GuestFacts(diskVirtual: facts.virtualSize, diskAllocated: facts.allocated),
      resizeTo: options.resizeTo)
    // A strategy that refuses is refused by the cutover itself, with its reason.
    guard let plan = try? chosen.plan(for: request), facts.writeRate > .zero else { return nil }
    return try? ImagePrediction(
      plan,
      ImagePrediction.Circumstances(
        allocated: facts.allocated, virtualSize: facts.virtualSize,
        readRate: facts.readRate ?? facts.writeRate, writeRate: facts.writeRate, rateLimit: options.rateLimit,
        guestWrites: options.rehearsal?.rate ?? .zero))
  }
}
