-- Forgets a schedule. KEYS: 1 schedules, 2 their next times, 3 their last times. ARGV: 1 name. Answers whether there was one.
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
return redis.call('HDEL', KEYS[1], ARGV[1])
