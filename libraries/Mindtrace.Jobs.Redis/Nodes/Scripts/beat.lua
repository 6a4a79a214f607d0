-- Notes a sign of life of a node. KEYS: 1 nodes by last beat, 2 nodes by workers, 3 how many workers each can have.
-- ARGV: 1 url, 2 seconds to keep, 3 workers, 4 how many it can have; 3 and 4 are missing when it registers.
-- Answers 0, and notes nothing, when a node that did not register is unknown.
local registers = ARGV[3] == nil
if not registers and not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
local clock = redis.call('TIME')
local forgotten = string.format('(%.0f', (tonumber(clock[1]) - tonumber(ARGV[2])) * 1000000)
for _, url in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', forgotten)) do
  redis.call('HDEL', KEYS[3], url)
  redis.call('ZREM', KEYS[2], url)
  redis.call('ZREM', KEYS[1], url)
end
redis.call('ZADD', KEYS[2], ARGV[3] or 0, ARGV[1])
if not registers then redis.call('HSET', KEYS[3], ARGV[1], ARGV[4]) end
redis.call('ZADD', KEYS[1], string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2])), ARGV[1])
return 1
