import Foundation
import TestTools
import Testing

@Suite struct InspectTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test("a sound image is described, in words and in JSON") func sound() async throws {
    let path = try bench.file("disk.raw", String(repeating: "x", count: 4096))
    let words = try await Program.run("cutover", "inspect", path)
    #expect(words.status == 0 && words.errors.isEmpty)
    #expect(words.output.contains("raw") && words.output.contains("4096 bytes"))
    let result = try await Program.run("cutover", "inspect", path, "--json")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(document["schema"] as? String == "fleetshift.inspect/1")
    #expect(document["virtual_size"] as? Int == 4096)
    #expect(document["sound"] as? Bool == true)
  }

  @Test("a damaged image ends with 65 and says what would be right") func damaged() async throws {
    let path = try bench.file("disk.qcow2", "QFI is not enough")
    let result = try await Program.run("cutover", "inspect", path)
    #expect(result.status == 65)
    #expect(result.output.contains("damaged") && result.output.contains("help: "))
  }

  @Test("what a VHD's bitmaps disown is told by inspect and plan") func disowned() async throws {
    var maker = VHDMaker(size: 5 << 20, identifier: 1)
    maker.write(0, Array(repeating: 1, count: 512))
    try Data(maker.bytes()).write(to: URL(fileURLWithPath: bench("disk.vhd")))
    for line in [["inspect", "disk.vhd"], ["plan", "disk.vhd", "new.raw", "--strategy", "cold"]] {
      let result = try await Program.run(Program.path, ["cutover"] + line, in: bench.path)
      #expect(result.status == 0 && result.output.contains("its bitmaps disown"), "\(result)")
    }
  }

  @Test("an image that is not there ends with 66") func missing() async throws {
    let result = try await Program.run("cutover", "inspect", bench("nothing.raw"))
    #expect(result.status == 66 && result.output.isEmpty)
    #expect(result.errors.contains("No such file"))
  }
}
