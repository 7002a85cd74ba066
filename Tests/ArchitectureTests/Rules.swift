import Foundation

/// A rule of the house: looks at one product file and says what is wrong with it.
struct Rule: Sendable {
  var says: String
  var broken: @Sendable (_ path: String, _ text: String) -> [String]
}

enum House {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Product files: path below the root, text.
  static func sources() throws -> [(path: String, text: String)] {
    let folder = root.appending(path: "Sources")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
    return try names.sorted().map {
      ("Sources/\($0)", try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
    }
  }

  /// Which of our modules each may import: the arrows of docs/architecture.md.
  static let arrows: [String: Set<String>] = [
    "ProofbackCore": [],
    "ProofbackSystem": ["ProofbackCore", "CLinux"],
    "ProofbackRestore": ["ProofbackCore", "ProofbackSystem", "CLinux", "CMongoC", "CSQLite"],
    "ProofbackLaunchers": ["ProofbackCore", "ProofbackSystem"],
    "ProofbackChannels": ["ProofbackCore", "ProofbackSystem"],
    "ProofbackStore": ["ProofbackCore", "COpenSSL"],
    "ProofbackServer": ["ProofbackCore"],
    "ProofbackWeb": ["ProofbackCore", "ProofbackServer"],
    "ProofbackClient": ["ProofbackCore"],
    "ProofbackWorker": ["ProofbackCore"],
    "proofback": [
      "ProofbackCore", "ProofbackSystem", "ProofbackRestore", "ProofbackLaunchers", "ProofbackStore",
      "ProofbackServer", "ProofbackWeb", "ProofbackClient", "ProofbackChannels", "ProofbackWorker",
    ],
  ]
  static let modules = Set(arrows.keys).union(["CLinux", "CMongoC", "COpenSSL", "CSQLite"])

  static let rules: [Rule] = [
    Rule(says: "modules import only along the arrows") { path, text in
      let module = String(path.split(separator: "/")[1])
      let imports = text.matches(
        of:
          /(?m)^(?:@\w+ )?(?:public |package |internal |fileprivate |private )?import (?:struct |enum |class |func )?(\w+)/
      )
      .map { String($0.1) }
      return imports.filter { modules.contains($0) && $0 != module && !(arrows[module]?.contains($0) ?? false) }
    },
    Rule(says: "nothing outside an engine's folder names it") { path, text in
      let owners = [
        "MySQL": "Engines/MySQL/", "Mongo": "Engines/MongoDB/", "SQLite": "Engines/SQLite/",
        "PostgreSQL": "Engines/PostgreSQL/",
      ]
      let lists = [
        "EngineCatalogue.swift", "FindingCatalogue.swift", "MongoClientCommand.swift", "SQLiteReaderCommand.swift",
        "proofback/Proofback.swift",
      ]
      if lists.contains(where: path.hasSuffix) { return [] }
      let code = text.split(separator: "\n").filter { !$0.contains("///") && !$0.contains("import ") }.joined(
        separator: "\n")
      return owners.filter { !path.contains($0.value) }.keys.flatMap { name in
        code.matches(of: try! Regex("\\b\(name)[A-Z]\\w*")).map { String(code[$0.range]) }.filter {
          $0 != "MySQL" && $0 != "MongoDB"
        }
      }
    },
    Rule(says: "children are started with swift-subprocess") { _, text in
      text.matches(of: /(?:^|[^A-Za-z.])(?:Process\(\)|Process\.run\(|posix_spawnp?\(|popen\(|system\(|fork\(\))/).map {
        String($0.output)
      }
    },
    Rule(says: "nothing ends the program on the way") { _, text in
      ["try!", " as! ", "fatalError("].filter(text.contains)
    },
    Rule(says: "host keys are always checked") { _, text in
      text.contains(/StrictHostKeyChecking=(?!yes)/) ? ["StrictHostKeyChecking"] : []
    },
    Rule(says: "nothing but a catalogue names a plug-in's type") { path, text in
      if path.hasSuffix("Catalogue.swift") { return [] }
      let owners = [
        "Sources/SSH/": /\bSSH(?:Source|Transfer)\w*/,
        // Hosts are reached by other sources too.
        "ProofbackRestore/Sources/": /\bSSH(?:Link|Stream|Options|Location)\w*/,
        "Sources/S3/": /\bS3(?:Source|Client|Transfer|Listing)\w*/,
        "Sources/HTTPS/": /\bHTTPS(?:Source|Client|Transfer)\w*/,
        "Sources/Rclone/": /\bRclone(?:Source|Client|Config|Backend)\w*/,
        "Sources/Restic/": /\bRestic(?:Source|Client|Tool)\w*/, "Sources/Borg/": /\bBorg(?:Source|Client|Tool)\w*/,
        "Sources/Path/": /\bPath(?:Source|Stream)\w*/,
        "Decoding/GPG/": /\bGPG(?:Decoder|Home|Judge|Status)\w*/, "Decoding/Age/": /\bAge(?:Decoder|Judge)\w*/,
        "Decoding/OpenSSL/": /\bOpenSSL(?:Decoder|Judge|Trial|Head|Way)\w*/,
        "ProofbackChannels/Mail/": /\bMail(?:Channel|Plan|Message|Page)\w*/,
        "ProofbackChannels/Webhook/": /\bWebhook\w+/, "ProofbackChannels/Apprise/": /\bAppriseChannel\w*/,
        "Sandboxes/Process/": /\bProcess(?:Sandbox|Readiness)\w*/,
      ]
      let code = text.split(separator: "\n").filter { !$0.contains("//") }.joined(separator: "\n")
      return owners.filter { !path.contains($0.key) }.values.flatMap { name in
        code.matches(of: name).map { String($0.output) }
      }
    },
    Rule(says: "files are small") { _, text in
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
      return lines > 300 ? ["\(lines) lines"] : []
    },
  ]
}
