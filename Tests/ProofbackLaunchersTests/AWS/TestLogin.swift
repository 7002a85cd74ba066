import Glibc

/// A login for the AWS command line that opens nothing but moto.
enum TestLogin {
  static func set() {
    for (name, value) in [
      ("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST"), ("AWS_SECRET_ACCESS_KEY", "secret"),
      ("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_CONFIG_FILE", "/dev/null"),
      ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ] {
      setenv(name, value, 1)
    }
  }
}
