-- Notes that lines of a log were moved, and drops them here. KEYS: 1 record, 2 latest lines, 3 ranges of lines that were moved,
-- 4 logs to be moved. ARGV: 1 job id, 2 first line, 3 last line. Answers 1 unless somebody else moved them first.
local head = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
if tonumber(head[2]) ~= tonumber(ARGV[2]) then return 0 end
local bytes = 0
for _, part in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[3])) do bytes = bytes + #part - string.find(part, '\n', 1, true) end
redis.call('RPUSH', KEYS[3], ARGV[2] .. '-' .. ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'log_bytes', string.format('%.0f', -bytes))
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('ZREM', KEYS[4], ARGV[1]) end
return 1
