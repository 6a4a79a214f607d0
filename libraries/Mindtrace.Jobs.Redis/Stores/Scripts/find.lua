-- Reads one job whole. KEYS: record, body, output, error, attempts, dispatch, provenance. ARGV: 2 job id.
local record = redis.call('HGETALL', KEYS[1])
if #record == 0 then return false end
return { record, redis.call('GET', KEYS[2]), redis.call('GET', KEYS[3]), redis.call('GET', KEYS[4]), redis.call('LRANGE', KEYS[5], 0, -1),
  redis.call('ZSCORE', KEYS[6], ARGV[2]), redis.call('GET', KEYS[7]) }
