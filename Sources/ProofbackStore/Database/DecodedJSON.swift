import Foundation
import Synchronization

/// Values that stand in the state as JSON. The same text is read again and again, by every page with a list: what it was
/// decoded to is kept, up to a number of texts.
final class DecodedJSON<Value: Decodable & Sendable>: Sendable {
  private static var most: Int { 2000 }

  private let known = Mutex<[String: Value]>([:])

  func value(_ text: String) throws -> Value {
    if let value = known.withLock({ $0[text] }) { return value }
    let value = try JSONDecoder.state.decode(Value.self, from: Data(text.utf8))
    known.withLock { known in
      if known.count >= Self.most { known.removeAll() }
      known[text] = value
    }
    return value
  }
}
