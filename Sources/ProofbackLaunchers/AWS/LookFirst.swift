import ProofbackCore

/// Whether the server looks for a backup in a bucket before it starts a machine.
enum LookFirst {
  static let option = KindOption(
    "lookFirst", "Before a machine is started", hint: "No machine is paid for to find that a backup is missing.",
    .choice([
      .init("yes", "the server looks for the backup in its bucket"),
      .init("no", "nobody looks: only machines may reach the buckets"),
    ]))

  static func isOn(_ options: [String: String]) -> Bool { options[option.name] != "no" }
}
