import HTTPTypes
import Hummingbird

/// Style, script and picture, built into the program.
enum AssetRoutes {
  static let all: [Route] = [
    asset("/assets/app.css", "text/css; charset=utf-8", PackageResources.app_css),
    asset("/assets/live.js", "text/javascript; charset=utf-8", PackageResources.live_js),
    asset("/assets/forms.js", "text/javascript; charset=utf-8", PackageResources.forms_js),
    asset("/assets/icon.svg", "image/svg+xml", PackageResources.icon_svg),
    .get("/healthz", .open) { _ in Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "ok\n"))) },
    .get("/readyz", .open) { visit in
      try visit.state.kept.check()
      return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "ready\n")))
    },
  ]

  private static func asset(_ path: RouterPath, _ type: String, _ bytes: [UInt8]) -> Route {
    .get(path, .open) { _ in
      Response(
        status: .ok, headers: [.contentType: type, .cacheControl: "public, max-age=300"],
        body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
  }
}
