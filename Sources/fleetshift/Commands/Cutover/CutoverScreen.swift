internal import Foundation
internal import ImageCutover
internal import MigrationPhysics
internal import Quantities

/// What `cutover run` prints: the prediction before, and the outcome beside it after.
enum CutoverScreen {
  static func before(_ plan: CutoverPlanFile) -> String {
    let (facts, prediction) = (plan.facts, plan.predicted)
    var text = ""
    for disk in plan.disks {
      text += "\(disk.source) -> \(disk.destination), \(plan.strategy)\n" + formats(disk)
    }
    let pieces = facts.extents == 1 ? "1 piece" : "\(facts.extents) pieces"
    text += "  \(plan.disks.count == 1 ? "image     " : "in all    ") \(amount(facts.virtualSize)), of which "
    text += "\(amount(facts.allocated)) allocated in \(pieces)\n"
    for notice in facts.notices ?? [] { text += "  note       \(notice)\n" }
    text += resize(plan)
    if let sideBySide = facts.sideBySide {
      text += "  disks      \(plan.disks.count), "
      text += sideBySide > 1 ? "\(sideBySide) at a time side by side\n" : "one after the other\n"
    }
    text +=
      "  room       \(amount(facts.destinationAllocated)) needed, \(amount(facts.free)) free; \(facts.abilities)\n"
    if let copy = facts.copyRate {
      text += "  measured   \(facts.sharesBlocks ? "sharing blocks" : "copying") \(rate(copy)) (durably)"
      if let scan = facts.scanRate { text += ", looking again \(rate(scan))" }
      if let compare = facts.compareRate { text += ", comparing \(rate(compare))" }
      text += "\n"
    }
    text += guest(plan.options)
    guard let prediction else { return text }
    guard prediction.outcome == "completed" else {
      return text + "  predicted  it does not come to an end at these rates: \(prediction.outcome) after "
        + "\(seconds(prediction.seconds))\n"
    }
    text +=
      "  predicted  \(seconds(prediction.seconds)) in all (\(range(prediction.low, prediction.high))),\n"
    text +=
      "             pause \(seconds(prediction.pauseSeconds)) (\(range(prediction.pauseLow, prediction.pauseHigh))),\n"
    text += "             \(amount(Bytes(rounding: prediction.bytes))) to write\n"
    return text
  }

  private static func resize(_ plan: CutoverPlanFile) -> String {
    guard let size = plan.options.resizeTo, size != plan.facts.virtualSize else { return "" }
    let (old, new) = (plan.facts.virtualSize, size)
    let what =
      new < old ? "\(amount(old - new)) of zeros are cut off" : "\(amount(new - old)) of zeros are added"
    return "  resize     \(amount(old)) to \(amount(new)) while the guest is down: \(what)\n"
  }

  /// How the guest is commanded.
  private static func guest(_ options: ImageCutoverOptions) -> String {
    guard let hooks = options.hooks else {
      return options.rehearsal == nil
        ? "  guest      none is commanded: nobody may use the image meanwhile\n" : ""
    }
    let named = [
      ("stopped", hooks.onPause), ("resized", hooks.onResize), ("started", hooks.onStart),
      ("looked for", hooks.onFence),
      ("brought back", hooks.onRollback),
    ].compactMap { what, command in command.map { "\(what) by '\($0.joined(separator: " "))'" } }
    let indent = String(repeating: " ", count: 13)
    var text = "  guest      " + named.joined(separator: "\n" + indent)
    text += "\n\(indent)each within \(hooks.timeout)\n"
    if hooks.onPause == nil { text += indent + "Nothing stops it: --on-pause is missing.\n" }
    if hooks.onPause != nil, hooks.onRollback == nil {
      text += "             Nothing brings it back at the source if this fails: --on-rollback is missing.\n"
    }
    return text
  }

  /// What there is to say of images that are not just raw.
  private static func formats(_ disk: ImageMove) -> String {
    let links = disk.expected ?? []
    let (from, to) = (disk.sourceFormat ?? .raw, disk.destinationFormat ?? .raw)
    if from == .raw && to == .raw { return "" }
    if disk.keepsChain {
      var text = "  format     \(from.rawValue), as it is, with what it rests on\n"
      for link in links.dropFirst() {
        text += "  rests on   \(link.path), \(link.format.rawValue)\(place(of: link))\n"
      }
      return text
    }
    var text = "  format     \(from.rawValue) to \(to.rawValue)\n"
    for link in links.dropFirst() { text += "  rests on   \(link.path), \(link.format.rawValue)\n" }
    return text
  }

  private static func place(of parent: ImageLink) -> String {
    guard let destination = parent.destination else { return "" }
    return parent.isThere == true
      ? "\n             which is there as \(destination), and compared first" : " -> \(destination)"
  }

