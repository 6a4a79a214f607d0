-- Adds an entry and drops the oldest beyond the limit. KEYS: 1 entries by number, 2 the last number.
-- ARGV: 1 the entry, 2 the rank from the end of the newest entry to drop, as a negative number.
local number = string.format('%.0f', redis.call('INCR', KEYS[2]))
redis.call('ZADD', KEYS[1], number, number .. ' ' .. ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, ARGV[2])
return number
