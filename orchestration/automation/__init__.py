"""What happens without anybody asking: schedule, sensors, freshness, notifications, runs made again."""
