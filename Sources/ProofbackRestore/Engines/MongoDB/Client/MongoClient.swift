import Foundation
import Glibc
import SystemPackage

/// `proofback mongo-client`: the process that feeds and reads a MongoDB server. It holds no keys, has no network and
/// sees only the folder of the server's socket; what it answers are names, counts, sizes, codes and fixed text.
public enum MongoClient {
  public static let commandName = "mongo-client"

  /// Answers requests from standard input on standard output until the input ends.
  /// - Parameter socketPath: absolute path of the server's unix socket.
  /// - Returns: the exit code.
  public static func run(socketPath: String) -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    guard let connection = MongoConnection(socketPath: socketPath) else { return 64 }
    let frames = MongoClientFrames(input: .standardInput, output: .standardOutput)
    do {
      while let (request, body) = try frames.receive() {
        try frames.reply(connection.answer(request, body))
      }
      return 0
    } catch {
      return 1
    }
  }
}

extension MongoConnection {
  func answer(_ request: MongoClientRequest, _ body: [UInt8]) -> MongoClientReply {
    do {
      return try carryOut(request, body)
    } catch let failure as Failure {
      return failure.isLost ? .lost(failure.fault) : .refused(failure.fault)
    } catch {
      return .refused(MongoServerFault(code: 0, message: "the request could not be carried out"))
    }
  }

  private func carryOut(_ request: MongoClientRequest, _ body: [UInt8]) throws -> MongoClientReply {
    switch request {
    case .hello: return .server(try identify())
    case .create(let namespace, let kind):
      try create(namespace, kind, description: body)
      return .done
    case .insert(let namespace, let encoding, _):
      return try insert(body, MongoDBBatch.Encoding(rawValue: encoding) ?? .bson, into: namespace)
    case .rename(let namespace, let other):
      try rename(namespace, to: other)
      return .done
    case .buildIndexes(let namespace): return .indexes(try buildIndexes(of: namespace))
    case .read(let namespace, let reading, let measuring):
      var read = try read(namespace, reading, measuring)
      return .documents(read.documents, bytes: read.bytes, profile: read.sketch?.finish())
    case .describe: return .objects(try describe())
    case .compareIndexes(let namespace): return .indexes(try compareIndexes(of: namespace))
    case .validate(let namespace, let isFull): return try validate(namespace, isFull: isFull)
    case .list: return .collections(try list())
    case .answer(let query): return .outcome(try answer(query))
    }
  }
}
