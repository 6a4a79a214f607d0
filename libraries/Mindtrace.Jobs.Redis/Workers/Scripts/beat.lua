-- Notes a sign of life of a worker, and answers what was ordered. drained.lua comes before it.
-- KEYS: 1 its record, 2 all workers by last beat, 3 the worker at its URL, 4 drained nodes, 5 paused job types.
-- ARGV: 1 id, 2 url, or '', 3 job types, 4 seconds to keep, 5 microseconds between two beats, 6 url of its node, or '', 7 its worker type, or ''.
-- Answers {until when it is drained as in drained.lua, the time, paused job types ...}.
--
-- Garnet waits for the disk at each write, and all workers beat on one set: what stands already is read, not written again.
local clock = redis.call('TIME')
local now = string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2]))
local keep = tonumber(ARGV[4])
local forgotten = string.format('(%.0f', (tonumber(clock[1]) - keep) * 1000000)
local known = redis.call('HMGET', KEYS[1], 'ended', 'drain', 'node')
local node = ARGV[6] ~= '' and ARGV[6] or known[3]
local answer = { drained_until(known[2], KEYS[4], node), now, unpack(redis.call('SMEMBERS', KEYS[5])) }

-- A worker that was let go ends, whatever becomes of its node's drain, and is not to be seen again meanwhile.
if known[1] == 'drained' then
  answer[1] = '0'
  return answer
end

-- To the nearest hour is near enough for what is kept a day.
local function is_kept(key)
  return redis.call('TTL', key) > keep - 3600
end

redis.call('ZADD', KEYS[2], now, ARGV[1])
if redis.call('ZCOUNT', KEYS[2], '-inf', forgotten) > 0 then redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', forgotten) end
if ARGV[2] ~= '' and (redis.call('GET', KEYS[3]) ~= ARGV[1] or not is_kept(KEYS[3])) then redis.call('SET', KEYS[3], ARGV[1], 'EX', keep) end
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[1], 'url', ARGV[2], 'types', ARGV[3], 'beat', now, 'interval', ARGV[5], 'ended', '', 'node', ARGV[6], 'worker_type', ARGV[7])
else
  redis.call('HSET', KEYS[1], 'url', ARGV[2], 'types', ARGV[3], 'beat', now, 'interval', ARGV[5], 'ended', '')
end
if not is_kept(KEYS[1]) then redis.call('EXPIRE', KEYS[1], keep) end
return answer
