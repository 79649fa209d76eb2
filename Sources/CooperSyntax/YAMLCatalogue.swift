public import CooperDiagnostics

/// The diagnostic codes of this room, for `cooper explain`.
public let yamlCatalogue: [CatalogueEntry] = [
  .init(
    "YML0001", "The file is not UTF-8",
    "Cooper reads UTF-8 only, so that a name means the same bytes on every machine.",
    fix: "Save the file as UTF-8. For a Latin-1 file: iconv -f latin1 -t utf-8 FILE."),
  .init(
    "YML0002", "The file is UTF-16 or UTF-32",
    "Some Windows programs save text so. YAML allows it, other tools of a repository (diff, grep) do not read it.",
    fix: "Save the file as UTF-8."),
  .init(
    "YML0003", "A hidden character",
    "Control characters, marks that reverse the reading direction, line separators other than a line break and a byte "
      + "order mark inside the text can't be seen in review, and tools disagree about them.",
    fix: "Delete the character, or write it as an escape such as \"\\u2028\" in double quotes."),
  .init(
    "YML0004", "Too many directive lines",
    "Lines that begin with % are directives to the YAML reader; few files have any.",
    fix: "Remove them."),
  .init(
    "YML0005", "The file is too large", "Files are read under limits, because a pull request is untrusted.",
    fix: "Spread the file over several and list them under include."),
  .init(
    "YML0006", "Nested too deep",
    "The language needs about ten levels; very deep nesting only serves to exhaust a program.",
    fix: "Look for a bracket that is never closed."),
  .init(
    "YML0007", "Too many values in one file", "Files are read under limits, because a pull request is untrusted.",
    fix: "Spread the file over several and list them under include."),
  .init(
    "YML0008", "Aliases stand for too many values",
    "Aliases of aliases multiply: a file of one kilobyte can stand for billions of values.",
    fix: "Use profiles for what many buckets share, or fewer aliases."),
  .init(
    "YML0009", "A tab in the indentation", "YAML forbids tabs in indentation, since their width is a matter of taste.",
    fix: "Indent with two spaces a level; expand -i -t 2 FILE converts a file."),
  .init(
    "YML0010", "A key twice in one mapping",
    "Other readers keep the last one silently. Cooper doesn't guess which was meant.",
    fix: "Delete one, or join them. Several merge keys become one: <<: [*first, *second]."),
  .init(
    "YML0011", "A key that is a list or a mapping",
    "Keys are text. Unquoted text that begins with a bracket is no text.",
    fix: "Put quotes around a key that begins with a bracket."),
  .init("YML0012", "A value without a key", "There is nothing in front of the colon.", fix: "Write the key."),
  .init(
    "YML0013", "An unknown tag",
    "Tags such as !Ref or !vault belong to other programs. Cooper knows !!str, !!int, !!float, !!bool, !!null, !!seq and "
      + "!!map.", fix: "Remove the tag. Text that begins with an exclamation mark needs quotes."),
  .init(
    "YML0014", "A tag on the wrong kind of value", "!!map stands on mappings, !!seq on lists, the others on text.",
    fix: "Remove the tag."),
  .init(
    "YML0015", "An alias without its anchor",
    "An alias *name repeats what stands at &name earlier in the same document.",
    fix: "Define the anchor above, or quote a text that begins with an asterisk: origins: [\"*\"]."),
  .init(
    "YML0016", "An alias within what it repeats", "Such a value would have no end.",
    fix: "Move what is shared to a key of its own that begins with x-."),
  .init(
    "YML0017", "A merge of something that is no mapping", "<<: takes an alias of a mapping, or a list of such.",
    fix: "Point the alias at a mapping. A key that is really called << needs quotes."),
  .init(
    "YML0018", "A quote or bracket that is never closed",
    "Reading ended, or met something impossible, before it closed.",
    fix: "Close it."),
  .init(
    "YML0019", "Text that needs quotes",
    "Text can't begin with @ or ` or %, and * and & begin aliases and anchors.", fix: "Write it in quotes."),
  .init(
    "YML0020", "Indentation that fits nothing", "A line begins in a column where no mapping or list is open.",
    fix: "Start the line in the column of its neighbours."),
  .init(
    "YML0021", "A colon where none can stand",
    "Either the text of a value holds a colon and a space, or a line is indented "
      + "too far.", fix: "Quote the value, or indent the line like its neighbours."),
  .init(
    "YML0022", "A key without a colon", "A line of a mapping has a key, a colon and a space.",
    fix: "Write key: value, with the space."),
  .init(
    "YML0023", "A list on the line of its key", "Lists with dashes begin on the line after the key.",
    fix: "Start a new line, or write [a, b]."),
  .init(
    "YML0024", "An unknown escape", "In double quotes a backslash begins an escape; few letters can follow it.",
    fix: "Write two backslashes, or use single quotes."),
  .init(
    "YML0025", "Text that is not YAML", "The reader can't go on; its own words stand in the note.",
    fix: "Check the lines around the place."),
  .init(
    "YML0026", "Text after the end of a value", "A quoted text or a bracket ended, and the line goes on.",
    fix: "Put quotes around the whole value, or delete what is too much."),
  .init(
    "YML0027", "A value is missing", "Two commas in a row, or something else that can't begin a value.",
    fix: "Write the value, or delete the comma or mark in front of it."),
  .init(
    "YML0030", "A file that fmt leaves as it is",
    "fmt reads its own text back before it writes it: it must mean the same and hold every comment. This file's would "
      + "not, so it was not touched.",
    fix: "Write the odd place in a simpler way, or report it with the file."),
  .init(
    "YML0099", "Out of memory", "The system gave no memory to read the file.", fix: "Give the process more memory."),
]
