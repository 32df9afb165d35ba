internal import ArgumentParser
internal import FleetExperiments
internal import Foundation
internal import RunStore

struct SweepSubmit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit", abstract: "Sends what is missing of a sweep to a cluster's scheduler.",
    discussion: """
      With --slurm a job array is written to DIR/slurm/array.sh and submitted: a task a shard, each on one core, tried \
      three times and requeued when its node fails. Submitted again, only what is missing is sent.

      With --kubernetes an indexed job is printed, for kubectl apply -f -; the sweep's folder lies on a volume that all \
      pods can write to.

      Shards are sized by simulating up to three replications here, unless --shards says how many.
      """)

  @Argument(help: "The folder of the sweep, as the nodes see it.", completion: .directory)
  var folder: String

  @Flag(help: "A job array of Slurm.")
  var slurm = false

  @Flag(help: "An indexed job of Kubernetes; printed only, with --dry-run.")
  var kubernetes = false

  @Flag(help: "Print what would be submitted, and submit nothing.")
  var dryRun = false

  @Option(
    parsing: .unconditional,
    help:
      "Into how many shards, at most \(RunManifest.mostShards) (default: sized by what a replication takes).",
    transform: WholeNumber(1...RunManifest.mostShards).read)
  var shards: Int?

  @Option(parsing: .unconditional, help: "How long a shard should take.")
  var minutes = ShardSizing.usualMinutes

  @Option(
    parsing: .unconditional, help: "How many shards may run at once.",
    transform: WholeNumber(1...RunManifest.mostShards).read)
  var mostAtOnce: Int?

  @Option(
    help: ArgumentHelp(
      "One more option for sbatch, such as --partition=long; once for each.", valueName: "option"))
  var sbatch: [String] = []

  @Option(help: "For Kubernetes: the image, with fleetshift in its PATH.")
  var image: String?

  @Option(help: "For Kubernetes: the persistent volume claim with the sweep's folder.")
  var claim: String?

  @Option(help: "For Kubernetes: the sweep's folder on that volume (default: the name of the folder).")
  var path: String?

  @Option(help: "For Kubernetes: the memory of a shard.")
  var memory = "1Gi"

  func validate() throws {
    if slurm == kubernetes { throw ValidationError("Say which scheduler: --slurm or --kubernetes.") }
    if kubernetes, !dryRun {
      throw ValidationError("--kubernetes goes with --dry-run: pipe what it prints into kubectl apply -f -.")
    }
    if kubernetes, image == nil || claim == nil {
      throw ValidationError("--kubernetes needs --image and --claim.")
    }
    if !(0.1...1440).contains(minutes) {
      throw ValidationError("--minutes takes 0.1 to 1440, not \(minutes).")
    }
    if let option = sbatch.first(where: { $0.contains("\n") || !$0.hasPrefix("-") }) {
      throw ValidationError("--sbatch takes an option such as --partition=long, not '\(option)'.")
    }
  }

  func run() throws {
    let folder = try RunFolders.openSweep(folder)
    let sizing = try RunFolders.orExit { try size(folder) }
    let missing = folder.missing(of: sizing.shards)
    guard !missing.isEmpty else {
      return Streams.say("fleetshift: no shard is missing; nothing is submitted.")
    }
    Streams.say(words(sizing, folder, missing.count))
    if kubernetes { return try Streams.output(job(folder, sizing).manifest) }
    let array = SlurmArray(
      name: folder.manifest.scenario.name, program: program,
      folder: URL(fileURLWithPath: folder.path, isDirectory: true).standardizedFileURL.path,
      shards: sizing.shards,
      missing: missing, mostAtOnce: mostAtOnce, secondsPerShard: sizing.secondsPerShard, options: sbatch)
    if dryRun { return try Streams.output(array.script) }
    try RunFolders.orExit {
      try array.write(in: folder)
      try folder.submitted(shards: sizing.shards)
    }
    try Streams.output(
      "submitted as job \(try submit(SlurmArray.scriptPath(in: folder.path))): "
        + "shards \(ShardIndex.expression(missing)) of \(sizing.shards)\n")
  }

  /// As it was submitted before; otherwise as it is asked for, or by what a replication takes here.
  private func size(_ folder: RunFolder) throws -> ShardSizing {
    let seconds = try ShardSizing.measure(folder)
    if let shards { return ShardSizing(folder.manifest, seconds: seconds, shards: shards) }
    if folder.wasSubmitted {
      return ShardSizing(folder.manifest, seconds: seconds, shards: folder.shardsInUse)
    }
    return ShardSizing(folder.manifest, seconds: seconds, minutes: minutes)
  }

  private func words(_ sizing: ShardSizing, _ folder: RunFolder, _ missing: Int) -> String {
    func time(_ seconds: Double) -> String {
      seconds < 100 ? String(format: "%.2g s", seconds) : String(format: "%.0f min", seconds / 60)
    }
    return
      "fleetshift: a replication takes some \(time(sizing.secondsPerUnit)) here, so \(folder.manifest.units) of them in "
      + "\(Figure.counted(sizing.shards, "shard")) some \(time(sizing.secondsPerShard)) each; \(missing) missing"
  }

  private func job(_ folder: RunFolder, _ sizing: ShardSizing) -> KubernetesJob {
    KubernetesJob(
      name: folder.manifest.scenario.name, image: image ?? "", claim: claim ?? "",
      folder: path ?? URL(fileURLWithPath: folder.path, isDirectory: true).lastPathComponent,
      shards: sizing.shards,
      mostAtOnce: mostAtOnce ?? sizing.shards, memory: memory)
  }

  /// Where this program lies, for the nodes.
  private var program: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "fleetshift"
  }

  /// - Returns: the number of the job.
  private func submit(_ script: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sbatch", "--parsable", script]
    let pipe = Pipe()
    process.standardOutput = pipe
    do { try process.run() } catch {
      Streams.say("fleetshift: sbatch cannot be started: \(DurableFile.words(error))")
      throw ExitStatus.io.exit
    }
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      Streams.say(
        "fleetshift: sbatch ended with \(process.terminationStatus), so nothing is submitted\n"
          + "  help: submit from a machine of the cluster; the script is \(script)")
      throw ExitStatus.tryLater.exit
    }
    return String(output.prefix { $0 != "\n" && $0 != ";" })
  }
}
