-- Ends attempts with their outcomes. ARGV: 4 attempts kept, 5 the reason of a cancelled job, then for each job: id, token, kind of outcome, output,
-- reason, wait before a retry in microseconds, what exactly ran, or ''. Answers for each 1 when this attempt's outcome is recorded.
local KEPT, CANCELLED = ARGV[4], ARGV[5]

local function finish(token, kind, output, reason, wait, provenance)
  local record = read()
  if not holds(record, token) then
    local repeated = record.token == token and (record.ended == 'Completed' or record.ended == 'Failed' or record.ended == 'Cancelled')
    return repeated and 1 or 0
  end

  remove(LEASES)
  -- Only earlier attempts can have left something.
  local first = record.attempt == 1
  if provenance ~= '' then redis.call('SET', own('provenance'), provenance) elseif not first then redis.call('DEL', own('provenance')) end
  if kind == 'Completed' then
    redis.call('SET', own('output'), output)
    if not first then redis.call('DEL', own('error_text')) end
    close(record, 'completed', 'lease', '', 'ended', 'Completed')
  elseif record.cancel then
    -- What it produced until it was stopped. Without any, what an earlier attempt produced stands.
    if output ~= '{}' then redis.call('SET', own('output'), output) end
    note_attempt(record, 'Cancelled', CANCELLED, KEPT)
    close(record, 'cancelled', 'lease', '', 'ended', 'Cancelled')
  else
    local failures = record.failures + 1
    redis.call('SET', own('output'), output)
    note_attempt(record, 'Failed', reason, KEPT)
    if kind == 'Failed' and failures < record.max then
      queue(record, NOW + tonumber(wait), 'lease', '', 'ended', 'Failed', 'failures', failures)
    else
      bury(record, kind == 'NotRunnable' and 'error' or 'failed', 'lease', '', 'ended', 'Failed', 'failures', failures)
    end
  end
  return 1
end

local answers = {}
for i = 1, (#KEYS - 5) / 12 do
  open(12 * i - 6, ARGV[7 * i - 1])
  answers[i] = finish(unpack(ARGV, 7 * i, 7 * i + 5))
end
commit()
return answers
