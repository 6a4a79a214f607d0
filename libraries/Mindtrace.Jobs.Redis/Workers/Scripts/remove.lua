-- Notes that a worker has ended. KEYS: 1 its record, 2 all workers by last beat. ARGV: 1 id.
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'ended', '1') end
return 1
