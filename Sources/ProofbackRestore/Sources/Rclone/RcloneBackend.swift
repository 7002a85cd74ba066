import Foundation
import ProofbackCore

/// One of rclone's backends that is allowed, with all that its configuration may hold. What is not listed here never reaches
/// rclone: no connection strings, no option that names a command, no backend that leads to this machine or to another backend.
struct RcloneBackend: Sendable {
  /// A field of the location, behind its `?`.
  struct Field: Sendable {
    enum Rule: Sendable {
      /// Letters, digits and a few signs.
      case name
      /// A path of a web address.
      case path
      /// An https address.
      case web
      case oneOf([String])
    }
    var name: String
    var label: String
    var hint: String
    var isRequired = false
    var rule: Rule
    /// The option of rclone's that it becomes; nil: it is put into another by `more`.
    var option: String?
  }

  /// An entry of rclone's configuration.
  struct Entry: Sendable, Equatable {
    var option: String
    var value: String
    /// Passwords are written obscured, which is no encryption: rclone wants it so.
    var isObscured = false
    init(_ option: String, _ value: String, isObscured: Bool = false) {
      self.option = option
      self.value = value
      self.isObscured = isObscured
    }
  }

  /// Of locations: `webdav`.
  var scheme: String
  /// rclone's own name.
  var type: String
  var title: String
  var summary: String
  var example: String
  /// What stands where hosts do: the host itself, or a bucket.
  var first: (name: String, label: String, hint: String)
  var isHost: Bool
  var fields: [Field] = []
  /// Entries that are always there.
  var fixed: [Entry] = []
  /// What follows from the host and the fields.
  var more: @Sendable (_ address: WebAddress?, _ fields: LocationOptions) -> [Entry] = { _, _ in [] }
  /// What the login becomes; nil: it is none of this kind.
  var login: @Sendable (StoredLogin) -> [Entry]?
  /// What a login is here, for people.
  var loginForm: String
  var needsLogin = true
}

extension RcloneBackend {
  static let all = [webdav, ftps, b2, azure, google, swift]

  static let webdav = RcloneBackend(
    scheme: "webdav", type: "webdav", title: "WebDAV (Nextcloud and others)",
    summary: "a file or folder on a WebDAV server (Nextcloud, ownCloud and others)",
    example: "webdav://cloud.example.org/backups/shop.sql.gz?root=/remote.php/dav/files/backup",
    first: ("host", "Host", "cloud.example.org, with a port: cloud.example.org:8443"), isHost: true,
    fields: [
      Field(
        name: "root", label: "Root",
        hint: "Where WebDAV begins there: /remote.php/dav/files/backup. Empty: at the top.",
        rule: .path),
      Field(
        name: "vendor", label: "Vendor", hint: "nextcloud, owncloud or other. Empty: other.",
        rule: .oneOf(["nextcloud", "owncloud", "other"]), option: "vendor"),
    ],
    more: { address, fields in
      let root = (fields["root"] ?? "").split(separator: "/").joined(separator: "/")
      let url = (address?.origin ?? "") + "/" + S3Text.encoded(root.utf8, keeping: "/@~")
      return [Entry("url", url)] + (fields["vendor"] == nil ? [Entry("vendor", "other")] : [])
    },
    login: { login in
      switch login {
      case .password(let name, let password): [Entry("user", name), Entry("pass", password, isObscured: true)]
      case .token(let token): [Entry("bearer_token", token)]
      case .file: nil
      }
    },
    loginForm: "name:password, or a token", needsLogin: false)

