/// Guesses which name was meant.
package enum Spelling {
  /// The name that is nearest to a misspelt one, if any is near enough: a third of its letters, two at least.
  package static func nearest(to word: String, among names: [String]) -> String? {
    let limit = max(2, word.count / 3)
    let ranked = names.map { (name: $0, distance: distance(word.lowercased(), $0.lowercased())) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit else { return nil }
    return best.name
  }

  /// "did you mean X?", or the names there are.
  package static func remedy(for word: String, among names: [String]) -> String {
    if let name = nearest(to: word, among: names) { return "did you mean \(name)?" }
    return names.isEmpty ? "there is none to name" : "one of \(names.joined(separator: ", "))"
  }

  /// Letters to insert, remove, replace or swap with their neighbour (Damerau 1964, optimal string alignment).
  /// O(n m).
  static func distance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first), Array(second))
    var rows = [Array(0...b.count)]
    for i in 1..<(a.count + 1) {
      var row = [i]
      for j in 1..<(b.count + 1) {
        var best = min(
          rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          best = min(best, rows[i - 2][j - 2] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
