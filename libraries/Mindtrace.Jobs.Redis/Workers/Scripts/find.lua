-- Reads what is known of a worker, and the time. KEYS: its record. Answers {url, types, beat, interval, ended or '', node or '', now}, or false.
local worker = redis.call('HMGET', KEYS[1], 'url', 'types', 'beat', 'interval', 'ended', 'node')
if not worker[1] then return false end
worker[5], worker[6] = worker[5] or '', worker[6] or ''
local clock = redis.call('TIME')
worker[7] = string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2]))
return worker
