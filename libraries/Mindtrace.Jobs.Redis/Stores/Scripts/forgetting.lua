-- Shared by the scripts that forget a job; one.lua comes before it. KEYS: 18 latest lines of its log, 19 ranges of lines that were moved,
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
  for _, status in ipairs({ 'queued', 'running', 'completed', 'failed', 'error', 'cancelled' }) do redis.call('ZREM', own(status), ID) end
  redis.call('DEL', own('body'), own('output'), own('error_text'), own('attempts'), own('provenance'), JOB)
  redis.call('PUBLISH', EVENTS, ID .. ' forgotten')
end
