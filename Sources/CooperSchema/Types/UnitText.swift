/// Numbers with units in text, as durations and sizes share them.
enum UnitText {
  typealias Unit = (name: String, factor: Int64)

  /// Adds up numbers with descending units; nil for anything else and for what does not fit 64 bits.
  static func total(of text: some StringProtocol, units: [Unit], plainUnit: String?) -> Int64? {
    var rest = Substring(text)
    var total: Int64 = 0
    var lastFactor = Int64.max
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let count = Int64(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      var name = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(name.count)
      if name.isEmpty, rest.isEmpty, total == 0, lastFactor == .max, let plainUnit { name = Substring(plainUnit) }
      guard let unit = units.first(where: { $0.name == name }), unit.factor < lastFactor else { return nil }
      lastFactor = unit.factor
      let (part, tooLarge) = count.multipliedReportingOverflow(by: unit.factor)
      let (sum, tooLargeToo) = total.addingReportingOverflow(part)
      guard !tooLarge, !tooLargeToo else { return nil }
      total = sum
    }
    return total
  }

  /// The text in the largest unit that leaves no rest; zero takes the smallest.
  static func text(of amount: Int64, units: [Unit]) -> String {
    for unit in units where amount != 0 && amount % unit.factor == 0 {
      return "\(amount / unit.factor)\(unit.name)"
    }
    return "\(amount)\(units.last?.name ?? "")"
  }
}
