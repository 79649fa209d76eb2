public import CooperDiagnostics

/// The diagnostic codes of this room, for `cooper explain`.
public let schemaDiagnostics: [CatalogueEntry] = [
  .init(
    .unknownField, "A field that does not exist here",
    "Every key must be a field that the schema names, so that a slip of the pen is found before it does nothing.",
    fix:
      "Correct the name, or remove the line. Keys that begin with x- are free where the message does not say otherwise."
  ),
  .init(
    .wrongType, "A value of the wrong type",
    "The schema wants another kind of value: a list, a map, text, a number, or true or false. Words such as yes and no "
      + "are text in YAML 1.2, and so is everything in quotes.",
    fix: "Write the kind of value that the message names."),
  .init(
    .missingField, "A required field is missing",
    "The object means nothing without this field, and Cooper does not guess.",
    fix: "Add the field."),
  .init(
    .outOfRange, "A value out of range",
    "The service accepts values within these bounds only.",
    fix: "Write a value within the bounds that the message names."),
  .init(
    .badChoice, "Not one of the allowed words",
    "The field takes one word of a closed list. Upper and lower case count.",
    fix: "Write one of the words that the message names."),
  .init(
    .badPattern, "A text of the wrong form",
    "The text must have a certain form, for example that of a bucket name.",
    fix: "Write a text as the message describes it."),
  .init(
    .badLength, "A text too short or too long",
    "The service limits the length of this text; it is counted in Unicode code points.",
    fix: "Write a text within the limits."),
  .init(
    .duplicateKey, "A key stands twice",
    "Two keys of one map are the same, or differ only in how their accents are encoded. Tools disagree about which counts.",
    fix: "Keep one of the two."),
  .init(
    .duplicateElement, "An element of a set stands twice",
    "Order means nothing in this list, and each element may be in it once; objects are told apart by their identity fields.",
    fix: "Keep one of the two."),
  .init(
    .nullValue, "null where a value is needed",
    "A written null means that the field is absent, and this field can't be.",
    fix: "Write a value, or remove the entry."),
  .init(
    .badDuration, "Not a duration",
    "A duration is a whole number and a unit (d, h, m, s), or several with descending units: 30d, 12h, 90s, 1d12h, 0s.",
    fix: "Write the number with its unit."),
  .init(
    .badSize, "Not a size",
    "A size is a plain count of bytes, or a whole number and a binary unit (B, KiB, MiB, GiB, TiB, PiB). MB and GB are "
      + "refused because programs disagree about what they mean.",
    fix: "Write the number with a binary unit, e.g. 64MiB."),
  .init(
    .badInstant, "Not a date",
    "A date is written year first, e.g. 2026-12-01, which means midnight UTC, or with a time: 2026-12-01T06:00:00Z.",
    fix: "Write the date as in ISO 8601."),
  .init(
    .badDocument, "Not a JSON document",
    "A document such as a bucket policy is written as YAML, or as a text that holds one JSON object.",
    fix: "Correct the JSON at the place that the note names, or write the document as YAML."),
  .init(
    .tooDeep, "Too deeply nested",
    "Values may stand only so deep in each other; nothing that Cooper knows needs more.",
    fix: "Flatten the value."),
  .init(
    .readOnlyField, "A field that is only ever read",
    "The provider sets this field; writing it would have no effect.",
    fix: "Remove the line. To use the value elsewhere, refer to it, e.g. $(buckets.x.arn)."),
  .init(
    .plainSecret, "A secret in plain text",
    "A secret field takes a reference and nothing else, because whoever can read the file, a plan or a log could read "
      + "the secret. The text is not repeated in the message.",
    fix:
      "Write env:NAME, file:PATH, sealed:… or { command: [word, …] }. Replace the secret if the file was ever shared."),
  .init(
    .badSecret, "A reference to a secret that can't be read",
    "A reference is env: and the name of an environment variable, file: and a path, sealed: and a sealed text, or a map "
      + "with one key, command, and a list of words.",
    fix: "Correct the reference."),
  .init(
    .secretInPlainField, "A secret in a field that others read",
    "Plans, states and logs show this field, so a secret of another resource can't stand in it. It may only be the "
      + "whole of a field that takes a reference to a secret.",
    fix: "Write it where a secret is expected, or use another output."),
  .init(
    .emptyKey, "A key with nothing after it",
    "An empty key could mean two things: managed and cleared, or not managed at all. Cooper does not guess, since one "
      + "of the two deletes settings.",
    fix: "Write [] or {} to clear it, null to leave it alone, or a value."),
]
