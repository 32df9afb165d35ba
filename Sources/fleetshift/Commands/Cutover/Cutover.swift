internal import ArgumentParser
internal import CutoverCore
internal import Foundation
internal import ImageCutover
internal import Quantities
internal import ScenarioFormat

struct Cutover: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Carries out a migration of a disk image, for real.",
    discussion: """
      The source is only read. The destination bears its name when it has been proved to hold what the source holds, \
      as --verify says, and never replaces anything. Any failure before the guest starts there leaves the source as it was and no \
      destination. A cutover that was broken off, by a signal, a crash or a power cut, is in DST.fleetshift-journal: \
      'resume' goes on with it, 'rollback' undoes it.

      HOOKS are programs with their arguments, run without a shell: spaces part words, '...' and "..." keep them \
      together, a backslash takes the next character as it is, and nothing is expanded. A program named by a relative \
      path is the one seen from where the plan is made; its arguments are handed over as they are. They find FLEETSHIFT_ACTION, \
      FLEETSHIFT_SOURCE, FLEETSHIFT_DESTINATION, FLEETSHIFT_SOURCE_FORMAT, FLEETSHIFT_DESTINATION_FORMAT (of several \
      disks with _1, _2, ... behind, FLEETSHIFT_DISKS of them), FLEETSHIFT_STRATEGY and FLEETSHIFT_RESUMED in their \
      environment, and may be run again for the same thing after a crash. Exit code 0: it is done; anything else: it \
      failed, and of --on-start that the guest does not run there and will not. Of --on-fence 10 says that the guest does run there. One that takes longer than --hook-timeout is told \
      to end, and killed after a second, with all of its process group (not what has left that, by setsid or as a daemon); it has \
      failed, whatever code it ends with. A start that was killed, or told to end, may have started the guest, so that \
      without --on-fence nobody can say where it runs, and all is left as it is. Without --on-rollback nothing starts a \
      guest again that --on-pause has stopped. What a hook leaves running has to write elsewhere than to the hook's output: \
      when the hook has ended, that fails.

      FORMATS are read through: a qcow2 or VHD is flattened with all that it rests on. One that a running guest writes to \
      is read from its server (--track nbd) or after the guest has stopped (--strategy cold).

      CHAINS are moved as they are with --keep-chain: every file byte for byte, the image to DST, its parents to where it \
      names them from there. So each has to be named by a path that leads to it beside its child or below, not by a whole \
      one, and the folders have to be there. A parent that is at its place already, such as an image that many guests rest \
      on, is compared with the source's, whole, before anything is made: if they are equal it is used, and neither written \
      to nor ever removed; if not, nothing is done. Parents get their names before what rests on them. Formats and sizes \
      stay; a guest may run, for its image's file is what is copied (--track scan).
      """,
    subcommands: [
      CutoverPlanCommand.self, CutoverRun.self, CutoverApply.self, CutoverStatus.self, CutoverResume.self,
      CutoverVerify.self, CutoverRollback.self, CutoverInspect.self, CutoverRehearsalGuest.self,
    ])
}

struct CutoverRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Plans a cutover, asks, and carries it out.",
    discussion: "SIGINT and SIGTERM end it at a point from which 'cutover resume' goes on.")

  @OptionGroup var disks: CutoverDisks
  @OptionGroup var settings: CutoverSettings

  @Flag(name: [.short, .long], help: "Don't ask.")
  var yes = false

  @Flag(help: "Print prediction and outcome as JSON.")
  var json = false

  func run() throws {
    _ = try settings.chosenStrategy()
    _ = try settings.options()
    _ = try disks.moves()
    guard yes || Streams.isTerminal(STDIN_FILENO) else {
      Streams.say(
        "fleetshift: nobody is there to be asked\n  help: say --yes if the cutover is to be carried out")
      throw ExitStatus.usage.exit
    }
    let plan = try CutoverPlanFile(disks, settings)
    let cutover = try plan.cutover()
    try CutoverSession.explaining { () throws(ImageCutoverError) in try cutover.check() }
    if !json { try Streams.show(CutoverScreen.before(plan)) }
    if !yes {
      if json { Streams.put(printableLines(CutoverScreen.before(plan))) }
      Streams.put("Carry it out? [y/N] ")
      guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
        Streams.say("Nothing was done.")
        throw ExitStatus.interrupted.exit
      }
    }
    try CutoverSession(
      destination: plan.disks[0].destination, prediction: plan.predicted, options: plan.options, json: json
    ).follow { (flag, progress) throws(ImageCutoverError) in
      try cutover.run(cancellation: flag, progress: progress)
    }
  }
}

/// The guest of a rehearsal, in a process of its own; `run --rehearse-writes` starts it.
struct CutoverRehearsalGuest: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "rehearsal-guest", shouldDisplay: false)

  @Argument var board: String
  @Argument var image: String
  @Argument var format: DiskFormat
  @Argument var bytesPerSecond: Double
  @Argument var pattern: String
  @Argument var seed: UInt64

  func run() throws {
    guard let pattern = RehearsalOptions.Pattern(rawValue: pattern), bytesPerSecond > 0 else {
      throw ExitStatus.usage.exit
    }
    try RehearsalProcess.serve(
      board: board, disk: ImageMove(source: image, destination: image, sourceFormat: format),
      options: RehearsalOptions(
        rate: ByteRate(bytesPerSecond: bytesPerSecond), pattern: pattern, seed: seed))
  }
}
