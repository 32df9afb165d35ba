internal import CutoverCore
internal import FleetExperiments
internal import FleetSimulation
internal import Quantities

/// Notes as the lines of a timeline: what says nothing new is left out, and long runs of rounds are drawn together.
struct Timeline {
  struct Entry {
    var note: Note
    var text: String
  }

  private(set) var entries: [Entry] = []
  /// What was in the way of the step that is told.
  private var obstacles: Examination?

  /// Rounds over one medium that are shown at the beginning and at the end of a longer run.
  private static let shownRounds = 3

  init(_ notes: [Note], _ words: NoteWords) {
    let kept = Timeline.withoutEmptyWaits(notes)
    var index = 0
    while index < kept.count {
      let run = Timeline.rounds(in: kept, from: index)
      if run.count > 2 * Timeline.shownRounds + 1 {
        let hidden = run.dropFirst(Timeline.shownRounds).dropLast(Timeline.shownRounds)
        for place in run.prefix(Timeline.shownRounds) { add(kept[place], words) }
        entries.append(Entry(note: kept[hidden.startIndex], text: Timeline.sum(hidden.map { kept[$0] })))
        for place in run.suffix(Timeline.shownRounds) { add(kept[place], words) }
        index = run.upperBound
      } else {
        add(kept[index], words)
        index += 1
      }
    }
  }

  private mutating func add(_ note: Note, _ words: NoteWords) {
    if case .examined(let found) = note.event { obstacles = found }
    guard var text = words.text(note) else { return }
    if case .refused(_, let reason) = note.event, let obstacles {
      let cause = ObstacleWords(words: words, examination: obstacles).cause(of: reason)
      if let compared = cause.text { text += " (\(compared))" }
      if let remedy = cause.remedy { text += "; remedy: \(remedy)" }
    }
    entries.append(Entry(note: note, text: text))
  }

  /// A wait that is over at once is none, and one that goes on as before is the same.
  private static func withoutEmptyWaits(_ notes: [Note]) -> [Note] {
    var kept: [Note] = []
    for (index, note) in notes.enumerated() {
      guard case .waits(let wait) = note.event else {
        kept.append(note)
        continue
      }
      if case .turn = wait, index + 1 < notes.count, notes[index + 1].at == note.at { continue }
      if let last = kept.last, case .waits(let before) = last.event, isSame(before, wait) { continue }
      kept.append(note)
    }
    return kept
  }

  private static func isSame(_ a: NoteWait, _ b: NoteWait) -> Bool {
    switch (a, b) {
    case (.slot, .slot), (.room, .room): true
    case (.limit(let one), .limit(let other)): one == other
    case (.rule(let one, _), .rule(let other, _)): one == other
    default: false
    }
  }

  /// The rounds over one medium that begin here.
  private static func rounds(in notes: [Note], from start: Int) -> Range<Int> {
    var end = start
    while end < notes.count, case .acted(.copy(let medium, _, _), .copied, _) = notes[end].event {
      if end > start, case .acted(.copy(let first, _, _), _, _) = notes[start].event, first != medium {
        break
      }
      end += 1
    }
    return start..<end
  }

  private static func sum(_ notes: [Note]) -> String {
    var (bytes, time) = (Bytes.zero, Duration.zero)
    for note in notes {
      guard case .acted(_, .copied(let report), let took) = note.event else { continue }
      (bytes, time) = (bytes + report.transferred, time + took)
    }
    return "  … \(notes.count) more rounds: \(bytes) in \(Figure.span(time.seconds))"
  }
}
