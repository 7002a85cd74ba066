/// The one list of the templates, which are built into the program.
enum Templates {
  static let all: [(name: String, bytes: [UInt8])] = [
    ("layout", PackageResources.layout_mustache), ("login", PackageResources.login_mustache),
    ("setup", PackageResources.setup_mustache), ("home", PackageResources.home_mustache),
    ("runs", PackageResources.runs_mustache), ("run", PackageResources.run_mustache),
    ("runList", PackageResources.runList_mustache), ("runForm", PackageResources.runForm_mustache),
    ("backupFields", PackageResources.backupFields_mustache), ("schedule", PackageResources.schedule_mustache),
    ("scheduleForm", PackageResources.scheduleForm_mustache),
    ("credentials", PackageResources.credentials_mustache), ("credential", PackageResources.credential_mustache),
    ("people", PackageResources.people_mustache),
    ("person", PackageResources.person_mustache),
    ("backupServers", PackageResources.backupServers_mustache),
    ("backupServer", PackageResources.backupServer_mustache),
    ("account", PackageResources.account_mustache),
    ("notifications", PackageResources.notifications_mustache),
    ("notifyFields", PackageResources.notifyFields_mustache),
    ("scheduleRow", PackageResources.scheduleRow_mustache), ("runRow", PackageResources.runRow_mustache),
    ("attentionRow", PackageResources.attentionRow_mustache),
    ("previousRestores", PackageResources.previousRestores_mustache),
    ("moment", PackageResources.moment_mustache), ("strip", PackageResources.strip_mustache),
    ("scheduleFields", PackageResources.scheduleFields_mustache), ("runBody", PackageResources.runBody_mustache),
    ("report", PackageResources.report_mustache),
    ("settings", PackageResources.settings_mustache), ("error", PackageResources.error_mustache),
    ("staleForm", PackageResources.staleForm_mustache),
    ("audit", PackageResources.audit_mustache), ("drill", PackageResources.drill_mustache),
    ("secondFactor", PackageResources.secondFactor_mustache), ("loginCode", PackageResources.loginCode_mustache),
  ]
}
