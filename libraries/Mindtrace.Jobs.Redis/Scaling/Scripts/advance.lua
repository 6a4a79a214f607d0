-- Changes the state of a scale, if both are what was seen. KEYS: 1 scales, 2 their states. ARGV: 1 worker type, 2 its scale, 3 its state or '', 4 the state from now on.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if (redis.call('HGET', KEYS[2], ARGV[1]) or '') ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
return 1
