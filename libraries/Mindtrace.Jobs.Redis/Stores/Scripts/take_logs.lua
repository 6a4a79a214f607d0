-- Takes the logs that are to be moved, the longest due first. KEYS: 1 logs to be moved. ARGV: 2 limit, 3 hold in microseconds. Answers their jobs.
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(NOW), 'LIMIT', 0, tonumber(ARGV[2]))
for _, id in ipairs(due) do redis.call('ZADD', KEYS[1], text(NOW + tonumber(ARGV[3])), id) end
return due
