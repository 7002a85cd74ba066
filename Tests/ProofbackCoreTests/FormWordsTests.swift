import ProofbackCore
import Testing

@Suite struct FormWordsTests {
  @Test func `fields stand where options stood, and options of other programs stay`() {
    #expect(
      FormWords.hint("give the key with --decryption-key, or the passphrase with --passphrase-file")
        == "give the key with “Decryption key”, or the passphrase with “Passphrase”")
    #expect(FormWords.hint("demand less with --min-size") == "demand less with “Not smaller than”")
    #expect(FormWords.hint("name it with --recipient, too") == "name it with “Encrypted to”, too")
    for other in [
      "zstd --long at most 31", "mysqldump --databases", "gpg --file-is-digest", "--type=x", "gpg --hidden-recipient",
      "no option",
    ] {
      #expect(FormWords.hint(other) == other)
    }
  }
}
