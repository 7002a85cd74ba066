/// Programs that a run may need besides a DBMS, and the Debian package that each comes in.
public enum ToolCatalogue {
  public struct Tool: Sendable {
    public var program: String
    public var package: String
    public var purpose: String
    /// Whether only some kinds of location need it, so that a machine is ready without.
    public var isOptional = false
  }

  public static let all: [Tool] = [
    Tool(program: "ssh", package: "openssh-client", purpose: "locations on other hosts"),
    Tool(program: "ssh-keyscan", package: "openssh-client", purpose: "showing a host's key that is not the pinned one"),
    Tool(
      program: "curl", package: "curl",
      purpose: "locations in buckets (s3://) and on web servers (https://), mail, webhooks"),
    Tool(
      program: "rclone", package: "rclone", purpose: "webdav://, ftps://, b2://, azureblob://, gcs://, swift://",
      isOptional: true),
    Tool(program: "restic", package: "restic", purpose: "restic repositories", isOptional: true),
    Tool(program: "borg", package: "borgbackup", purpose: "borg repositories", isOptional: true),
    Tool(program: "gpg", package: "gnupg", purpose: "GPG encrypted backups"),
    Tool(program: "age", package: "age", purpose: "age encrypted backups"),
    Tool(program: "openssl", package: "openssl", purpose: "containers of openssl enc"),
    Tool(program: "gzip", package: "gzip", purpose: "gzip, compress"),
    Tool(program: "zstd", package: "zstd", purpose: "zstd"),
    Tool(program: "xz", package: "xz-utils", purpose: "xz, lzma"),
    Tool(program: "bzip2", package: "bzip2", purpose: "bzip2"),
    Tool(program: "lz4", package: "lz4", purpose: "lz4"),
    Tool(program: "bwrap", package: "bubblewrap", purpose: "sealing decoders and sandboxes"),
    Tool(program: "prlimit", package: "util-linux", purpose: "limits"),
    Tool(program: "setpriv", package: "util-linux", purpose: "dropping privileges"),
    Tool(program: "unshare", package: "util-linux", purpose: "the run's own namespaces"),
  ]
}
