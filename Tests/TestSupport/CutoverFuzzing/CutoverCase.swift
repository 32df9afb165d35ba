internal import CutoverCore
package import Foundation
internal import ImageCutover
internal import ImageFiles
internal import ImageFuzzing

/// One kind of file that a cutover reads besides images: whatever its bytes are, it is read or refused, with words.
package enum CutoverCase: String, CaseIterable, Sendable {
  /// Lines of JSON, which are framed, numbered and sealed as records of one journal, so that what lies behind the
  /// checksums is reached; behind a first byte of 0 the file as it is.
  case journal
  /// Whatever the words of a record, its check is put right where the first byte is odd.
  case writelog
  case manifest

  package enum Outcome: Hashable, Sendable {
    case read, refused
  }

  package struct Contradiction: Error {}

  package func run(_ bytes: [UInt8]) throws -> Outcome {
    switch self {
    case .journal: try readJournal(bytes)
    case .writelog: try readWriteLog(bytes)
    case .manifest: try readManifest(bytes)
    }
  }

  private func readJournal(_ bytes: [UInt8]) throws -> Outcome {
    let file = bytes.first == 0 ? Array(bytes.dropFirst()) : Self.framed(bytes)
    do {
      let cutover = try InterruptedCutover(
        destination: "/disk.raw", files: MemoryFiles(["disk.raw.fleetshift-journal": file]))
      guard cutover.durableUpTo >= 0 else { throw Contradiction() }
      return .read
    } catch let error as ImageCutoverError {
      guard !"\(error)".isEmpty else { throw Contradiction() }
      return .refused
    }
  }

  /// Each line as the payload of a record.
  private static func framed(_ bytes: [UInt8]) -> [UInt8] {
    let lines = bytes.split(separator: 10)
    let seed = lines.first.map(seed) ?? 0
    return lines.enumerated().flatMap { number, line in
      JournalFrame.encode(Array(line), number: UInt64(number), seed: number == 0 ? 0 : seed)
    }
  }

  /// What a journal's first record says that the others are sealed with.
  private static func seed(of header: some Collection<UInt8>) -> UInt64 {
    let record = try? JSONSerialization.jsonObject(with: Data(header)) as? [String: Any]
    let body = (record?["header"] as? [String: Any])?["_0"] as? [String: Any]
    return (body?["seed"] as? NSNumber)?.uint64Value ?? 0
  }

  private func readWriteLog(_ bytes: [UInt8]) throws -> Outcome {
    var log = Array(bytes.dropFirst())
    if (bytes.first ?? 0) & 1 == 1 {
      func word(_ place: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(log[place + $1]) << UInt64(8 * $1) }
      }
      for start in stride(from: 8, through: log.count - WriteLog.recordSize, by: WriteLog.recordSize) {
        let check = WriteLog.check(word(start), word(start + 8))
        for index in 0..<8 { log[start + 16 + index] = UInt8(truncatingIfNeeded: check >> UInt64(8 * index)) }
      }
    }
    let files = MemoryFiles(["log": log])
    do {
      var log = try WriteLog(OpenFile(try files.openForReading("log"), files, .source, path: "log"))
      var changes = ChangedRanges()
      var last: Range<Int64>?
      try log.takeRecords { changes.insert($0) }
      for range in changes.takeAll() {
        guard !range.isEmpty, range.lowerBound > last?.upperBound ?? -1 else { throw Contradiction() }
        last = range
      }
      return .read
    } catch let error as StepFailure {
      guard !error.description.isEmpty else { throw Contradiction() }
      return .refused
    }
  }

  private func readManifest(_ bytes: [UInt8]) throws -> Outcome {
    let files = MemoryFiles(["list": bytes])
    do {
      let file = OpenFile(try files.openForReading("list"), files, .destination, path: "list")
      var reader = try ManifestReader(file, disk: "disk.raw")
      var last: Int64 = -1
      while let entry = try reader.next() {
        let (start, overflows) = entry.block.multipliedReportingOverflow(by: ManifestReader.blockSize)
        guard entry.block > last, !overflows, start < reader.size else { throw Contradiction() }
        last = entry.block
      }
      return .read
    } catch let damage as ManifestReader.Damage {
      guard !damage.what.isEmpty else { throw Contradiction() }
      return .refused
    }
  }

  /// What to begin from, below the root of the repository.
  package func seeds(root: URL) throws -> [[UInt8]] {
    func fixture(_ name: String) throws -> [UInt8] {
      Array(try Data(contentsOf: root.appendingPathComponent("Tests/Fixtures/Cutover/" + name)))
    }
    switch self {
    case .journal:
      let file = try fixture("suspended.fleetshift-journal")
      var lines: [UInt8] = []
      var (place, seed): (Int, UInt64) = (0, 0)
      while let found = JournalFrame.decode(file, at: place, seed: seed) {
        lines += found.payload + [10]
        if place == 0 { seed = Self.seed(of: found.payload) }
        place = found.end
      }
      return [[0] + file, lines]
    case .writelog: return [try [1] + fixture("guest.log")]
    case .manifest: return [try fixture("disk.manifest")]
    }
  }
}
