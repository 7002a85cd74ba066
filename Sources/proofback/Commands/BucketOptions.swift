import ArgumentParser
import Foundation

/// Where the service of an `s3://` location is; the same can stand in the location itself, after a `?`.
struct BucketOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The service of an s3:// location, unless it is Amazon: https://minio.example.org:9000.", valueName: "address"))
  var endpoint: String?
  @Option(help: ArgumentHelp("The region of an s3:// location: eu-central-1.", valueName: "name"))
  var region: String?

  /// The location with what was given put into it.
  /// - Throws: when it is of a kind that has no such things.
  func location(_ text: String) throws -> String {
    let given = [("endpoint", endpoint), ("region", region)].compactMap { name, value in value.map { (name, $0) } }
    guard !given.isEmpty else { return text }
    guard text.lowercased().hasPrefix("s3://") else {
      throw ValidationError("--\(given[0].0) is for s3:// locations")
    }
    let plain = CharacterSet(charactersIn: "/:._-").union(.alphanumerics)
    return given.reduce(text) { text, option in
      let value = option.1.addingPercentEncoding(withAllowedCharacters: plain) ?? option.1
      return text + (text.contains("?") ? "&" : "?") + "\(option.0)=\(value)"
    }
  }
}
