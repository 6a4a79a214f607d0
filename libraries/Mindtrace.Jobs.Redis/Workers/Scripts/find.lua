-- Reads what is known of a worker, and the time. drained.lua comes before it. KEYS: 1 its record, 2 drained nodes.
-- Answers {url, types, beat, interval, ended or '', node or '', until when it is drained, now,
-- worker type or ''}, or false.
local worker = redis.call('HMGET', KEYS[1], 'url', 'types', 'beat', 'interval', 'ended', 'node', 'drain', 'worker_type')
if not worker[1] then return false end
worker[5], worker[6] = worker[5] or '', worker[6] or ''
worker[7] = drained_until(worker[7], KEYS[2], worker[6])
worker[9] = worker[8] or ''
local clock = redis.call('TIME')
worker[8] = string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2]))
return worker
