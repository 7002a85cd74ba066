public enum RestoreModule {}
