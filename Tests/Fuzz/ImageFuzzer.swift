import Glibc
import ImageFuzzing

/// Writes the images to begin from into the folder that `FLEETSHIFT_FUZZ_SEEDS` names.
@_cdecl("LLVMFuzzerInitialize")
public func beginFuzzing(
  _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>>?
) -> CInt {
  guard let folder = getenv("FLEETSHIFT_FUZZ_SEEDS").map({ String(cString: $0) }) else { return 0 }
  for (number, seed) in ((try? SoundImage.seeds()) ?? []).enumerated() {
    guard let file = fopen("\(folder)/seed-\(number)", "w") else { continue }
    fwrite(seed, 1, seed.count, file)
    fclose(file)
  }
  return 0
}

/// What libFuzzer calls with each image that it has thought of.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do { _ = try FuzzCase(Array(UnsafeBufferPointer(start: start, count: count))).run() } catch {
    fatalError("\(error): the same disk is read in two ways")
  }
  return 0
}
