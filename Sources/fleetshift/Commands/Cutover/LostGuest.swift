internal import CutoverCore
internal import Foundation
internal import ImageCutover

/// What is left of a cutover whose guest runs nowhere, or nobody knows where, and what a person has to do.
struct LostGuest {
  /// Whether it certainly does not run at the destination.
  private let isDown: Bool
  private let hasFenced: Bool
  /// Those that are there, by what they are.
  private var images: [String] = []
  private var journals: [String] = []

  init(_ report: ImageCutoverReport, _ destination: String) {
    isDown = report.outcome == CutoverOutcome.lost(.sourceWouldNotStart).code
    hasFenced = report.hooks.contains { $0.action == "fence" }
    let left = try? InterruptedCutover(destination: destination)
    let others = left.map { Array($0.destinations.dropFirst()) } ?? []
    func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
    for path in [destination] + others {
      // Published by rename: while the working name is there, the other one is somebody else's.
      images += [path + OwnNames.partial, path].first(where: isThere).map { [$0] } ?? []
      journals += [path + OwnNames.journal].filter(isThere)
    }
  }

  var text: String {
    if isDown {
      return
        "THE GUEST IS DOWN: it could not be started at the source again. At the destination it does not run.\n"
        + "The source is whole; of what was made, nobody can say so.\n"
        + "  start it at the source, then remove\n" + list(images + journals)
    }
    return "NOBODY KNOWS WHERE THE GUEST RUNS, OR WHETHER IT DOES: look first, on both sides.\n"
      + "Nothing was removed.\n"
      + "  if it runs at the destination, or is to, the move is over: remove\n" + list(journals)
      + "  if it is to run at the source: see that it does not at the destination, start it, then remove\n"
      + list(images + journals)
      + (hasFenced ? "" : "A program that can tell where it runs (--on-fence) spares this.\n")
  }

  private func list(_ paths: [String]) -> String { paths.map { "    \($0)\n" }.joined() }
}
