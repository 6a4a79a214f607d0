-- Notes until when jobs may be forgotten: no message of one accepted before makes its record anew. KEYS: 1 that time.
-- ARGV: 2 how long ago, in microseconds. Answers the time.
local time = NOW - tonumber(ARGV[2])
local known = tonumber(redis.call('GET', KEYS[1]) or '')
if not known or known < time then redis.call('SET', KEYS[1], text(time)) end
return text(time)
