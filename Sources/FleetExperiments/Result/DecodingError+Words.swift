extension DecodingError {
  /// What is wrong with a file, behind its name and a colon.
  package var words: String {
    func place(_ context: Context) -> String {
      context.codingPath.isEmpty ? "" : " in \(context.codingPath.words)"
    }
    switch self {
    case .keyNotFound(let key, let context): return "'\(key.stringValue)' is missing\(place(context))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "another kind of value is wanted\(place(context))"
    case .dataCorrupted(let context): return context.debugDescription
    @unknown default: return "\(self)"
    }
  }
}
