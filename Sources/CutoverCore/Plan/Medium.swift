/// What can travel.
public enum Medium: String, Hashable, Codable, Sendable, CaseIterable {
  case disk, memory
}
