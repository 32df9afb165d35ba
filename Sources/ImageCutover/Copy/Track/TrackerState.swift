/// What a tracker can go on from after its driver's death; what it cannot, it looks for anew.
enum TrackerState: Hashable, Codable, Sendable {
  /// Of the write log in this file: the pass took in what was logged between these two bytes; the first pass took in the
  /// whole image, as it was when the log had come to `upTo`.
  case log(FileIdentity, from: Int64, upTo: Int64, isFirst: Bool)
}
