internal import ArgumentParser
internal import CutoverCore
internal import Foundation
internal import ImageCutover
internal import ImageFiles
internal import MigrationPhysics
internal import MigrationStrategies
internal import Quantities
internal import RunStore

/// A cutover that was thought through and not yet carried out: what `plan` writes and `apply` reads.
struct CutoverPlanFile: Codable {
  static let schema = "fleetshift.cutover-plan/3"
  private static let mostBytes = 1 << 24

  var schema = CutoverPlanFile.schema
  /// The guest's disks: absolute paths, formats told, and the identities that bind the plan to these images.
  var disks: [ImageMove]
  var strategy: String
  var options: ImageCutoverOptions
  /// What was found at both ends, of all disks together.
  var facts: ImageFacts
  /// `nil` where nothing can be predicted.
  var predicted: ImagePrediction?

  /// Looks at both ends, and predicts.
  init(_ disks: CutoverDisks, _ settings: CutoverSettings) throws {
    let chosen = try settings.chosenStrategy()
    let options = try settings.options()
    let moves = try disks.moves().map { move in
      var move = move
      move.source = absolutePath(move.source)
      move.destination = absolutePath(move.destination)
      return move
    }
    (facts, self.disks) = try CutoverSession.explaining { () throws(ImageCutoverError) in
      try ImageProbe.measure(moves, options, looksAgain: !(chosen is Cold))
    }
    strategy = settings.strategy
    self.options = options
    predicted = Self.predict(chosen, facts, options)
  }

