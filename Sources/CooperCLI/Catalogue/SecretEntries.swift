internal import CooperDiagnostics

/// Findings of secrets: references, sealed values, and endpoints that get none.
let secretEntries: [CatalogueEntry] = [
  .init(
    "SEC0001", "A variable that is not set",
    "A field refers to  env:NAME, and the process has no such variable, or an empty one.",
    fix: "Set it where Cooper runs, or correct the name."),
  .init(
    "SEC0002", "A secret file that can't be read",
    "A field refers to  file:PATH; the file is missing, empty, too large, no regular file, or not to be read by this user.",
    fix: "Correct the path; relative paths start at the project."),
  .init(
    "SEC0003", "A secret file outside the allowed directories",
    "file: references may lie in the project, in the home directory and in what the user's settings name, links followed. A "
      + "pull request could otherwise name any file of the machine.",
    fix: "Move the file, or write  secretRoots: [DIRECTORY]  in ~/.config/cooper/settings.yaml."),
  .init(
    "SEC0004", "A secret file that others can use",
    "The file's mode lets its group or everybody read or write it, so it is no secret.", fix: "chmod 600 FILE."),
  .init(
    "SEC0005", "Commands are not enabled",
    "{ command: […] } starts a program that the repository names. Whoever can change the repository could start any, so it runs "
      + "only where somebody outside the repository allows it.",
    fix: "Write  allowCommands: [PROGRAM]  in ~/.config/cooper/settings.yaml, or set COOPER_ALLOW_COMMANDS=1."),
  .init(
    "SEC0006", "A command that gave no secret",
    "The program could not be started, failed, took too long, or printed nothing or too much. What it printed is never shown, "
      + "because it may hold the secret.", fix: "Run it by hand to see why."),
  .init(
    "SEC0007", "No key for a sealed secret", "The secret was sealed with a key that is not among those of this user.",
    fix: "Give the key by COOPER_SEALING_KEY, or by  sealingKeys:  in ~/.config/cooper/settings.yaml."),
  .init(
    "SEC0008", "A sealed secret that was moved",
    "A sealed text opens only in the project and the field that it was sealed for, so that nobody can have it opened into a "
      + "field of their own. Renaming the project, the connection or the resource counts as moving.",
    fix: "cooper secrets seal FIELD, with the secret's value."),
  .init(
    "SEC0009", "A sealed secret that can't be read", "The text is cut, was edited, or comes from a newer version.",
    fix: "Take it from the history of the repository, or seal the secret anew."),
  .init(
    "SEC0010", "User settings that can't be used",
    "~/.config/cooper/settings.yaml says what this user allows. With an error in it nothing is allowed, rather than something "
      + "that wasn't meant.", fix: "Mend what the message names."),
  .init(
    "SEC0011", "An endpoint that nobody confirmed",
    "The connection leads to an address that the state doesn't have for it. A pull request can write any address beside any "
      + "reference to a secret, so nothing signed is sent there and no secret is looked up for it.",
    fix: "If it is meant:  COOPER_TRUST_ENDPOINTS=https://…, or  trustEndpoints:  in ~/.config/cooper/settings.yaml; "
      + "the next apply records the address."),
  .init(
    "SEC0012", "No sealing key",
    "What should hold a sealing key holds something else, or there is no key to seal with.",
    fix: "cooper secrets keygen."),
  .init(
    "SEC0013", "Secrets are not looked up", "--no-observe asks nobody for anything.", fix: "Plan without --no-observe."),
  .init(
    "SEC0014", "A program that the project names",
    "Programs of sign-in tools, such as credential_process of a profile, run because a file of the user's own names them. A file "
      + "inside the project can be changed by a pull request, so nothing that it names is run.",
    fix: "Keep the file in the home directory, e.g. ~/.aws/config, and AWS_CONFIG_FILE unset or outside the project."),
  .init(
    "SEC0020", "A secret that is not the expected document",
    "A part of a JSON document is needed, for example the private key of a Google service-account key, and what the "
      + "reference leads to is no such document.",
    fix: "Let the reference lead to the whole JSON key as its platform gave it."),
]
