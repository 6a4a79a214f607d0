-- Keeps a schedule. KEYS: 1 schedules, 2 their next times. ARGV: 1 name, 2 the schedule, 3 its next time.
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return 1
