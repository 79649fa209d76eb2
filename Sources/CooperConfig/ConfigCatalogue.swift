public import CooperDiagnostics

/// The diagnostic codes of this room, for `cooper explain`.
public let configDiagnostics: [CatalogueEntry] = loadingEntries + variableEntries + resourceEntries + ruleEntries

private let loadingEntries: [CatalogueEntry] = [
  .init(
    .noProject, "No project here", "A project is a directory with a file cooper.yaml that can be read.",
    fix: "Run cooper init, change into the directory, or name it with --project."),
  .init(
    .noVersion, "No language version", "The root file says in which version of the language the project is written.",
    fix: "Write cooper: 1 as the first line of cooper.yaml."),
  .init(
    .otherVersion, "Another language version", "This build speaks one version of the language and guesses no other.",
    fix: "Write the version that this build speaks, or use another build."),
  .init(
    .onlyInRoot, "A key of the root file only",
    "The version, the name, includes and environments of a project stand in cooper.yaml, so that one file shows them.",
    fix: "Move the key to cooper.yaml."),
  .init(
    .includeEscapes, "An include leads out of the project", "Included paths start at the project and stay below it.",
    fix: "Move the file into the project."),
  .init(
    .includeMatchesNothing, "An include matches no file", "The pattern is right in form, but no file has such a name.",
    fix: "Correct the pattern or take it out."),
  .init(
    .unreadableFile, "A file can't be read", "A file that the project names is not there, or can't be read.",
    fix: "Correct the path in include, or the rights of the file."),
  .init(
    .unknownSection, "An unknown section", "Top-level keys are the sections of the language; x- keys are free.",
    fix: "Correct the name."),
  .init(
    .sectionOfLaterBuild, "A section that this build doesn't know yet",
    "The section belongs to the language, but no provider in this build has resources of that kind.",
    fix: "Take the section out, or use a newer build."),
  .init(
    .wrongSectionForm, "A section of the wrong form", "Sections are maps from names, except moved and consents.",
    fix: "Write the section in the form that the message names."),
  .init(
    .duplicateName, "A name declared twice", "Names are unique within a section over all files of a project.",
    fix: "Rename one, or use a profile or an environment to vary one resource."),
  .init(
    .badName, "A name that can't be part of an address", "Names hold letters, digits, hyphens and underscores.",
    fix: "Rename it; the name at the provider can differ, see bucketName."),
  .init(
    .sectionTwice, "A section written twice", "Sections that are one block stand in one file.",
    fix: "Join the two blocks."),
  .init(
    .noProjectName, "No name, or none that can be used", "The project's name stands in plans, states and $(project).",
    fix: "Write a name of 1 to 64 letters, digits, hyphens or underscores."),
  .init(
    .emptySection, "A section with nothing in it", "A key without a value may be a slip, so it is asked about.",
    fix: "Write {} or [], or take the line out."),
  .init(
    .fileIsNoMap, "A file of the wrong form", "Each document of a project file is a map from sections.",
    fix: "Put the content under a section."),
  .init(
    .wrongIncludeForm, "include is no list of paths", "include is a list of paths and patterns.",
    fix: "Write include: [\"buckets/*.yaml\"] or the like."),
]

private let variableEntries: [CatalogueEntry] = [
  .init(
    .unknownVariable, "An unknown variable gets a value", "Only variables that the project declares take values.",
    fix: "Correct the name, or declare it under variables."),
  .init(
    .variableWithoutValue, "A variable without a value",
    "The variable has no default, and nobody gives it a text. Order: default, environment, --var-file, COOPER_VAR_, --var.",
    fix: "Give it in one of these places."),
  .init(
    .wrongVariableType, "A variable's text of the wrong type",
    "The variable declares a type, and the text it gets is none of that type.", fix: "Write a text of that type."),
  .init(
    .reservedVariable, "A reserved variable", "environment, project and self have meanings of their own.",
    fix: "Choose another name."),
  .init(
    .strayProcessVariable, "A COOPER_VAR_ without a variable", "The environment gives a text that nothing takes.",
    fix: "Correct the name; hyphens are written as underscores there."),
  .init(
    .environmentNeeded, "An environment is needed", "A project with environments means another thing in each of them.",
    fix: "Add --environment NAME."),
  .init(
    .unknownEnvironment, "An unknown environment", "The environment is not declared in cooper.yaml.",
    fix: "Correct the name, or declare it under environments."),
  .init(
    .nothingToRemove, "A null that removes nothing", "An environment removes a resource that nobody declares.",
    fix: "Correct the name, or take the line out."),
  .init(
    .unknownSubstitution, "An unknown name in a text",
    "$(name) must name a variable, environment, project, a field of "
      + "self, or an output such as buckets.logs.arn.",
    fix: "Correct the name, or write $$( for the two signs themselves."),
  .init(
    .brokenSubstitution, "A $( that is no name", "There are names and nothing else in $(…): no functions, no spaces.",
    fix: "Write $(name), or $$( for the two signs themselves."),
  .init(
    .substitutionCycle, "Texts that need each other", "No order exists in which these texts could be made.",
    fix: "Write one of them without the others."),
  .init(
    .substitutionWithoutValue, "A name without a value here", "The name is right, but there is nothing behind it here.",
    fix: "Give the value, or write the text without it."),
]