  static let ftps = RcloneBackend(
    scheme: "ftps", type: "ftp", title: "FTP with TLS", summary: "a file or folder on an FTP server that speaks TLS",
    example: "ftps://files.example.org/backups/shop.sql.gz",
    first: ("host", "Host", "files.example.org, with a port: files.example.org:990"), isHost: true,
    fields: [
      Field(
        name: "tls", label: "TLS",
        hint: "explicit (on FTP's own port, 21) or implicit (from the first byte, port 990). Empty: explicit.",
        rule: .oneOf(["explicit", "implicit"]))
    ],
    more: { address, fields in
      let isImplicit = fields["tls"] == "implicit"
      // A location without a port reads as one of the web.
      let port = address.map { $0.port == 443 ? (isImplicit ? 990 : 21) : $0.port } ?? 21
      return [
        Entry("host", address?.host ?? ""), Entry("port", "\(port)"),
        Entry(isImplicit ? "tls" : "explicit_tls", "true"),
      ]
    },
    login: { login in
      guard case .password(let name, let password) = login else { return nil }
      return [Entry("user", name), Entry("pass", password, isObscured: true)]
    },
    loginForm: "name:password")

  static let b2 = RcloneBackend(
    scheme: "b2", type: "b2", title: "Backblaze B2", summary: "an object or folder in a bucket of Backblaze B2",
    example: "b2://backups/shop.sql.gz", first: ("bucket", "Bucket", "Its name alone: backups"), isHost: false,
    login: { login in
      guard case .password(let id, let key) = login else { return nil }
      return [Entry("account", id), Entry("key", key)]
    },
    loginForm: "keyID:applicationKey")

  static let azure = RcloneBackend(
    scheme: "azureblob", type: "azureblob", title: "Azure Blob Storage",
    summary: "a blob or folder in a container of Azure's", example: "azureblob://backups/shop.sql.gz?account=shopstore",
    first: ("container", "Container", "Its name alone: backups"), isHost: false,
    fields: [
      Field(
        name: "account", label: "Storage account", hint: "Its name: shopstore", isRequired: true, rule: .name,
        option: "account")
    ],
    login: { login in
      guard case .token(let key) = login, Data(base64Encoded: key) != nil else { return nil }
      return [Entry("key", key)]
    },
    loginForm: "the storage account's key alone")

  static let google = RcloneBackend(
    scheme: "gcs", type: "google cloud storage", title: "Google Cloud Storage",
    summary: "an object or folder in a bucket of Google's", example: "gcs://backups/shop.sql.gz",
    first: ("bucket", "Bucket", "Its name alone: backups"), isHost: false,
    fixed: [Entry("object_acl", "private"), Entry("bucket_policy_only", "true")],
    login: { login in
      guard case .file(let json) = login, RcloneBackend.isServiceAccount(json) else { return nil }
      return [Entry("service_account_credentials", String(decoding: json, as: UTF8.self))]
    },
    loginForm: "the JSON key file of a service account")

  static let swift = RcloneBackend(
    scheme: "swift", type: "swift", title: "OpenStack Swift", summary: "an object or folder in a container of Swift's",
    example: "swift://backups/shop.sql.gz?auth=https://auth.example.org/v3&tenant=shop",
    first: ("container", "Container", "Its name alone: backups"), isHost: false,
    fields: [
      Field(
        name: "auth", label: "Login address", hint: "https://auth.example.org/v3", isRequired: true, rule: .web,
        option: "auth"),
      Field(name: "tenant", label: "Project (tenant)", hint: "Its name.", rule: .name, option: "tenant"),
      Field(name: "domain", label: "User's domain", hint: "Default, in most places.", rule: .name, option: "domain"),
      Field(
        name: "tenantdomain", label: "Project's domain", hint: "Default, in most places.", rule: .name,
        option: "tenant_domain"),
      Field(name: "region", label: "Region", hint: "Where there are several.", rule: .name, option: "region"),
    ],
    login: { login in
      guard case .password(let name, let password) = login else { return nil }
      return [Entry("user", name), Entry("key", password)]
    },
    loginForm: "name:password")

  /// Other kinds of Google's files name programs to run, and addresses to ask for tokens
  /// (cloud.google.com/iam/docs/workload-identity-federation): these never reach rclone.
  private static func isServiceAccount(_ json: Data) -> Bool {
    let fields = (try? JSONSerialization.jsonObject(with: json)) as? [String: Any]
    return fields?["type"] as? String == "service_account"
      && fields?["token_uri"] as? String == "https://oauth2.googleapis.com/token"
  }
}