  init(reading path: String) throws {
    guard let file = FileHandle(forReadingAtPath: path) else {
      Streams.say("fleetshift: there is no plan '\(path)'\n  help: make one with 'fleetshift cutover plan'")
      throw ExitStatus.noInput.exit
    }
    try Self.refuseStrangers(file, path)
    let data: Data
    // Plans are small, and what a name leads to may have no end.
    do { data = try file.read(upToCount: Self.mostBytes) ?? Data() } catch {
      Streams.say(
        "fleetshift: the plan '\(path)' cannot be read: \(DurableFile.words(error))\n  help: name what 'cutover plan -o' has written"
      )
      throw ExitStatus.noInput.exit
    }
    do {
      self = try JSONDecoder().decode(CutoverPlanFile.self, from: data)
      guard schema == Self.schema else {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: ""))
      }
    } catch {
      Streams.say(
        "fleetshift: '\(path)' is no plan, or one of another version\n"
          + "  help: make one with 'fleetshift cutover plan SOURCE DESTINATION -o plan.json'")
      throw ExitStatus.badInput.exit
    }
  }

  /// Refuses a plan that others command: it names programs that are run in our name.
  ///
  /// - Parameter file: The file that is read, whatever bears its name by now.
  private static func refuseStrangers(_ file: FileHandle, _ path: String) throws {
    var status = stat()
    guard fstat(file.fileDescriptor, &status) == 0 else {
      Streams.say("fleetshift: the plan '\(path)' cannot be read: \(String(cString: strerror(errno)))")
      throw ExitStatus.noInput.exit
    }
    guard [0, geteuid()].contains(status.st_uid) else {
      Streams.say(
        "fleetshift: the plan '\(path)' is that of user \(status.st_uid), and it names programs that would be run\n"
          + "  help: look at it, then 'chown' it to yourself")
      throw ExitStatus.badInput.exit
    }
    guard status.st_mode & 0o022 == 0 else {
      Streams.say(
        "fleetshift: others may write to the plan '\(path)', and it names programs that would be run\n"
          + "  help: look at it, then 'chmod go-w' it")
      throw ExitStatus.badInput.exit
    }
  }

  /// Where a plan may be written: over nothing but an older plan, and not where a disk is to go. Where the parents of a
  /// chain go is known only when it has been looked at: see `refusePlace`.
  static func place(_ path: String, for moves: [ImageMove]) throws -> OutputPlace {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG || !holdsPlan(path, status) {
      Streams.say(
        "fleetshift: '\(path)' exists and is no plan\n  help: name another file; only plans are written over")
      throw ExitStatus.badInput.exit
    }
    if moves.contains(where: { PathIdentity($0.destination) == PathIdentity(path) }) {
      Streams.say("fleetshift: '\(path)' is where the disk is to go\n  help: name another file for the plan")
      throw ExitStatus.badInput.exit
    }
    return try OutputPlace(path, nil, reading: moves.map(\.source))
  }

  /// Refuses to be written where a parent is to go.
  func refusePlace(_ path: String) throws {
    let parents = disks.flatMap { $0.expected ?? [] }.compactMap(\.destination)
    guard parents.contains(where: { PathIdentity($0) == PathIdentity(path) }) else { return }
    Streams.say(
      "fleetshift: '\(path)' is where a file of the chain is to go\n  help: name another file for the plan")
    throw ExitStatus.badInput.exit
  }

  private static func holdsPlan(_ path: String, _ status: stat) -> Bool {
    struct Head: Decodable { var schema: String }
    // Plans are small, and images are not.
    guard status.st_size < mostBytes, let data = FileManager.default.contents(atPath: path) else {
      return false
    }
    return (try? JSONDecoder().decode(Head.self, from: data))?.schema.hasPrefix("fleetshift.cutover-plan/")
      == true
  }

  /// The cutover itself, bound to what was found.
  func cutover() throws -> ImageCutover {
    guard let chosen = StrategyCatalog.standard[strategy] else {
      Streams.say(
        "fleetshift: the plan names a strategy '\(strategy)' that there is not\n  help: make a new one")
      throw ExitStatus.badInput.exit
    }
    guard !disks.isEmpty else {
      Streams.say("fleetshift: the plan names no disk\n  help: make a new one")
      throw ExitStatus.badInput.exit
    }
    var cutover = ImageCutover(disks, strategy: chosen, options: options)
    cutover.note = Self.note(predicted)
    return cutover
  }

  // MARK: - The prediction in a journal

  private static func note(_ prediction: ImagePrediction?) -> String {
    (try? JSONEncoder().encode(prediction)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  static func prediction(in note: String) -> ImagePrediction? {
    (try? JSONDecoder().decode(ImagePrediction?.self, from: Data(note.utf8))) ?? nil
  }

  /// What the simulator says of it, from the rates just measured.
  private static func predict(
    _ chosen: any MigrationStrategy, _ facts: ImageFacts, _ options: ImageCutoverOptions
  ) -> ImagePrediction? {
    let request = MigrationRequest(
      guest: GuestFacts(diskVirtual: facts.virtualSize, diskAllocated: facts.allocated),
      resizeTo: options.resizeTo)
    // A strategy that refuses is refused by the cutover itself, with its reason.
    guard let plan = try? chosen.plan(for: request), let copy = facts.copyRate else { return nil }
    var circumstances = ImagePrediction.Circumstances(
      allocated: facts.allocated, virtualSize: facts.virtualSize, copyRate: copy,
      scanRate: facts.scanRate ?? copy, compareRate: facts.compareRate, spread: facts.spread,
      // Nothing is sent that could be held back.
      rateLimit: facts.sharesBlocks ? nil : options.rateLimit,
      guestWrites: options.rehearsal?.rate ?? .zero)
    circumstances.passTime = Duration(seconds: facts.passSeconds)
    circumstances.noteTime = Duration(seconds: facts.noteSeconds)
    var prediction = try? ImagePrediction(plan, circumstances)
    if facts.sharesBlocks { prediction?.bytes = 0 }
    prediction?.allocatedBytes = facts.destinationAllocated.value
    return prediction
  }
}

struct CutoverPlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Looks at both ends, and says what a cutover would take. Changes nothing.")

  @OptionGroup var disks: CutoverDisks
  @OptionGroup var settings: CutoverSettings

  @Option(
    name: [.customShort("o"), .customLong("out")], help: "Write the plan here, for 'apply'.",
    completion: .file())
  var out: String?

  @Flag(help: "Print the plan as JSON.")
  var json = false

  func run() throws {
    let place = try out.map { try CutoverPlanFile.place($0, for: disks.moves()) }
    let plan = try CutoverPlanFile(disks, settings)
    let cutover = try plan.cutover()
    try CutoverSession.explaining { () throws(ImageCutoverError) in try cutover.check() }
    if let out { try plan.refusePlace(out) }
    // As `apply` wants it, whatever the umask.
    if let place { try place.write(try CutoverDocument.text(plan), mode: 0o600) }
    if json {
      try Streams.output(try CutoverDocument.text(plan))
    } else {
      try Streams.show(CutoverScreen.before(plan))
      try Streams.show(
        out.map { "  carry it out with: fleetshift cutover apply \($0)\n" }
          ?? "  kept nowhere; with -o plan.json 'fleetshift cutover apply plan.json' carries it out\n")
    }
  }
}

struct CutoverApply: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Carries out a plan; refused if the image is not what it was, or the destination is there.")

  @Argument(help: "What 'plan' wrote.", completion: .file())
  var plan: String

  @Flag(help: "Print prediction and outcome as JSON.")
  var json = false

  func run() throws {
    let plan = try CutoverPlanFile(reading: self.plan)
    let cutover = try plan.cutover()
    if !json { try Streams.show(CutoverScreen.before(plan)) }
    try CutoverSession(
      destination: plan.disks[0].destination, prediction: plan.predicted, options: plan.options, json: json
    ).follow { (flag, progress) throws(ImageCutoverError) in
      try cutover.run(cancellation: flag, progress: progress)
    }
  }
}