private let resourceEntries: [CatalogueEntry] = [
  .init(.unknownProfile, "An unknown profile", "Profiles are declared under profiles.", fix: "Correct the name."),
  .init(
    .typeBlockSetsConnection, "A type block sets the connection",
    "A block for a type of connection is chosen by the connection, so it can't choose one.",
    fix: "Set connection in the profile itself or at the bucket."),
  .init(
    .purgeFromProfile, "purge from a profile",
    "deletion: purge lets Cooper destroy all objects of a bucket; reviewers must see it at that bucket.",
    fix: "Write it at the bucket."),
  .init(
    .wrongProfileForm, "A profile of the wrong form", "A profile holds bucket fields, and blocks per connection type.",
    fix: "Correct the field."),
  .init(
    .facetTwice, "One facet in two places", "Two places that set one facet would hide each other.",
    fix: "Keep one; profiles and environments may be overridden."),
  .init(
    .facetsOfNothing, "facets of an unknown bucket", "facets adds to buckets that are declared elsewhere.",
    fix: "Correct the name, or declare the bucket."),
  .init(
    .wrongResourceForm, "A resource of the wrong form", "A resource is a map of fields, {} when it has none.",
    fix: "Write a map."),
  .init(
    .unknownConnectionType, "An unknown type of connection", "The type says which provider serves a connection.",
    fix: "Write one of the types that the message names."),
  .init(
    .unknownAccessMethod, "An unknown access method", "The method says how Cooper signs in; each has its own fields.",
    fix: "Write one of the methods that the message names."),
  .init(
    .noConnectionType, "A connection without type", "Without a type nothing is known of a connection.",
    fix: "Write type: aws or another."),
  .init(
    .noAccess, "A connection without access", "This type has no usual way to sign in.",
    fix: "Write access with a method."),
  .init(
    .unknownConnection, "An unknown connection", "Connections are declared under connections.",
    fix: "Correct the name."),
  .init(
    .noConnection, "A bucket without connection", "Neither the bucket nor its profiles say where it lives.",
    fix: "Write connection at the bucket or in a profile."),
  .init(
    .kindNotHeld, "A connection that can't hold the kind", "The provider has no such things.",
    fix: "Use another connection."),
  .init(
    .unknownResourceField, "An unknown field", "The field is neither a setting nor a facet of the kind.",
    fix: "Correct the name."),
  .init(
    .facetNotHeld, "A facet that the store can't hold",
    "The store lacks it, so Cooper says so now instead of failing, or pretending, later.",
    fix: "Take it out, or opt out with null where a profile gives it."),
  .init(
    .settingNotHeld, "A setting that means nothing here", "This type of connection has no such setting.",
    fix: "Take it out."),
  .init(
    .missingSetting, "A setting that this store needs", "For example the region on AWS without an endpoint (R-01).",
    fix: "Write it at the bucket, or at the connection for all of its buckets."),
  .init(
    .badNativeName, "A name that the provider refuses", "The rules for names are the provider's (R-13).",
    fix: "Write a bucketName that keeps them."),
  .init(
    .danglingReference, "A name that leads nowhere",
    "A field names another resource of the project, and there is none of that name in this environment.",
    fix: "Correct the name, declare the resource, or opt out with null where it is not needed."),
  .init(
    .circleOfBirths, "Resources that wait for each other",
    "Each needs a value that is born when the next one is made, so none of them could be made first. Names and texts that "
      + "are known before apply may lead in circles: all resources are made before their facets are written.",
    fix: "Write one of the values as a text of your own."),
  .init(
    .noVariant, "A resource without its type", "Which fields it has depends on this word.",
    fix: "Write one of the words that the message names."),
  .init(
    .fieldOfOtherVariant, "A field of another type",
    "The field goes with another word in the field that the message names.",
    fix: "Take it out, or change the word."),
  .init(
    .missingResourceField, "A field without which it means nothing", "Cooper does not guess what was meant.",
    fix: "Write the field."),
  .init(
    .onePlaceNeeded, "Not exactly one connection",
    "Each such resource lives on one platform and has a record of its own.",
    fix: "Write a block for each connection."),
  .init(
    .nameBornInApply, "A name that is known after apply only",
    "Plans and states know resources by their names, and maps their entries by key, so these can't wait for apply.",
    fix: "Write a name that is known before."),
  .init(
    .secretInText, "A secret as a part of a text",
    "The text would be shown in plans and states; a secret may only be the whole of a field for secrets.",
    fix: "Take it out of the text."),
  .init(
    .sidTwice, "One Sid in a policy and in a grant",
    "A bucket's policy and the grants on it make one document, joined by Sid; two statements with one Sid would hide each "
      + "other.", fix: "Rename the grant or the statement."),
  .init(
    .grantWithoutPrincipal, "A grant to somebody whom a policy can't name",
    "A bucket's policy names roles, users, accounts and services by their ARNs.",
    fix: "Grant it to a role, or write  aws:  with an ARN."),
  .init(
    .twoOwners, "One bucket in two environments",
    "Each environment has a state of its own, so two of them would undo each other's changes and one could delete what the "
      + "other needs. A physical bucket has one owner over all environments.",
    fix: "Put $(environment) into the name, or refer to it with  origin: existing  in all environments but one."),
  .init(
    .badAddress, "No address", "Addresses are written section.name, for example buckets.logs.",
    fix: "Correct the address."),
]

private let ruleEntries: [CatalogueEntry] = RuleSettings.entries + ConfigurationRules.all.flatMap { $0.entries }
