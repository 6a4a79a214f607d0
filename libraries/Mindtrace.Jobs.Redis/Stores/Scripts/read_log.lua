-- Reads where the lines of a log are. KEYS: 1 record, 2 latest lines, 3 ranges of lines that were moved. ARGV: 1 number of the first line that
-- is of interest. Answers {when the job was accepted, ranges, latest lines}.
local accepted = redis.call('HGET', KEYS[1], 'accepted')
if not accepted then return false end
local from = redis.call('ZREVRANGEBYSCORE', KEYS[2], ARGV[1], '-inf', 'WITHSCORES', 'LIMIT', 0, 1)[2] or '-inf'
return { accepted, redis.call('LRANGE', KEYS[3], 0, -1), redis.call('ZRANGEBYSCORE', KEYS[2], from, '+inf') }
