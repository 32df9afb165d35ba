/// Why an image is not read or written: what is wrong, where, and what would be right.
///
/// What a file answers to a system call is a `FileFault` instead.
package struct ImageProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Hashable, Sendable, Codable {
    /// The bytes contradict the format, or each other.
    case damaged
    /// Sound, but it uses a feature that is not known here, or not safe to ignore.
    case unsupported
    /// A parent is missing, is another disk than the one meant, or leads back to a child.
    case chain
    /// A writer was told to do what its format cannot, such as a size beyond its limit.
    case limit
    /// An image whose writer never finished.
    case unfinished
    /// What the file is depends on whom one believes: its name or its contents.
    case ambiguous
  }

  package var kind: Kind
  package var path: String
  /// What is wrong, without the path: "the L2 table at entry 3 lies beyond the end of the file".
  package var what: String
  /// The place in the file, in bytes, of the field that is wrong.
  package var offset: Int64?
  /// What would be right, or what a person can do.
  package var remedy: String

  package init(_ kind: Kind, path: String, _ what: String, at offset: Int64? = nil, remedy: String) {
    self.kind = kind
    self.path = path
    self.what = what
    self.offset = offset
    self.remedy = remedy
  }

  /// What is wrong, and where.
  package var message: String {
    "'\(path)': \(what)" + (offset.map { " (at byte \($0))" } ?? "")
  }

  package var description: String { "\(message). \(remedy)" }
}
