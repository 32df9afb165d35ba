internal import FleetExperiments
internal import FleetSimulation
internal import Quantities

/// The life of a VM, or of a host's drains, as a screen.
struct ExplanationDocument {
  let explanation: Explanation
  let words: NoteWords
  private var end: Instant { .zero + explanation.horizon }
  var document = Document()

  init(_ explanation: Explanation) {
    self.explanation = explanation
    words = NoteWords(names: explanation.names, sites: explanation.sites)
    header()
    if let vm = explanation.vm {
      facts(of: vm)
      if let whyNot = explanation.whyNot { tell(whyNot) } else { life() }
    } else {
      host()
    }
  }

  private mutating func header() {
    let isWhyNot = explanation.whyNot != nil
    let name =
      explanation.vm.map { (isWhyNot ? "Why not VM " : "VM ") + "\($0.number)" }
      ?? "Host \(explanation.host.number)"
    let variant = explanation.variant.map { ", variant \($0)" } ?? ""
    document.add(.title("\(name) in \(explanation.scenario)\(variant)"))
    document.add(
      .note(
        "seed \(explanation.seed), replication \(explanation.replication), horizon "
          + "\(Figure.span(explanation.horizon.seconds)); 0 d 00:00:00 is the start"))
  }

  // MARK: - A VM

  private mutating func facts(of vm: VMSketch) {
    let facts = [
      "\(vm.flavor) of \(vm.group), \(Figure.span(vm.age.seconds)) old",
      "\(vm.memory) of RAM", "\(vm.diskAllocated) of \(vm.diskVirtual) of disk in use",
      "writes \(vm.diskWrites) to disk and \(vm.dirtyRate) to RAM", vm.kernel.map { "kernel \($0)" },
      "booted on \(vm.bootCPU)", vm.forbidsLive ? "its owner forbids live migration" : nil,
      vm.ignoresShutdown ? "it ignores shutdown requests" : nil,
      "at first on \(hostWords(explanation.host))",
    ].compactMap { $0 }
    document.add(.paragraph(facts.joined(separator: ", ") + "."))
  }

  private mutating func life() {
    let moves = MoveLife.moves(in: explanation.notes, until: end)
    guard !moves.isEmpty else {
      document.add(.paragraph("Nobody asked for its move within the horizon."))
      return
    }
    document.add(
      moves.count == 1 ? "Its move" : "Its \(moves.count) moves", table(of: moves, isOfOne: true),
      note: MoveWords.legend(of: moves))
    document.add(.heading("What happened"))
    timeline(explanation.notes)
  }

  private mutating func timeline(_ notes: [Note]) {
    document.add(
      .timeline(Timeline(notes, words).entries.map { (time: Moment.text($0.note.at), text: $0.text) }))
  }

  private func hostWords(_ host: HostSketch) -> String {
    let kernel = host.kernel.map { ", kernel \($0)" } ?? ""
    return "\(words.host(host.number)), rack \(host.rack), \(host.cpu)\(kernel)"
  }

  // MARK: - A host

  private mutating func host() {
    let host = explanation.host
    document.add(
      .paragraph(
        "Rack \(host.rack) of \(host.site), \(host.cpu)\(host.kernel.map { ", kernel \($0)" } ?? ""), "
          + "\(host.memory) of RAM, at first with \(host.guests) VMs and \(host.freeMemory) free"
          + (host.isSpare ? ", a spare." : ".")))
    let drains = DrainLife.drains(in: explanation.notes, until: end)
    if drains.isEmpty {
      document.add(.paragraph("Nobody began to empty it within the horizon."))
    }
    for drain in drains { tell(drain) }
    let notes = explanation.notes.filter { $0.guest < 0 }
    guard !notes.isEmpty else { return }
    document.add(.heading("What happened to the host"))
    timeline(notes)
  }

  private mutating func tell(_ drain: DrainLife) {
    document.add(
      .heading("Emptied for \(words.campaign(drain.campaign)) from \(Moment.text(drain.began)) on"))
    let count = drain.guests.count
    let time = Figure.span(((drain.ended ?? end) - drain.began).seconds)
    let stuck = drain.moves.filter { $0.ended == nil }
    if drain.isFinished {
      document.add(.paragraph("Empty after \(time): all \(count) VMs have left."))
      if let last = drain.moves.last, count > 0 {
        document.add(
          .paragraph(
            "The last to leave was VM \(last.guest): \(MoveWords.times(last)). See --vm \(last.guest)."))
      }
    } else if drain.ended != nil {
      let why = drain.isOutOfTime ? "out of time" : "every chain had come to its end"
      document.add(
        .paragraph("Given up after \(time), \(why): \(drain.left.count) of \(count) VMs were left."))
    } else {
      document.add(
        .paragraph(
          "Not empty at the horizon, after \(time): \(stuck.count) of \(count) VMs are yet to leave."))
    }
    if let sum = MoveWords.times(of: drain.moves) { document.add(.paragraph("Their time: \(sum).")) }
    if let legend = MoveWords.legend(of: drain.moves) { document.add(.note(legend)) }
    let left = Set(drain.left + stuck.map(\.guest))
    let waiting = drain.moves.filter { left.contains($0.guest) && ($0.ended == nil || !$0.isCompleted) }
    document.add("What it waits for", table(of: waiting, isOfOne: false))
    if let first = waiting.first {
      document.add(.note("For what is in the way of one of them: --why-not \(first.guest)."))
    }
    document.add(
      waiting.isEmpty ? "Its VMs, in the order in which they left" : "Those that left, in their order",
      table(of: drain.moves.filter { !left.contains($0.guest) }, isOfOne: false))
  }

