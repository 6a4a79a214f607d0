-- Drains a worker. KEYS: 1 its record. ARGV: 1 id, 2 microseconds until its deadline, or '', 3 channel of orders.
-- Answers 0, and changes nothing, when it is unknown or has ended.
local worker = redis.call('HMGET', KEYS[1], 'url', 'ended')
if not worker[1] or (worker[2] and worker[2] ~= '') then return 0 end
local clock = redis.call('TIME')
local deadline = ARGV[2] == '' and '0'
  or string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2]) + tonumber(ARGV[2]))
redis.call('HSET', KEYS[1], 'drain', deadline)
redis.call('PUBLISH', ARGV[3], 'worker ' .. ARGV[1])
return 1
