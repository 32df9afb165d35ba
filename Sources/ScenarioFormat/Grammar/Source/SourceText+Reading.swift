internal import Foundation

/// The most that the reader takes from one file. Each limit is far above what a scenario needs, and low enough that
/// no file can exhaust memory, the stack or the user's patience.
package struct ReadingLimits: Sendable {
  /// The largest file, in bytes.
  package var bytes = 16 << 20
  /// The deepest nesting of lists and mappings.
  package var depth = 64
  /// The most values in one file, with every alias written out.
  package var nodes = 1_000_000

  package init() {}
}

extension SourceText {
  /// Reads a file, or says why it cannot be read: absent, a directory, too large, not UTF-8.
  ///
  /// Never more than one byte above the limit is read, be it of a file, a pipe or a device without end.
  package static func read(
    path: String, limits: ReadingLimits = ReadingLimits(), into diagnostics: inout Diagnostics
  ) -> SourceText? {
    let start = Origin(file: path, line: 1, column: 1)
    let data: Data
    do {
      var isDirectory: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      guard exists, !isDirectory.boolValue else { throw CocoaError(.fileReadUnknown) }
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      data = try handle.read(upToCount: limits.bytes + 1) ?? Data()
    } catch {
      diagnostics.add(
        .unreadable, at: start, "cannot read '\(printable(path))'",
        remedy: "check that the file exists, is not a directory, and may be read")
      return nil
    }
    return decode(data, file: path, limits: limits, into: &diagnostics)
  }

  /// Turns bytes into text, or points at the first byte that is not UTF-8.
  static func decode(
    _ data: some Collection<UInt8>, file: String, limits: ReadingLimits = ReadingLimits(),
    into diagnostics: inout Diagnostics
  ) -> SourceText? {
    guard data.count <= limits.bytes else {
      diagnostics.complainTooLarge(at: Origin(file: file, line: 1, column: 1), limits: limits)
      return nil
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      let valid = SourceText(validPrefix(of: data), file: file)
      diagnostics.add(
        .notUTF8, at: valid.origin(atScalar: .max), "the file is not UTF-8 text from here on",
        remedy: "save the file in the encoding UTF-8")
      return nil
    }
    return SourceText(text, file: file)
  }

  private static func validPrefix(of data: some Collection<UInt8>) -> String {
    var decoder = UTF8()
    var bytes = data.makeIterator()
    var prefix = String.UnicodeScalarView()
    while case .scalarValue(let scalar) = decoder.decode(&bytes) { prefix.append(scalar) }
    return String(prefix)
  }
}

extension Diagnostics {
  fileprivate mutating func complainTooLarge(at origin: Origin, limits: ReadingLimits) {
    add(
      .tooLarge, at: origin, "the file is larger than \(limits.bytes >> 20) MiB",
      remedy: "a scenario is a few kilobytes; is this the right file?")
  }
}
