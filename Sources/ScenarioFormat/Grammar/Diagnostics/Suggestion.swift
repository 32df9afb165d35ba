/// The number of single edits (insert, delete, change, swap of neighbours) between two words.
///
/// Optimal string alignment after Damerau (1964): no part is edited twice. O(a · b) time, three rows of space.
func editDistance(_ a: some StringProtocol, _ b: some StringProtocol) -> Int {
  let a = Array(a.unicodeScalars)
  let b = Array(b.unicodeScalars)
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + [Int](repeating: 0, count: b.count)
    for j in 1...b.count {
      let change = a[i - 1] == b[j - 1] ? 0 : 1
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + change)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        row[j] = min(row[j], beforeLast[j - 2] + 1)
      }
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}

/// The allowed word that was probably meant, if one is near: at most two edits for every five letters.
///
/// Letter case, `_` and spaces for `-` count as nothing.
func nearest(to word: String, among words: [String]) -> String? {
  guard word.unicodeScalars.count <= 64 else { return nil }
  let wanted = folded(word)
  var best: (word: String, distance: Int)?
  for candidate in words where candidate.unicodeScalars.count <= 64 {
    let distance = editDistance(wanted, folded(candidate))
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  guard let best, best.distance <= max(1, wanted.unicodeScalars.count * 2 / 5) else { return nil }
  return best.word
}

private func folded(_ word: String) -> String {
  String(word.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 })
}

/// "did you mean 'x'?", or the words that are allowed.
func suggestion(for word: String, among words: [String], called name: String = "allowed here") -> String {
  if let near = nearest(to: word, among: words) { return "did you mean \(quoted(near))?" }
  return words.isEmpty ? "nothing is \(name)" : "\(name): \(listed(words))"
}
