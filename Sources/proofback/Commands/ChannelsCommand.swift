import ArgumentParser
import ProofbackChannels

/// Prints docs/channels.md.
struct ChannelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "channels", abstract: "Print every kind of notification channel with its options.",
    shouldDisplay: false)

  func run() { print(ChannelsDocument.markdown(), terminator: "") }
}