  // MARK: - Moves

  private func table(of moves: [MoveLife], isOfOne: Bool) -> Table {
    var table = Table([
      .text(isOfOne ? "for" : "VM"), .number("asked"), .number("took"), .text("came to"), .number("attempts"),
      .number("down"), .text("of that time"), .text("setbacks"),
    ])
    for move in moves {
      table.add([
        isOfOne ? words.campaign(move.campaign) : "\(move.guest)", Moment.text(move.asked),
        move.ended.map { Figure.span(($0 - move.asked).seconds) } ?? "not over",
        MoveWords.result(move, words), "\(move.attempts)",
        move.downtime > .zero ? Figure.span(move.downtime.seconds) : "", MoveWords.times(move),
        MoveWords.setbacks(move, words),
      ])
    }
    return table
  }
}

/// Moves in the words of people.
enum MoveWords {
  static func result(_ move: MoveLife, _ words: NoteWords) -> String {
    guard move.ended != nil else { return move.state == .underWay ? "under way" : waiting(move.state) }
    guard move.isCompleted else { return "given up" }
    return move.strategy.map { "moved by " + words.strategy($0) } ?? "moved"
  }

  private static func waiting(_ state: MoveLife.State) -> String {
    switch state {
    case .asked, .ended, .underWay: "waits"
    case .turn: "waits for its turn"
    case .slot: "waits for a slot"
    case .limit: "waits for a limit"
    case .room: "waits for room"
    case .date: "waits for the date"
    case .backoff: "waits to try again"
    case .repair: "waits for its host"
    }
  }

  static func name(_ state: MoveLife.State) -> String {
    switch state {
    case .asked, .ended: "nothing"
    case .turn: "turn"
    case .slot: "slot"
    case .limit: "limit"
    case .room: "room"
    case .date: "date"
    case .backoff: "back-off"
    case .repair: "repair"
    case .underWay: "under way"
    }
  }

  private static func meaning(_ state: MoveLife.State) -> String? {
    switch state {
    case .asked, .ended, .underWay: nil
    case .turn: "others leave the host first"
    case .slot: "hosts with room take in as many as they may"
    case .limit: "a limit has no units left"
    case .room: "no host has room, or a rule has to change its mind"
    case .date: "the day and hour of its ticket"
    case .backoff: "between two tries"
    case .repair: "its own host is down"
    }
  }

  /// What the names of the times mean that moves waited; `nil` where none did.
  static func legend(of moves: [MoveLife]) -> String? {
    let seen = MoveLife.State.allCases.filter { state in
      moves.contains { $0.times[state, default: .zero] > .zero }
    }
    let texts = seen.compactMap { state in meaning(state).map { "\(name(state)), \($0)" } }
    return texts.isEmpty ? nil : "Waited for: \(texts.joined(separator: "; "))."
  }

  /// `date 7 d, under way 12 min`, the longest first.
  static func times(_ move: MoveLife) -> String {
    move.times.filter { $0.value > .zero }.sorted {
      ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue)
    }.map { "\(name($0.key)) \(Figure.span($0.value.seconds))" }.joined(separator: ", ")
  }

  /// Shares of the time of all the moves together; `nil` where there is none.
  static func times(of moves: [MoveLife]) -> String? {
    var sum: [MoveLife.State: Double] = [:]
    for move in moves {
      for (state, time) in move.times { sum[state, default: 0] += time.seconds }
    }
    let all = sum.values.reduce(0, +)
    guard all > 0 else { return nil }
    return sum.filter { $0.value > 0 }.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
      .compactMap { part in Figure.share(part.value, of: all).map { "\(name(part.key)) \($0)" } }
      .joined(separator: ", ")
  }

  /// `live: customer forbids it`; what came several times is counted.
  static func setbacks(_ move: MoveLife, _ words: NoteWords) -> String {
    var seen: [(text: String, count: Int)] = []
    for setback in move.setbacks {
      let text = "\(words.strategy(setback.strategy)): \(FailureReason.words(for: setback.code))"
      if let index = seen.firstIndex(where: { $0.text == text }) {
        seen[index].count += 1
      } else {
        seen.append((text, 1))
      }
    }
    return seen.map { $0.count > 1 ? "\($0.text) (\($0.count)×)" : $0.text }.joined(separator: "; ")
  }
}
