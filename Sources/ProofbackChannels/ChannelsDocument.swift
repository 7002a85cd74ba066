import ProofbackCore

/// docs/channels.md, made from the kinds' options.
public enum ChannelsDocument {
  public static func markdown() -> String {
    ([head] + ChannelCatalogue.kinds.map(section) + [tail]).joined(separator: "\n")
  }

  private static let head = """
    # Channels

    Ways in which the server tells people. Made by `make docs` from the code; do not edit. Managers add channels under
    Notifications, and try them there with "Send a test"; what is told to whom is set with each schedule.

    What is to be told is written down in the same transaction as the run's end and sent from there: a server that is
    killed loses nothing. A message that fails is tried again, twice as late each time, at most an hour later, for a day; a
    channel that keeps failing is shown on home and told by the other channels. A message is sent twice only when the server
    died while sending it; it has the same id then.

    """

  private static func section(_ kind: any ChannelKind) -> String {
    let rows = kind.options.map { option in
      let choices: String =
        if case .choice(let all) = option.form { all.map(\.label).joined(separator: "; ") } else { "" }
      let notes = [option.isRequired ? "Required." : "", option.form == .secret ? "Secret." : "", option.hint, choices]
      return "| \(option.label) | \(notes.filter { !$0.isEmpty }.joined(separator: " ")) |"
    }
    return "## \(kind.title)\n\n| option | |\n|---|---|\n\(rows.joined(separator: "\n"))\n"
  }

  private static let tail = """
    ## What a webhook is sent

    A POST with JSON: `delivery`, `reason` (`failure`, `recovery`, `everyRun`, `silence`, `test`), `state` (`bad`, `proven`,
    `could not tell`, `silent`, `test`), `subject`, `cause`, `hint`, `link`, `at`, `facts` (a list of `name` and `value`),
    and for a run `run`, `restoreTest`, `title`, `location`, `file`, `verdict`, `code`. Any answer from 200 to 299 takes
    it; redirects are not followed.

    `Proofback-Delivery` is the same whenever the message is sent again. With a secret, `Proofback-Signature` is `sha256=`
    and in lower-case hex the HMAC-SHA256 of `Proofback-Timestamp`, a dot, and the body. Compare it in constant time, and
    refuse timestamps that are old:

        expected = "sha256=" + hmac.new(secret, timestamp + b"." + body, "sha256").hexdigest()

    ## Heartbeats

    A schedule may have an address that is asked for (GET) after each proven run, for services that raise an alarm when
    that stays away, also when this server is down.

    """
}
