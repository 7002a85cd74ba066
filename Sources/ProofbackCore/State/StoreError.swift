/// What a repository refuses.
public enum StoreError: Error, Equatable {
  /// Something of this name is there already.
  case alreadyThere
  case notThere
  /// The file was written by a newer version of the product.
  case newerState(String)
  /// The master key does not open what is sealed.
  case wrongMasterKey
  /// There are sealed secrets, and no master key.
  case noMasterKey(String)
  /// The last manager can't be removed, nor made a user.
  case lastManager
  /// Restore tests that use the credential.
  case inUse([String])
}
