-- Notes a sign of life of a node. KEYS: 1 nodes by last beat, 2 what each reported, 3 what was claimed of each since.
-- ARGV: 1 url, 2 seconds to keep, 3 its report, which is missing when it registers.
-- Answers 0, and notes nothing, when a node that did not register is unknown.
local registers = ARGV[3] == nil
if not registers and not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
local clock = redis.call('TIME')
local forgotten = string.format('(%.0f', (tonumber(clock[1]) - tonumber(ARGV[2])) * 1000000)
for _, url in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', forgotten)) do
  redis.call('HDEL', KEYS[3], url)
  redis.call('HDEL', KEYS[2], url)
  redis.call('ZREM', KEYS[1], url)
end

-- What was claimed since the last report is in this one; a launch that is on its way still is refused by the node, should it be too much.
redis.call('HDEL', KEYS[3], ARGV[1])
if not registers then redis.call('HSET', KEYS[2], ARGV[1], ARGV[3]) end
redis.call('ZADD', KEYS[1], string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2])), ARGV[1])
return 1
