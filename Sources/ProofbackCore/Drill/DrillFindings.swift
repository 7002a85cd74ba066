/// What a drill's damaged runs say of the damage itself.
public enum DrillFindings {
  public static let withoutEffect = FindingDefinition(
    "drill.without-effect", .none,
    cause: "A drill's damage found nothing in the backup that it could have been done to.", nextStep: "")

  public static let all = [withoutEffect]
}
