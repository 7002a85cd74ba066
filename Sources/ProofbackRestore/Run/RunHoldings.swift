import ProofbackCore
import Synchronization

/// What a run holds and must let go of at its end, whatever happened.
final class RunHoldings: Sendable {
  private struct State {
    var sandbox: (any Sandbox)?
    var session: (any EngineSession)?
    var backup: DecodedBackup?
    var fetch: Fetch?
  }
  private let state = Mutex(State())

  func hold(_ sandbox: any Sandbox) { state.withLock { $0.sandbox = sandbox } }
  func hold(_ session: any EngineSession) { state.withLock { $0.session = session } }
  func hold(_ backup: DecodedBackup) { state.withLock { $0.backup = backup } }
  func hold(_ fetch: Fetch) { state.withLock { $0.fetch = fetch } }

  /// Ends what reads and decodes; safe twice.
  func abortReading() async {
    let (fetch, backup) = state.withLock { ($0.fetch, $0.backup) }
    fetch?.abort()
    await backup?.abort()
  }

  /// Destroys the sandbox with everything in it; safe twice.
  func destroySandbox() async { await state.withLock { $0.sandbox }?.destroy() }

  func letGo() async {
    await abortReading()
    await state.withLock { $0.session }?.stop()
    await destroySandbox()
  }
}
