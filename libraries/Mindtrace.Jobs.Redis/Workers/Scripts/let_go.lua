-- Lets a worker end that has nothing left to run, if it is drained still. drained.lua comes before it.
-- KEYS: 1 its record, 2 all workers by last beat, 3 drained nodes. ARGV: 1 id. Answers whether it is to end.
local worker = redis.call('HMGET', KEYS[1], 'drain', 'node')
if drained_until(worker[1], KEYS[3], worker[2]) == '' then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HSET', KEYS[1], 'ended', 'drained')
return 1
