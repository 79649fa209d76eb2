/// Pairs the indexes of two lists in order: equal elements first, then the most alike between them.
///
/// Above four million comparisons it pairs by index.
func alignment(_ before: [Value], _ after: [Value]) -> [(before: Int?, after: Int?)] {
  var head = 0
  while head < before.count, head < after.count, before[head] == after[head] { head += 1 }
  var tail = 0
  while tail < before.count - head, tail < after.count - head,
    before[before.count - 1 - tail] == after[after.count - 1 - tail]
  {
    tail += 1
  }
  var pairs: [(Int?, Int?)] = (0..<head).map { ($0, $0) }
  let (rows, columns) = (before.count - head - tail, after.count - head - tail)
  if rows * columns > 4_000_000 {
    for index in 0..<max(rows, columns) {
      pairs.append((index < rows ? head + index : nil, index < columns ? head + index : nil))
    }
  } else {
    pairs += heaviest(rows, columns) { likeness(before[head + $0], after[head + $1]) }
      .map { ($0.map { $0 + head }, $1.map { $0 + head }) }
  }
  for index in (0..<tail).reversed() { pairs.append((before.count - 1 - index, after.count - 1 - index)) }
  return pairs
}

/// How much speaks for pairing two elements: equality beats any number of equal parts.
private func likeness(_ before: Value, _ after: Value) -> Int {
  if before == after { return 1_000 }
  guard let before = before.map, let after = after.map else { return 1 }
  return 1 + 2 * before.count { after[$0.key] == $0.value }
}

/// The order-preserving pairing with the greatest sum of weights (dynamic programming over both lists).
private func heaviest(_ rows: Int, _ columns: Int, weight: (Int, Int) -> Int) -> [(Int?, Int?)] {
  var weights = [Int](repeating: 0, count: rows * columns)
  var best = [Int](repeating: 0, count: (rows + 1) * (columns + 1))
  let stride = columns + 1
  for row in (0..<rows).reversed() {
    for column in (0..<columns).reversed() {
      let own = weight(row, column)
      weights[row * columns + column] = own
      best[row * stride + column] = max(
        own + best[(row + 1) * stride + column + 1], best[(row + 1) * stride + column], best[row * stride + column + 1])
    }
  }
  var pairs: [(Int?, Int?)] = []
  var (row, column) = (0, 0)
  while row < rows || column < columns {
    if row == rows {
      pairs.append((nil, column))
      column += 1
    } else if column == columns {
      pairs.append((row, nil))
      row += 1
    } else if best[row * stride + column]
      == weights[row * columns + column] + best[(row + 1) * stride + column + 1]
    {
      pairs.append((row, column))
      (row, column) = (row + 1, column + 1)
    } else if best[row * stride + column] == best[(row + 1) * stride + column] {
      pairs.append((row, nil))
      row += 1
    } else {
      pairs.append((nil, column))
      column += 1
    }
  }
  return pairs
}
