-- Notes a sign of life of a worker. KEYS: 1 its record, 2 all workers by last beat, 3 the worker at its URL.
-- ARGV: 1 id, 2 url, 3 job types, 4 seconds to keep, 5 microseconds between two beats,
-- 6 url of its node, or ''.
local clock = redis.call('TIME')
local now = string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2]))
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('(%.0f', (tonumber(clock[1]) - tonumber(ARGV[4])) * 1000000))
redis.call('SET', KEYS[3], ARGV[1], 'EX', ARGV[4])
redis.call('HSET', KEYS[1], 'url', ARGV[2], 'types', ARGV[3], 'beat', now, 'interval', ARGV[5], 'ended', '')
if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], 'node', ARGV[6]) end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
