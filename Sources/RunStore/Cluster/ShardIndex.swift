/// Which shard a task of an array is to do, from the variable in which its scheduler says so.
public enum ShardIndex {
  /// In the order in which messages list them: Slurm's job arrays, Kubernetes' indexed jobs, AWS Batch's array jobs.
  public static let variables = ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX"]

  /// - Returns: `nil` where no scheduler says anything.
  /// - Throws: where what one says is no index, or two say different things.
  public static func read(_ environment: [String: String]) throws(RunStoreError) -> Int? {
    var found: (variable: String, index: Int)?
    for variable in variables {
      guard let text = environment[variable] else { continue }
      guard let index = Int(text), index >= 0 else {
        throw RunStoreError(.damaged, "\(variable) is '\(text)', which is no index", remedy: "say --index")
      }
      if let found, found.index != index {
        throw RunStoreError(
          .damaged, "\(found.variable) is \(found.index) and \(variable) is \(index)", remedy: "say --index")
      }
      found = found ?? (variable, index)
    }
    return found?.index
  }

  /// `[0, 1, 2, 5]` as schedulers write it: `0-2,5`.
  public static func expression(_ indices: [Int]) -> String {
    var parts: [(first: Int, last: Int)] = []
    for index in indices {
      if let last = parts.last, last.last == index - 1 {
        parts[parts.count - 1].last = index
      } else {
        parts.append((index, index))
      }
    }
    return parts.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: ",")
  }
}
