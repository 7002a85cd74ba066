import ProofbackCore

enum DecompressFindings {
  static let all = [truncated, corrupt, trailingGarbage, memory, toolMissing]

  static let truncated = FindingDefinition(
    "decompress.truncated", .failed,
    cause: "The compressed stream ends before its own end mark: the file was cut off.",
    nextStep: "compare the file's size with the original's, and look at how it is copied and whether a disk was full")

  static let corrupt = FindingDefinition(
    "decompress.corrupt", .failed,
    cause: "The compressed stream is damaged: its checksum or its structure is wrong.",
    nextStep: "take another copy of the file; if that is damaged too, test the disk and memory it was written on")

  /// failed, although the bytes before it are whole: a second stream whose head is damaged looks the same, and then
  /// rows are missing.
  static let trailingGarbage = FindingDefinition(
    "decompress.trailing-garbage", .failed,
    cause:
      "After the compressed stream come bytes that are none: an error text, padding, or a further stream whose head is damaged.",
    nextStep:
      "look at the file's last bytes: if something was appended by mistake, stop that; else make the backup anew")

  static let memory = FindingDefinition(
    "decompress.memory-limit", .inconclusive,
    cause: "The compressed stream asks for more memory than a decoder may have here.",
    nextStep: "compress with a smaller window or dictionary (zstd --long at most 31, xz -9 or less)")

  static let toolMissing = FindingDefinition(
    "decompress.tool-missing", .inconclusive,
    cause: "The tool for this compression is not installed.",
    nextStep: "run `proofback doctor`: it says what to install")
}
