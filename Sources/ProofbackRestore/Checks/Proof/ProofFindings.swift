public import ProofbackCore

/// Findings of a run whose backup has a proof beside it: what came back is held against the source.
public enum ProofFindings {
  private static func failed(_ code: String, _ cause: String, _ next: String) -> FindingDefinition {
    FindingDefinition(code, .failed, cause: cause, nextStep: next)
  }
  private static func warning(_ code: String, _ cause: String, _ next: String) -> FindingDefinition {
    FindingDefinition(code, .warning, cause: cause, nextStep: next)
  }

  public static let missing = failed(
    "proof.missing", "A key for the proof's seal was given, and there is no proof beside the backup.",
    "have the job write one: proofback stamp --output NAME.proof.json --key KEY … -- TOOL … > NAME")
  public static let sealBroken = failed(
    "proof.seal-broken",
    "The proof beside the backup is not as it was sealed with this key: it was changed, or made by somebody else.",
    "compare the key's id with the proof's; if the key is right, find out who wrote the proof, and trust neither file")
  public static let unreadable = warning(
    "proof.unreadable", "What lies beside the backup as its proof can't be read, or is no proof of this version.",
    "stamp the next backup anew, with the same version of proofback on both sides")
  public static let malformed = warning(
    "proof.malformed",
    "What lies beside the backup as its proof is too large, too deep, or says what can't be: stamp did not write it so.",
    "find out who wrote it; stamp the next backup with --key, and give the key, or its public half, to the run")
  public static let notSealed = warning(
    "proof.not-sealed", "The proof beside the backup has no seal: whoever can change the backup can change it too.",
    "stamp with --key, and give the key, or its public half, to the run (--proof-key)")
  public static let unchecked = warning(
    "proof.seal-unchecked", "The proof beside the backup is sealed, and no key was given to check it with.",
    "give the run the key, or its public half: --proof-key")
  public static let sealed = FindingDefinition(
    "proof.sealed", .none, cause: "The proof beside the backup is as it was sealed.", nextStep: "")
  public static let otherFile = failed(
    "proof.other-file",
    "The proof is of another file: neither the backup nor what is inside of its layers is byte for byte what was stamped.",
    "if the proof of another backup was left beside it, stamp anew; else it was changed, cut or exchanged after it was made: look at its transfer and storage"
  )
  public static let toolFailed = failed(
    "proof.tool-failed", "The tool that made the backup ended with an error, which the job let pass.",
    "see the tool's messages in the evidence, and have the job stop when its exit code is not 0")
  public static let tableMissing = failed(
    "proof.table-missing", "A table that the source has did not come back.",
    "look at the dump's options (--ignore-table, -T, --tables) and at the rights of its user; a table that is not meant to be in it: proofback stamp --leave-out"
  )
  public static let rowsDiffer = failed(
    "proof.rows-differ", "A table came back with another number of rows than it had at the source.",
    "look for a condition in the dump's options (--where), row security, and for a dump that does not read one snapshot"
  )
  public static let valuesDiffer = failed(
    "proof.values-differ", "All rows came back, and values in them are not those of the source.",
    "look for what changed them on the way: a character set, memory, storage, a text tool, a masking step")
  public static let valuesElsewhere = warning(
    "proof.values-elsewhere",
    "Values read otherwise than at the source, and the DBMS here is another one, or another major version.",
    "restore into the DBMS that the source is to hold values against it")
  public static let objectMissing = failed(
    "proof.object-missing",
    "A column, index, constraint, trigger, routine, view, event or sequence of the source did not come back.",
    "look at the dump's options (--routines, --events, --triggers) and at the rights of its user; what is not meant to be in it: proofback stamp --leave-out"
  )
  public static let kindLeftOut = failed(
    "proof.kind-left-out",
    "Of all routines, all events or all triggers of the source none came back: the dump tool leaves them out unless it is asked.",
    "add the option to the dump; what is not meant to be in it: proofback stamp --leave-out 'event *'")
  public static let newestDiffers = failed(
    "proof.newest-differ",
    "The newest moment of a column is another than at the source, in a table whose values could not be compared one by one.",
    "look for a dump of a replica that lags, of an old snapshot, or with a condition (--where)")
  public static let definitionDiffers = failed(
    "proof.definition-differs",
    "A column, index or key came back with another definition than it has at the source: type, NULL, unique, its columns.",
    "look for what changes definitions between the dump and the file, and for a dump of another server or day")
  public static let definitionReads = warning(
    "proof.definition-reads-otherwise",
    "A definition reads otherwise than at the source: a body, a default, a collation, a storage engine, whether it is switched on.",
    "compare both; what a DBMS only words in another way harms nothing")
  public static let notCompared = warning(
    "proof.not-compared", "There is a proof, and what came back could not be held against it.",
    "stamp with --dsn, and test the whole file (--depth full)")
  public static let holds = FindingDefinition(
    "proof.holds", .none, cause: "What came back is what the source had when the backup was made.", nextStep: "")

  public static let all = [
    missing, sealBroken, unreadable, malformed, notSealed, unchecked, sealed, otherFile, toolFailed, tableMissing,
    rowsDiffer,
    valuesDiffer, valuesElsewhere, objectMissing, kindLeftOut, newestDiffers, definitionDiffers, definitionReads,
    notCompared, holds,
  ]
}
