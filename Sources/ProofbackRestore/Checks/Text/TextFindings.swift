public import ProofbackCore

/// What the text of a dump tells of the way that it came.
public enum TextFindings {
  public static let wrongCharset = FindingDefinition(
    "dump.wrong-charset", .failed,
    cause:
      "The dump announces a character set with one byte a character for rows that are UTF-8: their text is not restored.",
    nextStep: "dump with --default-character-set=utf8mb4, and let nothing change the header")
  public static let encodedTwice = FindingDefinition(
    "dump.encoded-twice", .warning,
    cause: "Text of the dump is UTF-8 that was taken for latin1 and made UTF-8 again.",
    nextStep:
      "look at the text in the source: it was written over a connection with another character set, or the dump was")
  public static let charactersReplaced = FindingDefinition(
    "dump.characters-replaced", .warning,
    cause: "Most characters beyond ASCII of a table are U+FFFD, which programs put where they can't read a character.",
    nextStep: "look whether the source has them too; a tool between dump and file may have taken it for UTF-8")
  public static let bytesFiltered = FindingDefinition(
    "dump.bytes-filtered", .failed,
    cause: "Binary data of the dump lacks control characters altogether: something took them out on the way.",
    nextStep: "let no text tool (tr, sed, iconv, a terminal) touch the dump, or dump with --hex-blob")
  public static let blanksChanged = FindingDefinition(
    "dump.blanks-changed", .failed,
    cause: "Blanks or tabs that the tool always writes are others: something changed those of the rows too.",
    nextStep: "let no editor, terminal or text tool touch the dump")
  public static let commentedOut = FindingDefinition(
    "dump.commented-out", .failed, cause: "Statements of a dump tool's stand in a comment: they are not restored.",
    nextStep: "find out who changed the file, and dump again")

  public static let all = [
    wrongCharset, encodedTwice, charactersReplaced, bytesFiltered, blanksChanged, commentedOut,
  ]
}
