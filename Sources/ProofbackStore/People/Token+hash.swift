import Crypto
import Foundation
import ProofbackCore

extension Token {
  var hash: Data { Data(SHA256.hash(data: Data(text.utf8))) }
}
