import CutoverFuzzing
import Foundation
import ImageFuzzing
import TextFuzzing

/// What is fuzzed: `image`, or the name of a `TextCase` or a `CutoverCase`, as `FLEETSHIFT_FUZZ_TARGET` says.
private let target = ProcessInfo.processInfo.environment["FLEETSHIFT_FUZZ_TARGET"] ?? ""
private let textCase = TextCase(rawValue: target)
private let cutoverCase = CutoverCase(rawValue: target)

/// Writes what to begin from into the folder that `FLEETSHIFT_FUZZ_SEEDS` names.
@_cdecl("LLVMFuzzerInitialize")
public func beginFuzzing(
  _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>>?
) -> CInt {
  guard let folder = ProcessInfo.processInfo.environment["FLEETSHIFT_FUZZ_SEEDS"] else { return 0 }
  let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
  let seeds =
    (try? textCase.map { try $0.seeds(root: here) } ?? cutoverCase.map { try $0.seeds(root: here) }
      ?? SoundImage.seeds()) ?? []
  for (number, seed) in seeds.enumerated() {
    try? Data(seed).write(to: URL(fileURLWithPath: folder).appendingPathComponent("seed-\(number)"))
  }
  return 0
}

/// What libFuzzer calls with each file that it has thought of.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    if let textCase {
      _ = try textCase.run(bytes)
    } else if let cutoverCase {
      _ = try cutoverCase.run(bytes)
    } else {
      _ = try FuzzCase(bytes).run()
    }
  } catch { fatalError("\(error): an image is read in two ways, or a file is refused without a word") }
  return 0
}
