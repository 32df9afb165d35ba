/// Digests that are to be made of memory, by whatever thread.
///
/// `@unchecked Sendable` is safe: the memory is left as it is until they are made, and they are looked at only by whoever
/// has been told that they are.
final class DigestTask: @unchecked Sendable {
  enum Subject {
    /// Bytes as they are; see `BlockDigest.init(of:)`.
    case bytes(UnsafeRawBufferPointer)
    /// See `BlockDigest.init(ofBlock:)`.
    case block([(place: Int, bytes: UnsafeRawBufferPointer)])
  }

  private let subjects: [Subject]
  private var made: [BlockDigest]?

  init(_ subjects: [Subject]) { self.subjects = subjects }

  /// How much there is to go through.
  var byteCount: Int {
    subjects.reduce(0) { sum, subject in
      switch subject {
      case .bytes(let bytes): sum + bytes.count
      case .block(let parts): parts.reduce(sum) { $0 + $1.bytes.count }
      }
    }
  }

  /// In the order of the subjects.
  var digests: [BlockDigest] {
    guard let made else { preconditionFailure("nobody has made them yet") }
    return made
  }

  func make() {
    made = subjects.map { subject in
      switch subject {
      case .bytes(let bytes): BlockDigest(of: bytes)
      case .block(let parts): BlockDigest(ofBlock: parts)
      }
    }
  }
}
