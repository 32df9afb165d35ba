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
  /// The path that means standard input, and what messages call it.
  static let standardInput = (path: "-", name: "<stdin>")

  /// Reads a file, or says why it cannot be read: absent, a directory, too large, not UTF-8.
  ///
  /// `-` is standard input. Never more than one byte above the limit is read, be it of a file, a pipe or a device
  /// without end; a pipe that nobody writes to is given up after `silence`.
  package static func read(
    path: String, limits: ReadingLimits = ReadingLimits(), into diagnostics: inout Diagnostics
  ) -> SourceText? {
    let isInput = path == standardInput.path
    let file = isInput ? standardInput.name : path
    do throws(ReadingFault) {
      let data = try isInput ? BoundedInput.read(limits.bytes + 1) : BoundedInput.read(path, limits.bytes + 1)
      return decode(data, file: file, limits: limits, into: &diagnostics)
    } catch {
      diagnostics.add(
        .unreadable, at: Origin(file: file, line: 1, column: 1),
        "cannot read '\(printable(path, limit: 4096))': \(error.message)",
        remedy: error.remedy)
      return nil
    }
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
