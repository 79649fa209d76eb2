internal import CooperDiagnostics

/// Why `cooper emit` can't make or write a document.
let documentEntries: [CatalogueEntry] = [
  .init(
    "DOC0001", "A document of something else",
    "Each form is made of resources of certain sections: a trust policy of an identity, Velero's objects of a backup location.",
    fix: "Name another address, or another form; docs/documents.md lists what is made of what."),
  .init(
    "DOC0002", "A document needs a value that is born in apply",
    "Names that a cluster makes, external ids that a platform chooses and the like are known once they were recorded. The "
      + "other documents are written all the same.",
    fix: "cooper apply, then  cooper emit  again."),
  .init(
    "DOC0003", "A document needs something that the resource doesn't say",
    "An identity, a region, an account or the like is missing.", fix: "Write what the message names."),
  .init(
    "DOC0004", "A form that doesn't fit the resource",
    "The program or platform that reads the form can't use such a bucket, or can't sign in as such an identity.",
    fix: "Do what the message says."),
  .init(
    "DOC0005", "A secret that can't stand in the document",
    "A key with a line end in it would begin another setting; a Google key that is no JSON has no parts. It is refused "
      + "rather than bent.",
    fix: "Correct what the reference leads to."),
  .init(
    "DOC0006", "A setting that Velero refuses (VL-01, VL-04)",
    "Velero makes a location unavailable for one unknown key or a value it can't read, so such a document isn't written.",
    fix: "Correct  config:  or  snapshots:  at the location."),
  .init(
    "DOC0007", "A secret that Cooper doesn't have",
    "Keys that a platform makes stay there; an identity that names no key has none.",
    fix: "Write  secrets: omit, or give the identity the field."),
  .init(
    "DOC0008", "A path that can't be written",
    "Documents are regular files inside the project, without links on the way, and none of the project's own files. "
      + "Flowfile's connections have names that Flowfile chooses (FF-06).", fix: "Write another path."),
  .init(
    "DOC0009", "A file that Cooper didn't write",
    "A file is replaced only when Cooper's first line stands in it, or, where the format has no comments, when it is JSON "
      + "with the very same members.",
    fix: "Move the file away, write another path, or  cooper emit --force."),
  .init(
    "DOC0010", "A document that can't be read or written", "The file system refused it.",
    fix: "Look at permissions and space."),
  .init(
    "DOC0011", "Secrets on a terminal", "A document with secrets is printed into a pipe only.",
    fix: "Pipe it, or let it be written to its path."),
]
