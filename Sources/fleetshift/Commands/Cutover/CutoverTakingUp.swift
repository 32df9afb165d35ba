internal import ArgumentParser
internal import Foundation
internal import ImageCutover

struct CutoverStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Says how far the cutover to DST is.",
    discussion: """
      Exit code 3: broken off, can be resumed; 74: lost, and somebody has to decide.

      In JSON, "guest" is where the guest is: source, down, destination, or unknown where it was told to start at the \
      destination and nobody has noted what came of it. Then "guest_is_down" is null: starting it anywhere may make it \
      run twice.
      """)

  @Argument(help: "The destination, of any disk of the guest.", completion: .file())
  var destination: String

  @Flag(help: "Print it as JSON.")
  var json = false

  func run() throws {
    let cutover = try CutoverSession.explaining { () throws(ImageCutoverError) in
      try InterruptedCutover(destination: destination)
    }
    if json {
      try Streams.output(CutoverScreen.json(cutover))
    } else {
      try Streams.show(CutoverScreen.status(cutover))
    }
    if cutover.outcome?.outcome.hasPrefix("lost") == true { throw ExitStatus.io.exit }
    if !cutover.isAtWork && cutover.outcome == nil { throw ExitStatus.incomplete.exit }
  }
}

struct CutoverResume: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Goes on with a cutover to DST that was broken off.")

  @Argument(help: "The destination, of any disk of the guest.", completion: .file())
  var destination: String

  @Option(
    help: """
      source or destination: which side is true, where both were written to since the guest was told to start on the \
      destination.
      """)
  var keep: String?

  @Flag(help: "Print prediction and outcome as JSON.")
  var json = false

  func run() throws {
    let truth = try keep.map { name in
      guard let truth = InterruptedCutover.Truth(rawValue: name) else {
        Streams.say("fleetshift: --keep: there is no side '\(name)'\n  help: one of source, destination")
        throw ExitStatus.usage.exit
      }
      return truth
    }
    let cutover = try CutoverSession.explaining { () throws(ImageCutoverError) in
      try InterruptedCutover(destination: destination)
    }
    try CutoverSession(
      destination: cutover.destination, prediction: CutoverPlanFile.prediction(in: cutover.note),
      options: cutover.options, json: json
    ).follow { (flag, progress) throws(ImageCutoverError) in
      try cutover.resume(keeping: truth, cancellation: flag, progress: progress)
    }
  }
}

struct CutoverRollback: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Undoes a cutover to DST that was broken off: the guest goes on at the source.",
    discussion: "Once the guest runs on the destination it is too late: then the cutover is completed.")

  @Argument(help: "The destination, of any disk of the guest.", completion: .file())
  var destination: String

  @Flag(help: "Print the outcome as JSON.")
  var json = false

  func run() throws {
    let (cutover, report) = try CutoverSession.explaining { () throws(ImageCutoverError) in
      let cutover = try InterruptedCutover(destination: destination)
      return (cutover, try cutover.rollBack())
    }
    if json {
      try Streams.output(CutoverScreen.json(nil, report))
    } else {
      try Streams.show(CutoverScreen.conclusion(report, cutover.destination, rehearsed: false))
    }
    // Undone is what was asked for, with nothing left of it.
    if report.isCompleted || report.outcome.hasPrefix("lost") || report.leftBehind != nil {
      throw ExitStatus.io.exit
    }
  }
}
