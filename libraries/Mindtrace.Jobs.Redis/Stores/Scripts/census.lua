-- Counts the jobs of a type. clock.lua comes before it. KEYS: the indexes of the queued, running, completed, failed, error, cancelled.
-- Answers how many are due, are not due yet, run, completed, failed, are errors, are cancelled, and since when the first has been due, or ''.
local due = redis.call('ZCOUNT', KEYS[1], '-inf', text(NOW))
local first = due > 0 and text(tonumber(redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])) or ''
local answer = { text(due), text(redis.call('ZCARD', KEYS[1]) - due) }
for i = 2, 6 do answer[i + 1] = text(redis.call('ZCARD', KEYS[i])) end
answer[8] = first
return answer
