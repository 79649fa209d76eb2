/// The part of a source line that a report prints, and where its carets go.
struct Excerpt {
  private(set) var text = ""
  /// Terminal columns before the first caret.
  private(set) var caretStart = 0
  /// The number of carets, at least one.
  private(set) var caretCount = 1

  /// Cuts a line around a range so that it takes at most `width` columns; cut ends show as `…`.
  init(line: ArraySlice<UInt8>, range: SourceRange, width: Int) {
    let start = max(0, Int(range.start.column) - 1)
    // No column needs more than the scalars that fit on both sides of the caret, so a line of megabytes costs a scan.
    let window = Self.window(line, from: max(0, start - width), count: 2 * width + 2)
    let skipped = window.skipped
    let scalars = Array(String(decoding: window.bytes, as: UTF8.self).unicodeScalars)
    let first = min(max(start - skipped, 0), scalars.count)
    let sameLine = range.end.line == range.start.line
    let last = sameLine ? min(max(Int(range.end.column) - 1 - skipped, first), scalars.count) : scalars.count

    let cells = Self.cells(scalars, fromLineStart: skipped == 0)
    let widths = cells.map(displayWidth)
    var from = 0
    var to = cells.count
    let cutsLeft: Bool
    let cutsRight: Bool
    if skipped > 0 || window.isCut || widths.reduce(0, +) > width {
      let room = width - 2
      var used = 0
      from = first
      while from > 0, used + widths[from - 1] <= room / 3 {
        from -= 1
        used += widths[from]
      }
      to = first
      while to < cells.count, used + widths[to] <= room {
        used += widths[to]
        to += 1
      }
      while from > 0, used + widths[from - 1] <= room {
        from -= 1
        used += widths[from]
      }
      (cutsLeft, cutsRight) = (from > 0 || skipped > 0, to < cells.count || window.isCut)
    } else {
      (cutsLeft, cutsRight) = (false, false)
    }
    text = (cutsLeft ? "…" : "") + cells[from..<to].joined() + (cutsRight ? "…" : "")
    caretStart = (cutsLeft ? 1 : 0) + widths[from..<max(from, first)].reduce(0, +)
    let marked = min(max(last, first), to)
    caretCount = max(1, widths[first..<max(first, marked)].reduce(0, +))
  }

  /// Some scalars in the middle of a line, and how many come before them.
  private struct Window {
    var bytes: ArraySlice<UInt8>
    var skipped = 0
    var isCut = false
  }

  private static func window(_ line: ArraySlice<UInt8>, from: Int, count: Int) -> Window {
    guard line.count > count else { return Window(bytes: line) }
    var seen = -1
    var begin = line.endIndex
    var end = line.endIndex
    for i in line.indices where line[i] & 0xC0 != 0x80 {
      seen += 1
      if seen == from { begin = i }
      if seen == from + count {
        end = i
        break
      }
    }
    return Window(bytes: line[begin..<end], skipped: min(from, seen + 1), isCut: end < line.endIndex)
  }

  /// One printable piece per scalar; tabs reach to the next fourth column, and show as arrows in the indentation.
  private static func cells(_ scalars: [Unicode.Scalar], fromLineStart: Bool) -> [String] {
    var isIndentation = fromLineStart
    var column = 0
    return scalars.map { scalar in
      var cell = printable(String(scalar))
      if scalar == "\t" {
        let width = 4 - column % 4
        cell = (isIndentation ? "→" : " ") + String(repeating: " ", count: width - 1)
      } else if scalar != " " {
        isIndentation = false
      }
      column += displayWidth(cell)
      return cell
    }
  }
}