  static func after(
    _ prediction: ImagePrediction?, _ report: ImageCutoverReport, _ destination: String, rehearsed: Bool
  ) -> String {
    if report.isSuspended { return "\n" + suspended(prediction, report, destination) }
    var text = "\n"
    text += row("", "predicted", "measured")
    text += row(
      "in all", prediction.map { seconds($0.seconds) } ?? "-", seconds(report.measured.seconds))
    text += row(
      "pause", prediction.map { seconds($0.pauseSeconds) } ?? "-",
      report.measured.pauseSeconds.map(seconds) ?? "still down")
    text += row(
      "written", prediction.map { "\(amount(Bytes(rounding: $0.bytes)))" } ?? "-",
      "\(amount(Bytes(report.measured.bytes)))")
    if let predicted = prediction?.allocatedBytes, let made = report.destination {
      text += row(
        "allocated", "\(amount(Bytes(rounding: predicted)))", "\(amount(Bytes(made.allocatedBytes)))")
    }
    text += "\n"
    text += passes(report)
    if report.resumptions > 0 {
      text +=
        "  taken up   \(report.resumptions == 1 ? "once" : "\(report.resumptions) times")"
        + ": the time counts while nobody was at work, and the bytes\n"
        + "             leave out those of a pass that was broken off\n"
    }
    for parent in parents(report) {
      text += "  rests on   \(parent.destination)"
      text += parent.wasThere ? ", which was there and is the same\n" : "\n"
    }
    if let rehearsal = report.rehearsal {
      text += "  rehearsal  \(rehearsal.writes) acknowledged writes to \(rehearsal.blocks) blocks, "
      text += rehearsal.lost == 0 ? "none lost\n" : "\(rehearsal.lost) LOST\n"
    }
    text += "\n" + conclusion(report, destination, rehearsed: rehearsed)
    return text
  }

  static func conclusion(
    _ report: ImageCutoverReport, _ destination: String, rehearsed: Bool
  ) -> String {
    if report.isCompleted, let made = report.destination {
      let others = report.disks.dropFirst().map(\.destination)
      let names = ([destination] + others).joined(separator: ", ")
      return "completed: \(names) \(others.isEmpty ? "holds" : "hold") what the source held, "
        + resized(report)
        + (report.verified
          ? "verified; " : "if writes are to be believed: nothing was compared; ")
        + "\(amount(Bytes(made.allocatedBytes))) allocated, the source \(amount(Bytes(report.source.allocatedBytes)))\n"
        + left(behind: report)
    }
    if report.isSuspended { return suspended(nil, report, destination) }
    if report.outcome.hasPrefix("lost") {
      return "\(report.outcome): \(report.detail ?? "somebody has to decide")\n"
        + LostGuest(report, destination).text
    }
    var text = "\(report.outcome): " + (report.detail ?? "undone") + "\n"
    let made =
      FileManager.default.fileExists(atPath: destination)
      ? "what is at \(destination) is not of this cutover" : "there is no \(destination)"
    text +=
      rehearsed
      ? "The cutover only read the source, into which the rehearsal has written; \(made).\n"
      : "The source is as it was; \(made).\n"
    if report.hooks.contains(where: \.hasRestored) { text += "The guest was brought back at the source.\n" }
    if report.hooks.contains(where: \.stopsGuest), !report.hooks.contains(where: \.hasRestored) {
      text +=
        "THE GUEST MAY BE DOWN: it was told to stop, and nothing has started it again (--on-rollback).\n"
    }
    return text + left(behind: report)
  }

  private static func left(behind report: ImageCutoverReport) -> String {
    report.leftBehind.map { "This could not be removed: \($0)\n" } ?? ""
  }

  private static func resized(_ report: ImageCutoverReport) -> String {
    guard let made = report.destination, made.virtualBytes != report.source.virtualBytes else { return "" }
    return "resized to \(amount(Bytes(made.virtualBytes))), "
  }

  /// Each once, however many disks rest on it.
  private static func parents(_ report: ImageCutoverReport) -> [ImageCutoverReport.Parent] {
    var seen: Set<String> = []
    return report.disks.flatMap { $0.parents ?? [] }.filter { seen.insert($0.destination).inserted }
  }

  private static func passes(_ report: ImageCutoverReport) -> String {
    report.passes.enumerated().map { number, pass in
      let place = pass.inOutage ? "in the outage" : "while running"
      return "  pass \(number)  \(amount(Bytes(pass.bytes))) in \(seconds(pass.seconds)), \(place)\n"
    }.joined()
  }

  /// It has no outcome yet, and so nothing to be held against the prediction: what has been done, and how to go on.
  private static func suspended(
    _ prediction: ImagePrediction?, _ report: ImageCutoverReport, _ destination: String
  ) -> String {
    let left = try? InterruptedCutover(destination: destination)
    var text = "suspended" + (left.map { " in \($0.phase.rawValue)" } ?? "")
    text += " after \(seconds(report.measured.seconds))"
    if let prediction, prediction.outcome == "completed" {
      text += " (\(seconds(prediction.seconds)) were predicted for all of it)"
    }
    text += ": nothing is lost.\n" + passes(report)
    text += "  so far  " + progress(report.passes.count, left) + "\n"
    text +=
      report.guestIsDown == true
      ? "THE GUEST IS DOWN, and stays so until it is resumed or undone.\n"
      : "The guest runs on at the source.\n"
    text += "  go on with  fleetshift cutover resume \(destination)\n"
    return text + "  undo it with  fleetshift cutover rollback \(destination)\n"
  }

