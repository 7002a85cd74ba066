import Synchronization

/// The layers around a folder's members, as far as the folder was read. Safe from any thread.
final class MemberLayers: Sendable {
  private struct State {
    var current: DecodedBackup?
    var names: [String] = []
    var anyEncrypted = false
    var plain: String?
    var isAborted = false
  }
  private let state = Mutex(State())

  /// Kinds of layers seen so far, each once.
  var names: [String] { state.withLock { $0.names } }
  var anyEncrypted: Bool { state.withLock { $0.anyEncrypted } }

  /// The first backup among the members that anyone can read.
  var plain: String? { state.withLock { $0.plain } }

  func isPlain(_ name: String) { state.withLock { $0.plain = $0.plain ?? name } }

  func opened(_ member: DecodedBackup) {
    let isAborted = state.withLock { state in
      state.current = member
      for name in member.layers.map(\.name) where !state.names.contains(name) { state.names.append(name) }
      return state.isAborted
    }
    if isAborted { member.stop() }
  }

  func closed(_ member: DecodedBackup) {
    state.withLock { state in
      state.current = nil
      state.anyEncrypted = state.anyEncrypted || member.wasEncrypted
    }
  }

  /// Ends the tools of the member that is being read, and of each that follows. Does not wait. Safe twice.
  func stop() {
    let current = state.withLock { state in
      state.isAborted = true
      return state.current
    }
    current?.stop()
  }
}
