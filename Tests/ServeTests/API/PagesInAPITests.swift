import Testing

@testable import ProofbackWeb

/// Whatever a page can do, the API can: each line of the site's list has its line there, or a reason for which it has none.
@Suite struct PagesInAPITests {
  private enum Counterpart {
    case api(String)
    /// What has no place in an API.
    case pagesOnly(String)
  }

  private static let password = Counterpart.pagesOnly("asks for the password or the device of whoever sits there")
  private static let browser = Counterpart.pagesOnly("belongs to a browser")
  private static let probe = Counterpart.pagesOnly("asked by probes, and no part of the pages")
  private static let form = Counterpart.pagesOnly("a form before it is sent")

  private static let counterparts: [String: Counterpart] = [
    "GET /setup": password, "POST /setup": password, "GET /login": password, "POST /login": password,
    "POST /login/code": password, "POST /logout": .api("DELETE /me/tokens/{id}"),
    "GET /healthz": probe, "GET /readyz": probe,
    "GET /": .api("GET /overview"), "GET /now": .api("GET /runs"),
    "GET /runs": .api("GET /runs"), "POST /runs": .api("POST /runs"), "GET /runs/{id}": .api("GET /runs/{id}"),
    "GET /runs/{id}/events": .api("GET /runs/{id}/events"), "POST /runs/{id}/cancel": .api("POST /runs/{id}/cancel"),
    "POST /runs/{id}/dismiss": .api("POST /runs/{id}/dismiss"),
    "POST /runs/{id}/again": .api("POST /runs/{id}/again"),
    "GET /runs/{id}/report.json": .api("GET /runs/{id}/report"),
    "GET /runs/{id}/report.xml": .api("GET /runs/{id}/report.xml"),
    "GET /runs/{id}/log.txt": .api("GET /runs/{id}/log.txt"), "GET /runs/{id}/report": .pagesOnly("for paper"),
    "GET /locations/reading": .api("GET /locations/reading"),
    "GET /schedules/new": form, "GET /schedules/preview": .api("POST /schedules/preview"),
    "POST /schedules": .api("POST /schedules"), "GET /schedules/{id}": .api("GET /schedules/{id}"),
    "GET /schedules/{id}/edit": form, "POST /schedules/{id}": .api("PATCH /schedules/{id}"),
    "POST /schedules/{id}/run": .api("POST /schedules/{id}/run"),
    "POST /schedules/{id}/stop": .api("POST /schedules/{id}/pause"),
    "POST /schedules/{id}/resume": .api("POST /schedules/{id}/resume"),
    "GET /schedules/{id}/checks": .api("GET /schedules/{id}/proposed-checks"),
    "POST /schedules/{id}/checks": .api("POST /schedules/{id}/proposed-checks"),
    "POST /schedules/{id}/baseline": .api("DELETE /schedules/{id}/baseline"),
    "POST /schedules/{id}/drill": .api("POST /schedules/{id}/drills"),
    "GET /drills/{id}": .api("GET /drills/{id}"), "POST /drills/{id}/cancel": .api("POST /drills/{id}/cancel"),
    "POST /schedules/{id}/delete": .api("DELETE /schedules/{id}"),
    "GET /credentials": .api("GET /credentials"), "POST /credentials": .api("POST /credentials"),
    "GET /credentials/{id}/edit": form, "POST /credentials/{id}": .api("PATCH /credentials/{id}"),
    "POST /credentials/{id}/delete": .api("DELETE /credentials/{id}"),
    "GET /servers": .api("GET /servers"), "POST /servers": .api("POST /servers"), "GET /servers/new": form,
    "GET /servers/{id}/edit": form, "POST /servers/{id}/check": .api("POST /servers/{id}/check"),
    "POST /servers/{id}/delete": .api("DELETE /servers/{id}"),
    "GET /workplaces": .api("GET /workplaces"), "POST /workplaces": .api("POST /workplaces"),
    "POST /workplaces/{id}": .api("PUT /workplaces/{id}"),
    "POST /workplaces/{id}/delete": .api("DELETE /workplaces/{id}"),
    "GET /people": .api("GET /people"), "POST /people": .api("POST /people"),
    "POST /people/{id}/remove": .api("DELETE /people/{id}"),
    "GET /people/{id}": .api("GET /people"), "POST /people/{id}/role": .api("PATCH /people/{id}"),
    "POST /people/{id}/password": .api("PUT /people/{id}/password"),
    "POST /people/{id}/codes/off": .api("DELETE /people/{id}/second-factor"),
    "GET /settings": .api("GET /settings"), "POST /settings/paths": .api("POST /settings/allowed-paths"),
    "POST /settings/paths/delete": .api("DELETE /settings/allowed-paths"),
    "POST /settings/hosts": .api("POST /settings/allowed-hosts"),
    "POST /settings/hosts/delete": .api("DELETE /settings/allowed-hosts"),
    "POST /settings/images": .api("PUT /settings/images"),
    "POST /settings/retention": .api("PUT /settings/retention"),
    "POST /settings/restart": .api("PUT /settings/restart"),
    "POST /settings/prices": .api("PUT /settings/prices"),
    "GET /notifications": .api("GET /channels"), "POST /notifications": .api("POST /channels"),
    "POST /notifications/{id}": .api("PUT /channels/{id}"),
    "POST /notifications/{id}/test": .api("POST /channels/{id}/test"),
    "POST /notifications/{id}/delete": .api("DELETE /channels/{id}"),
    "GET /account": .api("GET /me/tokens"), "POST /account/password": password,
    "POST /account/sessions/end": browser, "POST /account/tokens": password,
    "POST /account/tokens/{id}/revoke": .api("DELETE /me/tokens/{id}"),
    "GET /account/codes": .api("GET /me"), "POST /account/codes": password, "POST /account/codes/confirm": password,
    "POST /account/codes/off": password,
    "GET /audit": .api("GET /audit"),
  ]

  @Test func `every page and every button has its line in the API, or a reason for which it has none`() {
    let api = Set(API.routes.map { "\($0.method) \($0.path.replacing(API.root, with: ""))" })
    for route in Site.routes where !route.path.description.hasPrefix("/assets") {
      let name = "\(route.method) \(route.path)"
      switch Self.counterparts[name] {
      case nil: Issue.record("\(name) has no counterpart in the API")
      case .api(let line): #expect(api.contains(line), "\(name)")
      case .pagesOnly(let reason): #expect(!reason.isEmpty)
      }
    }
  }
}
