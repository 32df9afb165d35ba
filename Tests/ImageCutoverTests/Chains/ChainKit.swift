import CutoverCore
import Foundation
import Glibc
import ImageFiles
import MigrationStrategies
import Testing

@testable import ImageCutover

/// A chain of three in `old`, of which QEMU knows: `old/top.qcow2` on `old/middle.qcow2` on `old/bases/golden.raw`; and a
/// place to move it to, `new`, with the folder that it needs.
struct Qcow2Chain {
  let workshop: Workshop
  let names = ["top.qcow2", "middle.qcow2", "bases/golden.raw"]

  init(isFast: Bool = false) throws {
    workshop = try Workshop(isFast: isFast)
    for folder in ["old", "old/bases", "new", "new/bases"] { _ = try workshop.folder(folder) }
    try Image(old("bases/golden.raw"), size: 4 << 20, data: [0..<1 << 20, (3 << 20) - 5000..<3 << 20])
    try run(
      "create", "-q", "-f", "qcow2", "-o", "cluster_size=4096", "-b", "bases/golden.raw", "-F", "raw",
      old("middle.qcow2"))
    try write("write -P 7 512k 96k", "write -z 64k 128k", to: "middle.qcow2")
    try run(
      "create", "-q", "-f", "qcow2", "-o", "cluster_size=4096", "-b", "./middle.qcow2", "-F", "qcow2",
      old("top.qcow2"), "5M")
    try write("write -P 9 4500k 8k", "write -P 3 100k 8k", to: "top.qcow2")
  }

  func old(_ name: String) -> String { workshop["old/" + name] }
  func new(_ name: String) -> String { workshop["new/" + name] }

  @discardableResult
  func run(_ words: String...) throws -> String { try LoopMount.run(["qemu-img"] + words) }

  func write(_ commands: String..., to name: String) throws {
    try LoopMount.run(
      ["qemu-io", "-f", "qcow2"] + commands.flatMap { ["-c", $0] } + [old(name)])
  }

  var move: ImageMove {
    var move = ImageMove(source: old("top.qcow2"), destination: new("top.qcow2"))
    move.keepsChain = true
    return move
  }

  func cutover(_ strategy: any MigrationStrategy = Cold(), _ moves: [ImageMove]? = nil) -> ImageCutover {
    ImageCutover(moves ?? [move], strategy: strategy)
  }

  /// Everything at the new place, folders too.
  var arrived: [String] {
    workshop.names(in: "new").filter { $0 != "bases" } + workshop.names(in: "new/bases").map { "bases/" + $0 }
  }

  /// What was said in refusing it; nothing may have been made.
  func refusal(_ cutover: ImageCutover, sourceLocation: SourceLocation = #_sourceLocation)
    -> ImageCutoverError?
  {
    let before = arrived
    do throws(ImageCutoverError) {
      let report = try cutover.run()
      Issue.record("it was not refused: \(report)", sourceLocation: sourceLocation)
      return nil
    } catch {
      #expect(arrived == before, sourceLocation: sourceLocation)
      return error
    }
  }
}

/// Whether so many files take that much: a file system adds a block to one in many pieces, at either end.
func isTaken(_ amount: Int64?, by files: [String]) -> Bool {
  guard let amount else { return false }
  let taken = files.reduce(0) { $0 + Image(at: $1).allocated }
  return abs(Int(amount) - taken) <= 4096 * files.count
}

extension ImageCutoverError {
  /// Its message and remedy, where an image is refused.
  var badImage: (what: String, remedy: String)? {
    if case .badImage(let what, let remedy) = self { return (what, remedy) }
    return nil
  }
}
