internal import CooperDiagnostics

/// Findings of planning: what differs from what the YAML takes for granted.
let planningEntries: [CatalogueEntry] = [
  .init(
    "PLN0031", "Resources that are only planned",
    "The language knows more kinds of resources and facets than this version can look at and make. They are checked and "
      + "planned offline; a plan that observes, and apply, block them and what needs them, and do the rest.",
    fix: "Nothing has to be done; a newer version makes them."),
  .init(
    "PLN0001", "Both ends of a move are recorded",
    "moved: says that one address became the other, but each has a resource of its own; a move would lose one.",
    fix: "Remove the entry, or run  cooper state forget  on the address that is not meant."),
  .init(
    "PLN0002", "A move without effect",
    "The earlier address is not recorded in this state: it was moved already, or "
      + "never made here. That is no error, so that a change goes from stage to prod as it is.",
    fix: "Remove the entry once every environment has it."),
  .init(
    "PLN0003", "A removal without effect", "The address is not recorded in this state; there is nothing to remove.",
    fix: "Remove the entry once every environment has it."),
  .init(
    "PLN0004", "An adoption without effect", "The address is recorded already.",
    fix: "Remove the entry once every environment has it."),
  .init(
    "PLN0005", "A consent whose last day is over", "It permits nothing any more; what needs it is blocked.",
    fix: "Remove it, or give it a later day in review."),
  .init(
    "PLN0010", "An existing resource that does not exist",
    "origin: existing refers to something that others made; Cooper never makes it.",
    fix: "Correct bucketName, or remove  origin: existing  to have Cooper make it."),
  .init(
    "PLN0011", "Nothing there to adopt",
    "adopted: names something that does not exist; making a new one in its place "
      + "would hide a slip of the pen.", fix: "Correct the name, or remove the entry to have a new one made."),
  .init(
    "PLN0012", "A recorded resource is gone",
    "Somebody removed it outside Cooper. Apply makes it again, empty: its data does not come back.",
    fix: "Find out who removed it first; a store's own trail or access log tells."),
  .init(
    "PLN0013", "Two names for one adoption", "adopted: and the declaration give different native names.",
    fix: "Make the two equal."),
  .init(
    "PLN0020", "Something could not be read",
    "The store gave no usable answer. Unknown is not absent: a change over it is blocked, all others go on.",
    fix: "Plan again; if it stays, see  cooper check  and --log-level debug."),
  .init(
    "PLN0021", "A facet of the wrong shape", "A checked value did not fit its model. This is a defect of Cooper.",
    fix: "Report it with the YAML of the facet."),
  .init(
    "PLN0403", "Something may not be read",
    "The credentials are good but may not read this. Unknown is not absent: a change over it is blocked, all others "
      + "go on.", fix: "Grant the permission that the message names, or use other credentials for  planAccess."),
  .init(
    "PLN0032", "An entry that can't be verified",
    "The platform has no call by which its entries are read, so the plan is made on what was recorded when they were written; "
      + "what somebody changed there is not seen. Or it is only referred to (origin: existing), of a kind that this version can't "
      + "look at: the YAML's word that it is there is taken.",
    fix: "Nothing needs mending; to write an entry anew, remove it with  cooper state forget  and apply."),
  .init(
    "PLN0033", "An entry goes, and no data",
    "What is removed is an entry at a platform: it loses its way to the bucket, and the bucket stays as it is.",
    fix: "Nothing needs mending."),
  .init(
    "PLN0034", "A setting that the platform has no place for",
    "The setting is legal for the kind, and this platform has no field for it: it is not sent, and the platform does as if it "
      + "weren't written. Other users of the resource, such as policies and checks, still follow it.",
    fix: "Take it out, or use a bucket of its own where the setting would have kept things apart."),
  .init(
    "PLN0035", "Which way a platform's entry picked",
    "There is more than one way to sign in; this says which one follows from the identity (R-08).",
    fix: "Nothing needs mending; another type of identity picks another way."),
  .init(
    "PLN0036", "Whether the store holds it isn't known yet",
    "The connection's type holds these facets, and a store behind an endpoint of one's own may lack them. Only a look at "
      + "something there tells, and nothing is there yet; nor does the store say what it is. Apply makes the resource, looks "
      + "before its first write of each facet, and refuses what the store can't hold.",
    fix:
      "Nothing, if you know the store. Else write its own type, or make one small bucket first and run  cooper check."),
  .init(
    "PLN0030", "A secret that can't be compared",
    "A resource refers to a secret that can't be had here, so whether it changed since it was written is unknown; the plan takes "
      + "it for unchanged.", fix: "Plan where the secret is, to see whether it was rotated."),
]
