internal import CooperDiagnostics

/// Findings of applying and of the state.
let runningEntries: [CatalogueEntry] = [
  .init(
    "APL0001", "Another configuration than planned",
    "The saved plan was made from other YAML, other variables or another environment than what is here now.",
    fix: "Plan again and have the new plan reviewed."),
  .init(
    "APL0002", "A stale plan",
    "What the plan rests on moved since it was made: the state, or something at a provider. What was reviewed is not "
      + "what would run, so nothing was changed.", fix: "Plan again; the new plan shows what moved."),
  .init(
    "APL0003", "Not a plan", "The file is no plan of Cooper's, was edited, or comes from a newer version.",
    fix: "Plan again:  cooper plan --out FILE."),
  .init(
    "ENG0001", "A replacement was planned", "What holds data is never replaced. This is a defect of Cooper.",
    fix: "Report it with the plan."),
  .init(
    "ENG0002", "It appeared meanwhile", "Between plan and apply somebody made the resource.",
    fix: "Plan again; to take it over, write  adopted:  as the plan says."),
  .init(
    "ENG0003", "The name was taken meanwhile", "Names are shared with all accounts of the store, and another took it.",
    fix: "Choose another bucketName."),
  .init(
    "ENG0004", "A value that can't be sent", "The store has no form for this value.",
    fix: "The message names the field; write another value."),
  .init(
    "ENG0005", "The store can't hold a facet", "It took the write and then said that it has no such thing.",
    fix: "Leave the facet out on this connection."),
  .init(
    "ENG0006", "Written, but not read back",
    "After the write the store went on showing something else. The facet is not recorded, so the next plan shows the "
      + "difference.", fix: "Plan again; if it stays, report it with the name of the adapter."),
  .init(
    "ENG0007", "A connection that can't be used", "A change needs a connection that is not declared or did not open.",
    fix: "Declare it, or see  cooper check."),
  .init(
    "ENG0010", "A connection without this kind", "No resource of that section can be on such a connection.",
    fix: "Name another connection."),
  .init(
    "ENG0011", "A value that its platform has not told",
    "A resource needs a value that another one gets when it is made (a generated name, an address), and the platform has "
      + "not given it in the time that was waited.",
    fix: "Look at the resource that the message names at its platform, and apply again."),
  .init(
    "ENG0012", "A secret that can't be asked for",
    "A call needs a secret that a platform makes, and this version has no way to ask that platform for it.",
    fix: "Give a reference instead:  identities: { x: { type: accessKey, accessKeyId: env:…, secretAccessKey: env:… } }"
  ),
  .init(
    "ENG0014", "A secret without a source", "A call needs a secret in a run that looks up none.",
    fix: "Report it: a plan should have said so."),
  .init(
    "ENG0015", "Made with its document",
    "A resource of this kind is made by the call that carries its document, and the plan holds none.",
    fix: "Plan again, and apply that plan."),
  .init(
    "ENG0016", "Only read here", "Keys that a platform makes are read where they are needed, and never made by Cooper.",
    fix: "Declare what makes them, for example the bucket."),
  .init(
    "KEY0001", "No room for another key",
    "The provider lets an identity have a few keys only (two at AWS), and all places are taken by keys that Cooper didn't "
      + "make, or that are still in use.",
    fix: "Delete a key that nobody uses, and apply again."),
  .init(
    "KEY0002", "No place for a key",
    "A key is shown once, so it is made only when it can be kept: the place that keys.to names can't take it.",
    fix: "Follow the message, or name another place:  keys: { to: { env: out/etl.env } }"),
  .init(
    "KEY0003", "Keys are exchanged step by step", "A key is made, proved, kept and recorded; no single call does that.",
    fix: "Report it: the engine should have done this itself."),
  .init(
    "KEY0004", "A new key that doesn't work",
    "A call signed with a key that was just made was refused for as long as providers take to learn of one. The key before "
      + "stays in use.",
    fix: "Apply again: the key that didn't work is deleted and another one made."),
  .init(
    "KEY0005", "A key that is in no place",
    "Something needs the key of an identity, and the place that keys.to names doesn't hold it any more.",
    fix: "Apply: the plan notices that it is gone, and another key is made."),
  .init(
    "STA0001", "The state can't be used",
    "It is locked, damaged, of another kind, or its disk failed; the message "
      + "says which. What was recorded before is safe.",
    fix: "Follow the message;  cooper state unlock  shows a holder."),
  .init(
    "STA0002", "A pushed state was refused",
    "A state replaces another only if both have one lineage and its serial is higher; else changes would be lost.",
    fix: "Pull, change that, and push it with the next serial."),
  .init(
    "STA0010", "The state could not be written",
    "Without a record of what is about to happen nothing more is sent; what was done is in the journal.",
    fix: "Make room on the disk or mend its rights, then apply again: it goes on from the journal."),
  .init(
    "STA0011", "State in a bucket",
    "The project declares  state:  in a bucket, and this build keeps state in files only. Going on would begin a second, empty state here.",
    fix: "Give  --state FILE, or take the state: block out."),
]
