-- Notes what is placed on a node, if nothing has happened to it since it was seen.
-- KEYS: 1 nodes by last beat, 2 what was claimed of each since, 3 drained nodes. ARGV: 1 url, 2 claims as they were seen, 3 claims from now on.
-- Answers 0, and notes nothing, when others claimed meanwhile, or it was drained or forgotten.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) or redis.call('HEXISTS', KEYS[3], ARGV[1]) == 1 then return 0 end
if (redis.call('HGET', KEYS[2], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
return 1
