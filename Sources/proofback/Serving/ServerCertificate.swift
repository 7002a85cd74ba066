import ArgumentParser
import Crypto
import Foundation
import Glibc
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ProofbackCore
import Synchronization

/// The server's certificate and key, read from two files. When the files change, the next connection has what they hold
/// then; what can't be used is said in the log, and the last good pair stays.
final class ServerCertificate: Sendable {
  private struct Pair {
    var chain: [NIOSSLCertificate]
    var key: NIOSSLPrivateKey
  }
  private struct Held {
    var pair: Pair
    var stamp: String
    var looked = Date.distantPast
  }

  private let certificatePath: String
  private let keyPath: String
  private let logger: Logger
  private let held: Mutex<Held>

  /// - Throws: a usage error that says which file is wrong, and how.
  init(certificate: String, key: String, logger: Logger) throws {
    certificatePath = certificate
    keyPath = key
    self.logger = logger
    held = Mutex(Held(pair: try Self.load(certificate, key), stamp: Self.stamp(certificate, key)))
  }

  /// For the server: TLS 1.2 or newer.
  var configuration: TLSConfiguration {
    let pair = held.withLock { $0.pair }
    var configuration = Self.configuration(pair)
    configuration.sslContextCallback = { [self] _, promise in
      let pair = current()
      var override = NIOSSLContextConfigurationOverride()
      override.certificateChain = pair.chain.map { .certificate($0) }
      override.privateKey = .privateKey(pair.key)
      promise.succeed(override)
    }
    return configuration
  }

  /// Of the server's own certificate (DER) that the next connection is shown, hexadecimal.
  var sha256: String? { current().chain.first.flatMap(Self.sha256) }

  /// Of the first certificate in a file, as it is now; nil when there is none.
  static func sha256(inFile path: String) -> String? {
    (try? Data(contentsOf: URL(fileURLWithPath: path))).flatMap { try? NIOSSLCertificate.fromPEMBytes(Array($0)) }?
      .first.flatMap(sha256)
  }

  private static func sha256(_ certificate: NIOSSLCertificate) -> String? {
    (try? certificate.toDERBytes()).map { Hexadecimal.text(SHA256.hash(data: Data($0))) }
  }

  private static func configuration(_ pair: Pair) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: pair.chain.map { .certificate($0) }, privateKey: .privateKey(pair.key))
    configuration.minimumTLSVersion = .tlsv12
    return configuration
  }

  /// Looks at the files at most once a second.
  private func current() -> Pair {
    held.withLock { held in
      let now = Date()
      guard now.timeIntervalSince(held.looked) >= 1 else { return held.pair }
      held.looked = now
      let stamp = Self.stamp(certificatePath, keyPath)
      guard stamp != held.stamp else { return held.pair }
      held.stamp = stamp
      do {
        held.pair = try Self.load(certificatePath, keyPath)
        logger.notice("the certificate was read anew")
      } catch {
        // Also while the one file is new and the other is not yet.
        logger.warning("the new certificate can't be used", metadata: ["why": "\(error)"])
      }
      return held.pair
    }
  }

  private static func stamp(_ paths: String...) -> String {
    paths.map { path in
      var status = stat()
      guard stat(path, &status) == 0 else { return "-" }
      return "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }.joined(separator: ",")
  }

  private static func load(_ certificate: String, _ key: String) throws -> Pair {
    let chain = try read(certificate, "--tls-cert") { try NIOSSLCertificate.fromPEMBytes($0) }
    guard !chain.isEmpty else { throw ValidationError("--tls-cert: \(shown(certificate)) holds no certificate in PEM") }
    let pair = Pair(
      chain: chain, key: try read(key, "--tls-key") { try NIOSSLPrivateKey(bytes: $0, format: .pem) })
    do { _ = try NIOSSLContext(configuration: configuration(pair)) } catch {
      throw ValidationError(
        "the key \(shown(key)) does not fit the certificate \(shown(certificate))\nnext: the file's first certificate must "
          + "be the server's own, made with this key")
    }
    return pair
  }

  private static func read<Value>(_ path: String, _ option: String, _ parse: ([UInt8]) throws -> Value) throws -> Value
  {
    let bytes: [UInt8]
    do { bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
      throw ValidationError("\(option): \(shown(path)) can't be read (\(error.localizedDescription))")
    }
    do { return try parse(bytes) } catch {
      throw ValidationError(
        "\(option): \(shown(path)) holds no \(option == "--tls-key" ? "private key in PEM, or one with a passphrase" : "certificate in PEM")"
      )
    }
  }

  private static func shown(_ path: String) -> String { UntrustedText.line(path, limit: 400) }
}
