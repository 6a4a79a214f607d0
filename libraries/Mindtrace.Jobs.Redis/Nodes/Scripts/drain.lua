-- Drains a node. KEYS: 1 nodes by last beat, 2 drained nodes. ARGV: 1 url, 2 microseconds until its deadline, or '', 3 channel of orders.
-- Answers 0, and changes nothing, when it is unknown.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
local clock = redis.call('TIME')
local deadline = ARGV[2] == '' and '0'
  or string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2]) + tonumber(ARGV[2]))
redis.call('HSET', KEYS[2], ARGV[1], deadline)
redis.call('PUBLISH', ARGV[3], 'node ' .. ARGV[1])
return 1
