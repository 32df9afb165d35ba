import CutoverCore
import Glibc
import ImageFiles
import MigrationStrategies
import Quantities
import TestTools
import Testing

@testable import ImageCutover

/// What an image names decides where is written: so it is not believed.
@Suite(.enabled(if: FormatTests.hasQEMU, "qemu-img is not there")) struct ChainRefusalTests {
  /// What is said of a chain whose image names its parent so.
  private func refusal(
    of chain: Qcow2Chain, naming parent: String, _ format: String = "raw",
    _ change: (inout ImageCutover) -> Void = { _ in }, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> (what: String, remedy: String)? {
    try chain.run("rebase", "-q", "-u", "-b", parent, "-F", format, chain.old("top.qcow2"))
    var cutover = chain.cutover()
    change(&cutover)
    let error = chain.refusal(cutover, sourceLocation: sourceLocation)
    #expect(error?.exitCode == 65, "\(String(describing: error))", sourceLocation: sourceLocation)
    return error?.badImage
  }

  @Test(
    "a parent outside, by a whole path or with a protocol is refused, whomever one trusts, and the remedy works",
    arguments: [ImageCutoverOptions.Parents.beside, .anywhere])
  func outside(_ trusted: ImageCutoverOptions.Parents) throws {
    let chain = try Qcow2Chain()
    try Image(chain.workshop["outside.raw"], size: 1 << 20, data: [0..<4096])
    let names = [
      "../outside.raw", "bases/../../outside.raw", "bases/../bases/golden.raw", chain.workshop["outside.raw"],
      chain.old("bases/golden.raw"), "file:bases/golden.raw",
    ]
    for name in names {
      let said = try refusal(of: chain, naming: name) { $0.options.parents = trusted }
      #expect(
        said?.what.contains("does not name its parent so") == true, "\(name): \(String(describing: said))")
      #expect(said?.remedy.contains("qemu-img rebase -u") == true)
      #expect(chain.arrived == [])
    }
    try chain.run(
      "rebase", "-q", "-u", "-b", "bases/golden.raw", "-F", "raw", chain.old("top.qcow2"))
    #expect(try chain.cutover().run().isCompleted)
  }

  @Test("folders that are links are not followed, on neither side, and missing ones are not made")
  func folders()
    throws
  {
    for side in ["old", "new"] {
      let chain = try Qcow2Chain()
      let folder = chain.workshop[side + "/bases"]
      try #require(rename(folder, chain.workshop[side + "/true"]) == 0)
      try #require(symlink("true", folder) == 0)
      let said = chain.refusal(chain.cutover())?.badImage
      #expect(said?.what.contains("bases") == true && said?.remedy.contains("directory") == true)
      unlink(folder)
      if side == "new" {
        #expect(chain.refusal(chain.cutover()) == .directoryMissing(path: folder))
        // Made a link while it was broken off: not followed then either.
        try #require(rename(chain.workshop["new/true"], folder) == 0)
        let flag = CancellationFlag()
        #expect(
          try chain.cutover().run(cancellation: flag) { if $0.phase == .verifying { flag.suspend() } }
            .isSuspended)
        try #require(rename(folder, chain.workshop["new/true"]) == 0 && symlink("true", folder) == 0)
        #expect(throws: ImageCutoverError.self) {
          try InterruptedCutover(destination: chain.new("top.qcow2")).resume()
        }
        #expect(!chain.arrived.contains("top.qcow2"))
      }
    }
  }

  @Test("names that are ours, or those of another image of the guest, are no places for a parent")
  func names()
    throws
  {
    let chain = try Qcow2Chain()
    for name in ["top.qcow2.fleetshift-journal", "x.fleetshift-partial", "y.fleetshift-board"] {
      try Image(chain.old(name), size: 1 << 20, data: [0..<4096])
      let said = try refusal(of: chain, naming: name)
      #expect(said?.what.contains("no place") == true, "\(String(describing: said))")
    }
    // The parent's name is that which the image itself is to have.
    try chain.run("rebase", "-q", "-u", "-b", "middle.qcow2", "-F", "qcow2", chain.old("top.qcow2"))
    var move = chain.move
    move.destination = chain.new("middle.qcow2")
    guard case .badOptions(let text)? = chain.refusal(chain.cutover(Cold(), [move])) else {
      Issue.record("it was not refused")
      return
    }
    #expect(text.contains("place of two"))
    // That of another disk's destination, and of a manifest.
    let raw = try Image(chain.old("plain.raw"), size: 4096)
    let plain = ImageMove(source: raw.path, destination: chain.new("middle.qcow2"), destinationFormat: .raw)
    #expect(chain.refusal(chain.cutover(Cold(), [plain, chain.move])) != nil)
    var cutover = chain.cutover()
    cutover.options.manifest = chain.new("bases/golden.raw.fleetshift-journal")
    guard case .badOptions? = chain.refusal(cutover) else {
      Issue.record("it was not refused")
      return
    }
  }

  @Test("two files of one name, for one place, are refused; one file may go to two") func twins() throws {
    let chain = try Qcow2Chain()
    _ = try chain.workshop.folder("old/more")
    try Image(chain.old("more/middle.qcow2"), size: 1 << 20, data: [0..<4096])
    try chain.run(
      "create", "-q", "-f", "qcow2", "-b", "middle.qcow2", "-F", "raw", chain.old("more/data.qcow2"), "1M")
    var data = ImageMove(source: chain.old("more/data.qcow2"), destination: chain.new("data.qcow2"))
    data.keepsChain = true
    guard case .badOptions(let text)? = chain.refusal(chain.cutover(Cold(), [chain.move, data])) else {
      Issue.record("it was not refused")
      return
    }
    #expect(text.contains("place of two"))
    // The same base, wanted in two places.
    _ = try chain.workshop.folder("other")
    _ = try chain.workshop.folder("other/bases")
    try chain.run(
      "create", "-q", "-f", "qcow2", "-b", "bases/golden.raw", "-F", "raw", chain.old("data.qcow2"))
    data = ImageMove(source: chain.old("data.qcow2"), destination: chain.workshop["other/data.qcow2"])
    data.keepsChain = true
    #expect(try chain.cutover(Cold(), [chain.move, data]).run().isCompleted)
    for place in ["new/bases/golden.raw", "other/bases/golden.raw"] {
      expectAlike(Image(at: chain.workshop[place]), Image(at: chain.old("bases/golden.raw")))
    }
  }

  @Test("loops, missing parents and untold formats end in one message and nothing made") func damage() throws
  {
    let chain = try Qcow2Chain()
    try chain.run("rebase", "-q", "-u", "-b", "top.qcow2", "-F", "qcow2", chain.old("middle.qcow2"))
    #expect(chain.refusal(chain.cutover())?.badImage?.what.contains("loop") == true)
    try chain.run("rebase", "-q", "-u", "-b", "nothing.qcow2", "-F", "qcow2", chain.old("middle.qcow2"))
    #expect(chain.refusal(chain.cutover())?.badImage?.what.contains("not found") == true)
    #expect(chain.arrived == [])
  }

  @Test("what contradicts keeping a chain is refused") func contradictions() throws {
    let chain = try Qcow2Chain()
    func refused(_ change: (inout ImageCutover) -> Void) -> String? {
      var cutover = chain.cutover()
      change(&cutover)
      guard case .badOptions(let text)? = chain.refusal(cutover) else { return nil }
      return text
    }
    #expect(refused { $0.disks[0].destination = chain.new("top.raw") }?.contains("would be raw") == true)
    #expect(refused { $0.disks[0].destinationFormat = .vhd }?.contains("would be vhd") == true)
    #expect(refused { $0.options.resizeTo = .mebibytes(9) }?.contains("size") == true)
    #expect(refused { $0.options.tracking = .log("/nowhere") }?.contains("as files") == true)
    #expect(
      refused {
        $0.options.tracking = .reflink
        $0.options.sourceInUse = true
        $0.options.hooks = GuestHooks(onPause: ["true"])
      }?.contains("scan") == true)
    #expect(chain.arrived == [])
  }

  @Test("a VHD that names its parent by a whole path, too, is refused if that leads anywhere") func locators()
    throws
  {
    let workshop = try Workshop()
    for folder in ["old", "new"] { _ = try workshop.folder(folder) }
    func make(_ name: String, _ number: UInt8, _ locators: [VHDMaker.Locator]) throws {
      var maker = VHDMaker(size: 4 << 20, identifier: number)
      maker.write(Int(number), Array(repeating: number, count: 512))
      if !locators.isEmpty { maker.parentIdentifier = Array(repeating: number - 1, count: 16) }
      maker.locators = locators
      let bytes = maker.bytes()
      unlink(workshop["old/" + name])
      try Image(workshop["old/" + name], size: bytes.count)
      let file = open(workshop["old/" + name], O_WRONLY)
      defer { close(file) }
      try #require(pwrite(file, bytes, bytes.count, 0) == bytes.count)
    }
    try make("base.vhd", 1, [])
    var move = ImageMove(source: workshop["old/top.vhd"], destination: workshop["new/top.vhd"])
    move.keepsChain = true
    let relative = VHDMaker.Locator(platform: "W2ru", bytes: VHDMaker.utf16(".\\base.vhd", big: false))
    func whole(_ path: String) -> VHDMaker.Locator {
      .init(platform: "MacX", bytes: Array("file://\(path)".utf8))
    }
    for (locators, isRefused) in [
      ([whole(workshop["old/base.vhd"])], true), ([whole(workshop["old/base.vhd"]), relative], true),
      ([whole("/C:/Disks/base.vhd"), relative], false), ([relative], false),
    ] {
      try make("top.vhd", 2, locators)
      do throws(ImageCutoverError) {
        #expect(try ImageCutover([move], strategy: Cold()).run().isCompleted)
        #expect(!isRefused)
      } catch { #expect(isRefused && error.badImage?.what.contains("whole path") == true, "\(error)") }
      #expect(workshop.names(in: "new") == (isRefused ? [] : ["base.vhd", "top.vhd"]))
      unlink(workshop["new/top.vhd"])
      unlink(workshop["new/base.vhd"])
    }
  }
}
