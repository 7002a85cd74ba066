public import Hummingbird
import NIOCore

/// What Hummingbird keeps with a request.
public struct WebContext: RequestContext, RemoteAddressRequestContext {
  public var coreContext: CoreRequestContextStorage
  public let remoteAddress: SocketAddress?

  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    remoteAddress = source.channel.remoteAddress
  }

  /// Forms are small.
  public var maxUploadSize: Int { 1 << 20 }
}