  private static func progress(_ passes: Int, _ left: InterruptedCutover?) -> String {
    var next = ""
    if let left, left.durableUpTo > 0 {
      let (done, all) = (amount(Bytes(left.durableUpTo)), amount(Bytes(left.virtualSize)))
      next = ", and the next as far as \(done) of \(all), holes included"
    } else if passes == 0 {
      next = ", and nothing of the first is noted as safe on the disk yet"
    }
    return "\(passes) \(passes == 1 ? "pass" : "passes") done\(next)"
  }

  // MARK: - Status

  static func status(_ cutover: InterruptedCutover) -> String {
    var text = "\(cutover.source) -> \(cutover.destination), \(cutover.strategy)\n"
    for move in cutover.moves.dropFirst() { text += "  and        \(move.source) -> \(move.destination)\n" }
    if let report = cutover.outcome {
      text += "  over       \(report.outcome)\(report.detail.map { ": \($0)" } ?? "")\n"
      return report.outcome.hasPrefix("lost") ? text + LostGuest(report, cutover.destination).text : text
    }
    text += "  state      \(cutover.isAtWork ? "at work" : "broken off") in \(cutover.phase.rawValue)\n"
    text += "  so far     \(progress(cutover.passes.count, cutover))"
    text += "\n  guest      \(cutover.guest.words)\n"
    if let detail = cutover.detail { text += "  trouble    \(detail)\n" }
    if !cutover.isAtWork {
      text += "  go on with  fleetshift cutover resume \(cutover.destination)\n"
      text += "  undo it with  fleetshift cutover rollback \(cutover.destination)\n"
    }
    return text
  }

  static func json(_ cutover: InterruptedCutover) throws -> String {
    struct Document: Encodable {
      let schema = "fleetshift.cutover-status/1"
      let source, destination, strategy, phase: String
      let isAtWork: Bool
      let guest: String
      let guestIsDown: OrNull<Bool>
      let passes: [ImageCutoverReport.Pass]
      let durableUpTo, virtualSize: Int64
      let outcome: ImageCutoverReport?
      let detail: String?

      enum CodingKeys: String, CodingKey {
        case schema, source, destination, strategy, phase, passes, outcome, detail, guest
        case isAtWork = "at_work"
        case guestIsDown = "guest_is_down"
        case durableUpTo = "durable_up_to"
        case virtualSize = "virtual_bytes"
      }
    }
    let document = Document(
      source: cutover.source, destination: cutover.destination, strategy: cutover.strategy,
      phase: cutover.phase.rawValue, isAtWork: cutover.isAtWork, guest: cutover.guest.rawValue,
      guestIsDown: OrNull(value: cutover.guestIsDown), passes: cutover.passes,
      durableUpTo: cutover.durableUpTo, virtualSize: cutover.virtualSize, outcome: cutover.outcome,
      detail: cutover.detail)
    return try CutoverDocument.text(document)
  }

  // MARK: - JSON

  static func json(_ prediction: ImagePrediction?, _ report: ImageCutoverReport) throws -> String {
    struct Document: Encodable {
      let schema = "fleetshift.cutover/1"
      let predicted: ImagePrediction?
      let report: ImageCutoverReport

      enum CodingKeys: CodingKey {
        case schema, predicted
      }

      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(schema, forKey: .schema)
        try container.encode(predicted, forKey: .predicted)
        try report.encode(to: encoder)
      }
    }
    return try CutoverDocument.text(Document(predicted: prediction, report: report))
  }

  // MARK: - Words

  private static func seconds(_ value: Double) -> String { "\(Duration(seconds: value))" }

  /// In powers of 1024 throughout, as images are measured.
  private static func amount(_ value: Bytes) -> String { value.formatted(.binary) }

  private static func rate(_ value: ByteRate) -> String { value.formatted(.binary) }

  private static func range(_ low: Double, _ high: Double) -> String { "\(seconds(low)) to \(seconds(high))" }

  private static func row(_ name: String, _ first: String, _ second: String) -> String {
    func left(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    func right(_ text: String) -> String { String(repeating: " ", count: max(0, 14 - text.count)) + text }
    return "  " + left(name, 9) + right(first) + right(second) + "\n"
  }
}

/// What is not known is said to be so, and not left out: no reader is to take it for a no.
private struct OrNull<Value: Encodable>: Encodable {
  let value: Value?

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}

extension InterruptedCutover.Whereabouts {
  fileprivate var words: String {
    switch self {
    case .source: "at the source"
    case .destination: "at the destination"
    case .down: "DOWN"
    case .unknown: "unknown: it may run at the destination"
    }
  }
}

extension HookRun {
  fileprivate var stopsGuest: Bool { ["pause", "shut-down", "power-off"].contains(action) }
  fileprivate var hasRestored: Bool { action == "restore" && isDone }
}
