/// Returns the candidate that was most likely meant, or nil where none is near: the one with the fewest slips (a letter
/// wrong, missing, too much, or two swapped), not counting case, `-` and `_`; the first of equals.
public func closestMatch(to text: String, in candidates: some Sequence<String>) -> String? {
  let wanted = plainLetters(text)
  guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
  let allowed = wanted.count <= 2 ? 0 : wanted.count <= 5 ? 1 : wanted.count <= 9 ? 2 : 3
  var best: (candidate: String, distance: Int)?
  var prefixed: String?
  for candidate in candidates {
    let letters = plainLetters(candidate)
    let limit = min(allowed, (best?.distance ?? .max) - 1)
    if limit >= 0, abs(letters.count - wanted.count) <= limit {
      let distance = slips(wanted, letters)
      if distance <= limit { best = (candidate, distance) }
    }
    if prefixed == nil, wanted.count >= 4, letters.starts(with: wanted) { prefixed = candidate }
  }
  return best?.candidate ?? prefixed
}

private func plainLetters(_ text: String) -> [UInt8] {
  text.lowercased().utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
}

/// The optimal string alignment distance (Damerau-Levenshtein with each letter moved once at most).
private func slips(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  var row = last
  for i in a.indices {
    row[0] = i + 1
    for j in b.indices {
      var least = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, beforeLast[j - 1] + 1) }
      row[j + 1] = least
    }
    (beforeLast, last, row) = (last, row, beforeLast)
  }
  return last[b.count]
}
