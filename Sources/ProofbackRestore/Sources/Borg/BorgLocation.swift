import ProofbackCore

/// The closed schema of a location in a borg repository: `borg://local/PATH?repository=/srv/r`,
/// `borg+ssh://user@host/PATH?repository=/srv/r`. PATH is one inside the archive.
struct BorgLocation: Sendable, Equatable {
  enum Way: String, Sendable, CaseIterable {
    case local = ""
    case ssh = "+ssh"

    var scheme: String { "borg\(rawValue)" }

    var example: String {
      switch self {
      case .local: "borg://local/var/backups/shop.sql?repository=/srv/borg"
      case .ssh: "borg+ssh://backup@db1.example.org/var/backups/shop.sql?repository=/srv/borg"
      }
    }
  }

  var place: RepositoryPlace
  /// Absolute, without a `/` at its end; `/` alone: all. Archives write their paths without the leading `/`.
  var path: String
  var choice: RepositoryChoice
  /// What names of archives have to match; nil: any.
  var archives: FilePattern?
  private var pattern: String?

  static func == (one: BorgLocation, other: BorgLocation) -> Bool {
    (one.place, one.path, one.choice, one.pattern) == (other.place, other.path, other.choice, other.pattern)
  }

  /// Reads what follows `scheme://`.
  /// - Throws: `location.invalid`.
  init(_ text: Substring, _ way: Way) throws {
    let parts = try LocationOptions.parts(text, allowed: ["repository", "archive", "archives"])
    path = "/" + parts.path.split(separator: "/").joined(separator: "/")
    choice = try RepositoryChoice(parts.options["archive"], option: "archive")
    pattern = parts.options["archives"]
    archives = try pattern.map { try FilePattern($0) }
    let repository = try RepositoryPlace.folder(parts.options["repository"], example: way.example)
    // borg takes two of them for the beginning of an archive's name.
    guard !String(decoding: repository.bytes, as: UTF8.self).contains("::") else {
      throw LocationText.invalid("repository= has ::, which borg does not take")
    }
    switch way {
    case .local:
      guard parts.place == "local" else {
        throw LocationText.invalid("after borg:// comes local", hint: "for example \(way.example)")
      }
      place = .folder(repository)
    case .ssh: place = try .host(parts.place, repository)
    }
  }
}
