import ArgumentParser
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import ProofbackChannels
import ProofbackCore
import ProofbackLaunchers
import ProofbackRestore
import ProofbackServer
import ProofbackStore
import ProofbackWeb
import ServiceLifecycle

import enum ProofbackSystem.OwnProgram

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the web app: people, keys, test restorations.",
    discussion: """
      The first start prints a link for the first manager.

      Examples:
        proofback serve
        proofback serve --listen 0.0.0.0:8443 --tls-cert server.pem --tls-key server.key
        proofback serve --behind-tls
      """)

  @Option(help: ArgumentHelp("Address and port.", valueName: "host:port"))
  var listen: String = "127.0.0.1:8080"
  @Flag(help: "A proxy in front speaks TLS: cookies are sent over it only, and addresses are those that it names.")
  var behindTLS = false
  @Flag(help: "/metrics is answered without a token: for a listener that only the monitoring reaches.")
  var metricsOpen = false
  @Option(
    help: ArgumentHelp(
      "Speak TLS with this certificate (PEM, with those between it and its authority). Read anew when it changes.",
      valueName: "file"))
  var tlsCert: String?
  @Option(help: ArgumentHelp("The certificate's private key (PEM).", valueName: "file"))
  var tlsKey: String?
  @Option(
    help: ArgumentHelp("Where people reach the server; messages lead there. Default: from --listen.", valueName: "url"))
  var publicURL: String?
  @Option(
    help: ArgumentHelp(
      "Where workers on other machines reach the server, over TLS. Default: --public-url.", valueName: "url"))
  var workerURL: String?
  @Option(
    help: ArgumentHelp(
      "The certificate that workers are shown there (PEM), when a proxy speaks TLS. Read anew when it changes.",
      valueName: "file"))
  var workerCert: String?
  @Option(help: ArgumentHelp("Runs at once.", valueName: "number"))
  var runs: Int = 2
  @Option(help: ArgumentHelp("The file of the master key; made when it is not there.", valueName: "file"))
  var masterKey: String?
  @Option(help: ArgumentHelp("Folder for the state, templates and running tests.", valueName: "folder"))
  var stateFolder: String?

  func validate() throws {
    _ = try addresses()
    guard (tlsCert == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-cert and --tls-key belong together: one of them is missing")
    }
    guard tlsCert == nil || !behindTLS else {
      throw ValidationError("--behind-tls is for a proxy that speaks TLS; with --tls-cert the server does so itself")
    }
    guard workerURL.map(WorkerLink.mayBeReached) ?? true else {
      throw ValidationError(
        "--worker-url is '\(UntrustedText.line(workerURL ?? ""))', which workers don't speak to\nnext: https://host:port"
      )
    }
    guard workerCert.map({ ServerCertificate.sha256(inFile: $0) != nil }) ?? true else {
      throw ValidationError(
        "--worker-cert: \(UntrustedText.line(workerCert ?? "", limit: 400)) holds no certificate in PEM")
    }
    guard (1...64).contains(runs) else { throw ValidationError("--runs is \(runs), which is not from 1 to 64") }
  }

  func run() async throws {
    let place = StatePlace(stateFolder, masterKey: masterKey)
    let opened = try StateFaults.explained(place) { try OpenState(place) }
    defer { withExtendedLifetime(opened) {} }
    let addresses = try addresses()
    for warning in addresses.warnings { StandardError.write("warning: \(warning.fact)\nnext: \(warning.hint)\n") }
    var logger = Logger(label: "proofback")
    logger.logLevel = .notice
    let certificate = try serverCertificate(logger)
    let kept = try Composition.repositories(opened.database, opened.key)
    let desk = try desk(kept, addresses, certificate, logger)
    let state = ServerState(
      kept, facilities: Composition.facilities,
      launcher: LocalLauncher(), folder: place.folder,
      launchers: Launchers(kinds: LauncherCatalogue.kinds, desk: desk), couriers: ChannelCatalogue.couriers,
      publicAddress: addresses.publicAddress)
    let dispatcher = Dispatcher(state, most: runs, logger: logger)
    let site = try Site(
      state, dispatcher: dispatcher, isSecure: behindTLS || tlsCert != nil, isBehindProxy: behindTLS,
      opensMetrics: metricsOpen, desk: desk, logger: logger)
    let server: HTTPServerBuilder =
      try certificate.map { try .tls(tlsConfiguration: $0.configuration) } ?? .http1()
    let setup = try state.kept.people.makeSetupToken(now: state.now())
    let web = Application(
      router: site.router(),
      server: server,
      configuration: .init(address: .hostname(addresses.listen.host, port: addresses.listen.port), serverName: nil),
      onServerRunning: { _ in
        if let setup {
          print("the first manager is made here, once: \(addresses.publicAddress)/setup?token=\(setup.text)")
        }
        print("proofback serves \(addresses.origin)")
        // Who waits for it behind a pipe must see it at once.
        fflush(nil)
      },
      logger: logger)
    let services = ServiceGroup(
      configuration: .init(
        services: [
          .init(service: dispatcher), .init(service: Scheduler(state, dispatcher: dispatcher, logger: logger)),
          .init(service: DrillService(state, dispatcher: dispatcher, logger: logger)),
          .init(service: Reaper(state, logger: logger)), .init(service: Pruner(state, logger: logger)),
          .init(service: OutboxService(state, logger: logger)), .init(service: SilenceWatch(state, logger: logger)),
          .init(service: desk), .init(service: web),
        ], gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger))
    do { try await services.run() } catch { throw ListenFaults.failure(error, addresses.listen) ?? error }
  }

  private func serverCertificate(_ logger: Logger) throws -> ServerCertificate? {
    guard let tlsCert, let tlsKey else { return nil }
    return try ServerCertificate(certificate: tlsCert, key: tlsKey, logger: logger)
  }

  private func desk(
    _ kept: ServerState.Repositories, _ addresses: ServeAddresses, _ certificate: ServerCertificate?, _ logger: Logger
  ) throws -> AssignmentDesk {
    let workerCert = workerCert
    let address = DeskAddress(server: workerURL ?? addresses.publicAddress) {
      workerCert.map(ServerCertificate.sha256(inFile:)) ?? certificate?.sha256
    }
    return AssignmentDesk(
      kept.alerts, address: address, program: try WorkerProgram(OwnProgram.executable), version: Composition.version,
      logger: logger)
  }

  private func addresses() throws -> ServeAddresses {
    try ServeAddresses(listen: listen, publicURL: publicURL, hasTLS: tlsCert != nil, isBehindTLS: behindTLS)
  }
}
