import GRDB

/// The schema, in the order in which it grew. A migration that was released is never changed.
enum Migrations {
  static var all: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 people") { try $0.execute(sql: PeopleSchema.first) }
    migrator.registerMigration("1 credentials") { try $0.execute(sql: CredentialSchema.first) }
    migrator.registerMigration("1 runs") { try $0.execute(sql: RunSchema.first) }
    migrator.registerMigration("1 schedules") { try $0.execute(sql: ScheduleSchema.first) }
    migrator.registerMigration("1 settings") { try $0.execute(sql: SettingsSchema.first) }
    migrator.registerMigration("1 audit trail") { try $0.execute(sql: AuditSchema.first) }
    migrator.registerMigration("2 backup servers") { try $0.execute(sql: BackupServerSchema.second) }
    migrator.registerMigration("2 API tokens") { try $0.execute(sql: APITokenSchema.first) }
    migrator.registerMigration("2 run totals") { try RunTotals.prepare($0) }
    migrator.registerMigration("2 places of runs") { try $0.execute(sql: RunPlaceSchema.places) }
    migrator.registerMigration("2 text of runs") { try $0.execute(sql: RunPlaceSchema.text) }
    migrator.registerMigration("2 standings") { try $0.execute(sql: StandingSchema.first) }
    migrator.registerMigration("2 retention") { try $0.execute(sql: SettingsSchema.retention) }
    migrator.registerMigration("2 notifications") { try $0.execute(sql: NotificationSchema.second) }
    migrator.registerMigration("2 audit by person") { try $0.execute(sql: AuditSchema.byPerson) }
    migrator.registerMigration("2 second factors") { try $0.execute(sql: SecondFactorSchema.first) }
    migrator.registerMigration("2 schedules by age") { try $0.execute(sql: ScheduleSchema.byAge) }
    migrator.registerMigration("2 vault key") { try $0.execute(sql: VaultSchema.key) }
    migrator.registerMigration("3 restarts") { try $0.execute(sql: SettingsSchema.restart) }
    migrator.registerMigration("3 runs tried again") { try $0.execute(sql: RunNews.columns) }
    migrator.registerMigration("3 standings") { try $0.execute(sql: StandingSchema.third) }
    migrator.registerMigration("3 attempts of channels") { try $0.execute(sql: NotificationSchema.attempts) }
    migrator.registerMigration("3 dismissed runs") { try $0.execute(sql: Runs.dismissedColumn) }
    migrator.registerMigration("3 unwanted runs") { try $0.execute(sql: Runs.unwantedColumn) }
    migrator.registerMigration("3 facets together") { try $0.execute(sql: RunPlaceSchema.third) }
    migrator.registerMigration("4 baselines") { try $0.execute(sql: BaselineSchema.first) }
    migrator.registerMigration("5 drills") { try $0.execute(sql: DrillSchema.first) }
    migrator.registerMigration("6 workplaces") { try $0.execute(sql: WorkplaceSchema.first) }
    migrator.registerMigration("7 places of backups") { try $0.execute(sql: BackupServerSchema.fifth) }
    migrator.registerMigration("8 images") { try $0.execute(sql: SettingsSchema.images) }
    migrator.registerMigration("8 spending") { try $0.execute(sql: Spending.schema) }
    return migrator
  }
}
