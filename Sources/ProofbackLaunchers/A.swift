public enum LaunchersModule {}
