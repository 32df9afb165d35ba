internal import Foundation

/// A sweep as a job array of Slurm: one task a shard, each of which may be killed, requeued or submitted again.
public struct SlurmArray: Sendable {
  public var name: String
  /// The program, as the nodes see it.
  public var program: String
  /// The sweep's folder, as the nodes see it.
  public var folder: String
  public var shards: Int
  /// Those that are to be done.
  public var missing: [Int]
  /// How many tasks may run at once; as many as there are nodes for, if it is `nil`.
  public var mostAtOnce: Int?
  public var secondsPerShard: Double
  /// More options for `sbatch`, such as `--partition=long`.
  public var options: [String]

  public init(
    name: String, program: String, folder: String, shards: Int, missing: [Int], mostAtOnce: Int?,
    secondsPerShard: Double, options: [String]
  ) {
    (self.name, self.program, self.folder) = (name, program, folder)
    (self.shards, self.missing, self.mostAtOnce) = (shards, missing, mostAtOnce)
    (self.secondsPerShard, self.options) = (secondsPerShard, options)
  }

  /// Exit codes after which another try of the same shard would end the same: usage, bad input, another run's folder.
  static let hopeless = [5, 64, 65, 66]

  /// What `sbatch` is given.
  public var script: String {
    let throttle = mostAtOnce.map { "%\($0)" } ?? ""
    // Nodes differ: four times what it took here, and never less than ten minutes.
    let minutes = max(10, Int((secondsPerShard * 4 / 60).rounded(.up)))
    let more = options.map { "#SBATCH \($0)\n" }.joined()
    return """
      #!/bin/bash
      # Written by `fleetshift sweep submit`. The index of a task is that of its shard, of \(shards) in all. A shard that
      # is there already is not done again; one that was begun goes on where it was.
      #SBATCH --job-name=\(SlurmArray.label(name))
      #SBATCH --array=\(ShardIndex.expression(missing))\(throttle)
      #SBATCH --output=\(folder)/slurm/%A-%a.log
      #SBATCH --open-mode=append
      #SBATCH --requeue
      #SBATCH --ntasks=1
      #SBATCH --cpus-per-task=1
      #SBATCH --time=\(minutes)
      \(more)
      echo "task ${SLURM_ARRAY_TASK_ID:-?} on $(hostname), restart ${SLURM_RESTART_COUNT:-0}"
      for try in 1 2 3; do
        status=0
        \(SlurmArray.quoted(program)) sweep shard \(SlurmArray.quoted(folder)) --of \(shards) || status=$?
        case $status in
          0) exit 0 ;;
          \(SlurmArray.hopeless.map(String.init).joined(separator: " | "))) exit $status ;;
        esac
        echo "try $try ended with $status"
        sleep $((try * 2))
      done
      exit $status

      """
  }

  /// Where the script lies.
  public static func scriptPath(in folder: String) -> String { folder + "/slurm/array.sh" }

  /// Writes the script and the folder for its logs.
  public func write(in folder: RunFolder) throws {
    try folder.writing { try Folders.make(folder.path + "/slurm") }
    try folder.publish([("slurm/array.sh", script)])
  }

  static func quoted(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }

  /// A name that every scheduler takes: small letters, digits and hyphens, at most fifty of them.
  static func label(_ name: String) -> String {
    let letters = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let text = "fleetshift-" + String(letters.drop { $0 == "-" }.prefix(50))
    return String(text.prefix(text.count - text.reversed().prefix { $0 == "-" }.count))
  }
}
