public enum SystemModule {}
