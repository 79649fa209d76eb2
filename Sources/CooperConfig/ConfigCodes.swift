internal import CooperDiagnostics

/// Codes of loading and elaboration; `CFG0050` to `CFG0119` are their range.
extension DiagnosticCode {
  static let noProject = DiagnosticCode("CFG0050")
  static let noVersion = DiagnosticCode("CFG0051")
  static let otherVersion = DiagnosticCode("CFG0052")
  static let onlyInRoot = DiagnosticCode("CFG0053")
  static let includeEscapes = DiagnosticCode("CFG0054")
  static let includeMatchesNothing = DiagnosticCode("CFG0055")
  static let unreadableFile = DiagnosticCode("CFG0056")
  static let unknownSection = DiagnosticCode("CFG0057")
  static let sectionOfLaterBuild = DiagnosticCode("CFG0058")
  static let wrongSectionForm = DiagnosticCode("CFG0059")
  static let duplicateName = DiagnosticCode("CFG0060")
  static let badName = DiagnosticCode("CFG0061")
  static let sectionTwice = DiagnosticCode("CFG0062")
  static let noProjectName = DiagnosticCode("CFG0063")
  static let unknownVariable = DiagnosticCode("CFG0064")
  static let variableWithoutValue = DiagnosticCode("CFG0065")
  static let reservedVariable = DiagnosticCode("CFG0066")
  static let strayProcessVariable = DiagnosticCode("CFG0067")
  static let environmentNeeded = DiagnosticCode("CFG0068")
  static let unknownEnvironment = DiagnosticCode("CFG0069")
  static let emptySection = DiagnosticCode("CFG0070")
  static let nothingToRemove = DiagnosticCode("CFG0071")
  /// The code that `Check` has for the same finding; here the profile that the key hides is known as well.
  static let emptyFacet = DiagnosticCode("CFG0031")
  static let unknownProfile = DiagnosticCode("CFG0072")
  static let typeBlockSetsConnection = DiagnosticCode("CFG0073")
  static let purgeFromProfile = DiagnosticCode("CFG0074")
  static let wrongProfileForm = DiagnosticCode("CFG0075")
  static let facetTwice = DiagnosticCode("CFG0076")
  static let facetsOfNothing = DiagnosticCode("CFG0077")
  static let wrongResourceForm = DiagnosticCode("CFG0078")
  static let unknownSubstitution = DiagnosticCode("CFG0079")
  static let brokenSubstitution = DiagnosticCode("CFG0080")
  static let substitutionCycle = DiagnosticCode("CFG0081")
  static let substitutionWithoutValue = DiagnosticCode("CFG0082")
  static let unknownConnectionType = DiagnosticCode("CFG0083")
  static let unknownAccessMethod = DiagnosticCode("CFG0084")
  static let noConnectionType = DiagnosticCode("CFG0085")
  static let unknownConnection = DiagnosticCode("CFG0086")
  static let noConnection = DiagnosticCode("CFG0087")
  static let kindNotHeld = DiagnosticCode("CFG0088")
  static let unknownResourceField = DiagnosticCode("CFG0089")
  static let facetNotHeld = DiagnosticCode("CFG0090")
  static let settingNotHeld = DiagnosticCode("CFG0091")
  static let missingSetting = DiagnosticCode("CFG0092")
  static let badNativeName = DiagnosticCode("CFG0093")
  static let badAddress = DiagnosticCode("CFG0094")
  static let fileIsNoMap = DiagnosticCode("CFG0095")
  static let noAccess = DiagnosticCode("CFG0096")
  static let wrongIncludeForm = DiagnosticCode("CFG0097")
  static let danglingReference = DiagnosticCode("CFG0098")
  static let circleOfBirths = DiagnosticCode("CFG0099")
  static let noVariant = DiagnosticCode("CFG0100")
  static let fieldOfOtherVariant = DiagnosticCode("CFG0101")
  static let missingResourceField = DiagnosticCode("CFG0102")
  static let onePlaceNeeded = DiagnosticCode("CFG0103")
  static let nameBornInApply = DiagnosticCode("CFG0104")
  static let secretInText = DiagnosticCode("CFG0105")
  static let sidTwice = DiagnosticCode("CFG0106")
  static let grantWithoutPrincipal = DiagnosticCode("CFG0107")
  static let wrongVariableType = DiagnosticCode("CFG0108")
  static let twoOwners = DiagnosticCode("CFG0109")
}

extension Diagnostic {
  /// A word that stands for nothing, with the word that may have been meant.
  static func unknown(
    _ what: String, _ word: String, like meant: String? = nil, at range: SourceRange, among known: [String],
    code: DiagnosticCode
  ) -> Diagnostic {
    var notes: [Note] = []
    if known.isEmpty {
      notes.append(Note("there is none"))
    } else if known.count <= 12 {
      notes.append(Note("known: " + known.joined(separator: ", ")))
    }
    let match = closestMatch(to: meant ?? word, in: known)
    return Diagnostic(
      code, .error, "Unknown \(what) \"\(word)\"", at: range, notes: notes,
      fix: match.map { ["did you mean \"\($0)\"?"] } ?? [])
  }
}
