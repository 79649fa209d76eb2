public import CooperDiagnostics

/// The codes of connections to platforms, for `cooper explain`.
public let platformCatalogue: [CatalogueEntry] = [
  .init(
    "PLT0001", "A setting of a platform's connection that can't be used",
    "The address, the certificate or the way of signing in can't be used as written.",
    fix: "Mend the field that the message names."),
  .init(
    "PLT0002", "A platform refused the sign-in",
    "User, password, key or token are wrong, have ended, or belong to another platform. "
      + "It is not tried again in this run.",
    fix: "Check what the references in the connection's access lead to."),
  .init(
    "PLT0003", "A call was refused for want of a session", "The platform doesn't know the token, also a new one.",
    fix: "Check what the references in the connection's access lead to."),
  .init(
    "PLT0004", "A platform denies a call", "Who is signed in may not do this there.",
    fix: "Ask for the right at the platform, or sign in as somebody who has it."),
  .init(
    "PLT0005", "An entry is gone", "The platform doesn't know the entry that the call was about.",
    fix: "Plan again; it may have been removed meanwhile."),
  .init(
    "PLT0006", "An entry is there already", "Somebody else made an entry of that name, or changes it now.",
    fix: "Plan again; import it, or choose another name."),
  .init(
    "PLT0007", "A platform asks to slow down", "It got too many calls, and did not take more of them in time.",
    fix: "Wait, and apply again; what was done is not done twice."),
  .init(
    "PLT0008", "A platform can't answer", "It answered with an error of its own.",
    fix: "Wait, and apply again; a write may have happened, and the next plan looks."),
  .init(
    "PLT0009", "An answer that breaks the protocol", "It says that all went well and isn't what was asked for.",
    fix: "Check that the endpoint is that of the platform's API."),
  .init(
    "PLT0010", "A platform refuses what was sent", "The message has the platform's own words.",
    fix: "Correct what it names."),
  .init(
    "PLT0011", "Something that a platform can't hold",
    "The bucket or the identity can't be entered there as declared; the platform would take it and fail later.",
    fix: "The message says what to write instead."),
  .init(
    "PLT0012", "The quota of a platform is used up", "It takes no more entries. Sending again does not help.",
    fix: "Remove entries, or raise the quota at the platform."),
  .init(
    "PLT0013", "An entry is in use", "The platform keeps it because others there use it.",
    fix: "Let go of it there first; the message says who uses it."),
  .init(
    "PLT0014", "An entry belongs to somebody else", "It is shared with who is signed in, and isn't theirs.",
    fix: "Choose another registrationName, or sign in as its owner."),
  .init(
    "PLT0015", "A platform can't use what it was given",
    "The entry was made or would be, and the platform's own check says that the bucket can't be reached with it.",
    fix: "Check name, endpoint, region and credentials of the bucket."),
  .init(
    "PLT0018", "The platform doesn't see it",
    "Palette was asked for what the location names (storage account, container, kind of account) and answered without it: it "
      + "is not there, or who asks may not see it.",
    fix: "Correct the name, or write  cloudAccount:  of a cloud account in Palette that may see it."),
  .init(
    "PLT0017", "A check that came too early",
    "What it would ask needs a name that the platform chooses when the bucket is made.", fix: "Apply first."),
]
