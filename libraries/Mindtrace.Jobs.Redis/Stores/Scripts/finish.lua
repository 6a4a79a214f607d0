-- Ends an attempt with its outcome. ARGV: 5 token, 6 kind of outcome, 7 output, 8 reason, 9 wait before a retry in microseconds,
-- 10 attempts kept, 11 the reason of a cancelled job, 12 what exactly ran, or ''. Answers 1 when this attempt's outcome is recorded.
local token, kind, output, reason, kept = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[10]
local record = read()
if not holds(record, token) then
  local repeated = record.token == token and (record.ended == 'Completed' or record.ended == 'Failed' or record.ended == 'Cancelled')
  return repeated and 1 or 0
end

redis.call('ZREM', LEASES, ID)
if ARGV[12] ~= '' then redis.call('SET', PROVENANCE, ARGV[12]) else redis.call('DEL', PROVENANCE) end
if kind == 'Completed' then
  redis.call('SET', OUTPUT, output)
  redis.call('DEL', ERROR)
  close(record, 'completed', 'lease', '', 'ended', 'Completed')
elseif record.cancel then
  -- What it produced until it was stopped. Without any, what an earlier attempt produced stands.
  if output ~= '{}' then
    redis.call('SET', OUTPUT, output)
  end
  note_attempt(record, 'Cancelled', ARGV[11], kept)
  close(record, 'cancelled', 'lease', '', 'ended', 'Cancelled')
else
  local failures = record.failures + 1
  redis.call('SET', OUTPUT, output)
  note_attempt(record, 'Failed', reason, kept)
  if kind == 'Failed' and failures < record.max then
    queue(record, NOW + tonumber(ARGV[9]), 'lease', '', 'ended', 'Failed', 'failures', failures)
  else
    bury(record, kind == 'NotRunnable' and 'error' or 'failed', 'lease', '', 'ended', 'Failed', 'failures', failures)
  end
end
return 1
