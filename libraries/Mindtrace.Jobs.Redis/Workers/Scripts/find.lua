-- Reads what is known of a worker, and the time. KEYS: its record. Answers {url, types, beat, interval, now, ended, node or ''}, or false.
local worker = redis.call('HMGET', KEYS[1], 'url', 'types', 'beat', 'interval')
local ended, node = redis.call('HGET', KEYS[1], 'ended') or '', redis.call('HGET', KEYS[1], 'node') or ''
if not worker[1] then return false end
local clock = redis.call('TIME')
worker[5] = string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2]))
worker[6] = ended
worker[7] = node
return worker
