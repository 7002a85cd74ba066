import ArgumentParser
import Foundation
import ProofbackCore

@main
struct Proofback: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proofback",
    abstract: "Proof that your backups come back.",
    discussion: """
      Restores a database backup for real, in a disposable sealed sandbox, checks what came back, and destroys everything.
      """,
    version: Composition.version,
    subcommands: [
      RunCommand.self, DrillCommand.self, StampCommand.self, ServeCommand.self, LoginCommand.self, LogoutCommand.self,
      SchedulesCommand.self,
      RunsCommand.self, UsersCommand.self, ApplyCommand.self, BackupCommand.self, RestoreStateCommand.self,
      VaultCommand.self, AuditCommand.self, PasswordCommand.self, DoctorCommand.self, PrepareCommand.self,
      FindingsCommand.self,
      ChannelsCommand.self, WorkplacesCommand.self,
      WorkerCommand.self,
      RowReaderCommand.self,
      WarningReaderCommand.self, MongoClientCommand.self, SQLiteReaderCommand.self, FolderWriterCommand.self,
      TablespaceReaderCommand.self,
    ])

  static func main() async {
    StandardError.prepareStreams()
    do {
      var command = try parseAsRoot(EngineFlags.rewritten(Array(CommandLine.arguments.dropFirst())))
      if var running = command as? any AsyncParsableCommand { try await running.run() } else { try command.run() }
    } catch let failure as CommandFailure {
      end(failure)
    } catch {
      let code = exitCode(for: error)
      if code == .failure, !(error is ArgumentParser.ExitCode) { end(CommandFailure(unexpected: error)) }
      let text = fullMessage(for: error)
      // Not `exit(withError:)`: usage is 64 on every system, by our own table.
      if code == .success {
        print(text)
      } else if !text.isEmpty {
        StandardError.write(text + "\n")
      }
      Foundation.exit(code == .validationFailure ? ProofbackCore.ExitCode.usage.rawValue : code.rawValue)
    }
  }

  private static func end(_ failure: CommandFailure) -> Never {
    StandardError.write(failure.text + "\n")
    Foundation.exit(failure.exitCode.rawValue)
  }
}
