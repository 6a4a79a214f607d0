-- Shared by the scripts that forget a job; record.lua comes before it. KEYS: 18 latest lines of its log, 19 ranges of lines that were moved,
-- 20 logs to be moved, 21 homes of forgotten logs.

-- The record last: what is left of a job without one is found and forgotten again.
local function forget(record)
  if redis.call('HEXISTS', JOB, 'log_lines') == 1 then redis.call('SADD', KEYS[21], ID .. '/' .. record.accepted) end
  redis.call('ZREM', KEYS[20], ID)
  redis.call('DEL', KEYS[18], KEYS[19])
  release_key(record)
  redis.call('ZREM', DISPATCH, ID)
  redis.call('ZREM', LEASES, ID)
  redis.call('ZREM', DEAD, ID)
  redis.call('ZREM', LIMITS, ID)
  for _, index in pairs(INDEX) do redis.call('ZREM', index, ID) end
  redis.call('DEL', BODY, OUTPUT, ERROR, ATTEMPTS, PROVENANCE, JOB)
  redis.call('PUBLISH', EVENTS, 'forgotten')
end
