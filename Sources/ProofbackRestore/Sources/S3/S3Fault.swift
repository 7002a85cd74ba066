import ProofbackCore

/// What errors of a service and of curl mean for a backup.
enum S3Fault {
  /// By S3's own error codes (docs.aws.amazon.com, "Error responses").
  private static let table: [String: FindingDefinition] = [
    "NoSuchKey": SourceFindings.missingFile, "NoSuchBucket": S3Findings.bucketMissing,
    "AccessDenied": SourceFindings.denied, "AllAccessDisabled": SourceFindings.denied,
    "InvalidAccessKeyId": S3Findings.keyUnknown, "InvalidToken": S3Findings.keyUnknown,
    "ExpiredToken": S3Findings.sessionEnded, "SignatureDoesNotMatch": S3Findings.secretRefused,
    "RequestTimeTooSkewed": S3Findings.clockSkew, "RequestExpired": S3Findings.clockSkew,
    "InvalidObjectState": S3Findings.archived, "PermanentRedirect": S3Findings.wrongRegion,
    "TemporaryRedirect": S3Findings.wrongRegion, "AuthorizationHeaderMalformed": S3Findings.wrongRegion,
    "IllegalLocationConstraintException": S3Findings.wrongRegion, "PreconditionFailed": SourceFindings.changed,
    "SlowDown": S3Findings.busy, "ServiceUnavailable": S3Findings.busy, "InternalError": S3Findings.busy,
    "RequestTimeout": S3Findings.busy,
  ]

  /// An answer that is no success.
  /// - Returns: `BadBackup` or `RunTrouble`.
  static func explain(_ head: WebHead, _ body: [UInt8], _ key: RawPath, _ client: S3Client) -> any Error {
    let error = (try? PlainXML.read(body)).flatMap { $0.name == "Error" ? $0 : nil }
    let code = error?.string("Code") ?? ""
    let isSigned = client.key != nil
    var definition = table[code] ?? (head.status >= 500 ? S3Findings.busy : S3Findings.unexpected)
    let region = head.headers["x-amz-bucket-region"] ?? error?.string("Region")
    // Other reasons than the region make a header malformed, too.
    if definition.code == S3Findings.wrongRegion.code, code.hasPrefix("Auth"), region == nil {
      definition = S3Findings.unexpected
    }
    if definition.code == SourceFindings.denied.code, !isSigned { definition = S3Findings.noKey }
    let message = message(definition, key, client, region: region)
    var evidence = ["the service answered: \(head.status) \(UntrustedText.line(code, limit: 80))"]
    if let words = error?.string("Message"), !words.isEmpty {
      evidence.append("it says: \(UntrustedText.line(words, limit: 200))")
    }
    if definition.consequence == .failed { return BadBackup(definition, message, evidence: evidence) }
    return RunTrouble(
      definition, message, evidence: evidence, hint: hint(definition, client, region: region),
      canRetry: definition.code == S3Findings.busy.code)
  }

  private static func message(
    _ definition: FindingDefinition, _ key: RawPath, _ client: S3Client, region: String?
  ) -> String {
    let location = client.location
    let service = location.endpoint.authority
    let object = location.shown(key)
    let id = client.key?.shown ?? ""
    return switch definition.code {
    case SourceFindings.missingFile.code: "the bucket answers, and has no object \(object)"
    case S3Findings.bucketMissing.code: "\(service) has no bucket \(location.bucket)"
    case SourceFindings.denied.code: "the cloud key \(id) may not read \(object)"
    case SourceFindings.changed.code: "\(object) was replaced after it was chosen"
    case S3Findings.noKey.code: "\(object) may not be read without a cloud key"
    case S3Findings.sessionEnded.code: "the session of the cloud key \(id) has ended"
    case S3Findings.keyUnknown.code: "\(service) does not know the cloud key \(id)"
    case S3Findings.secretRefused.code: "\(service) refuses the secret of the cloud key \(id)"
    case S3Findings.wrongRegion.code where region != nil:
      "the bucket \(location.bucket) lies in \(UntrustedText.line(region ?? "", limit: 40)), not in \(location.region)"
    case S3Findings.wrongRegion.code: "the bucket \(location.bucket) does not lie in \(location.region)"
    case S3Findings.clockSkew.code: "\(service) has another time than this machine"
    case S3Findings.archived.code: "\(object) lies in an archive and can't be read now"
    case S3Findings.busy.code: "\(service) is too busy to answer, or in trouble"
    default: "\(service) gave an answer that is not known"
    }
  }

  private static func hint(_ definition: FindingDefinition, _ client: S3Client, region: String?) -> String? {
    switch definition.code {
    case SourceFindings.denied.code:
      let bucket = client.location.bucket
      return "allow the key s3:GetObject on \(bucket)/* and s3:ListBucket on \(bucket); "
        + "without the latter a missing object looks like a forbidden one"
    case S3Findings.wrongRegion.code:
      return region.map { "give \(UntrustedText.line($0, limit: 40)) as its region" }
    default: return nil
    }
  }

  /// An exchange that broke off before its answer was whole.
  /// - Parameter exit: curl's exit code (curl(1), EXIT CODES).
  static func explain(_ broken: WebBreak, exit: Int32, _ client: S3Client) -> RunTrouble {
    let service = client.location.endpoint.authority
    if broken == .silent {
      return RunTrouble(SourceFindings.stalled, "\(service) stopped answering", canRetry: true)
    }
    if broken == .malformed { return unexpected(service) }
    let evidence = ["curl's exit code: \(exit)"]
    switch exit {
    case 5, 6:
      return RunTrouble(SourceFindings.unreachable, "there is no host \(service)", evidence: evidence, canRetry: true)
    case 7, 28:
      return RunTrouble(
        SourceFindings.unreachable, "nothing answers at \(service)", evidence: evidence, canRetry: true)
    case 35:
      return RunTrouble(
        SourceFindings.unreachable, "\(service) does not speak TLS", evidence: evidence,
        hint: "an endpoint without TLS is written http://\(service)")
    case 51, 60, 77:
      return RunTrouble(
        S3Findings.certificate, "the certificate of \(service) is not trusted", evidence: evidence)
    case 1, 8: return unexpected(service)
    case 2:
      return RunTrouble(
        SourceFindings.toolMissing, "the curl of this machine can't sign requests", evidence: evidence,
        hint: "curl 7.75 or newer is needed: apt install curl")
    default:
      return RunTrouble(
        SourceFindings.connectionLost, "the connection to \(service) was lost", evidence: evidence, canRetry: true)
    }
  }

  static func unexpected(_ service: String) -> RunTrouble {
    RunTrouble(S3Findings.unexpected, "what answers at \(service) does not speak S3")
  }
}
